import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket } from 'ws';
import type { api, Started } from '../../src-main/contract/api.ts';
import type { TakenFile } from '../../src-main/contract/files.ts';
import type { Task } from '../../src-main/contract/tasks.ts';
import { addressOfOpenDoor } from '../../src-main/doors/browser/word.ts';
import { startable } from './programs.ts';

export type Client = ContractRouterClient<typeof api>;

/** The app as a person starts it, in a process of its own, with the browser door. */
export type RunningApp = {
  /** To be opened in a browser, once; holds the key. */
  readonly address: string;
  /** Another one, as a second start gives it. */
  readonly newAddress: () => Promise<string>;
  readonly process: ChildProcess;
  /** What it has written on standard error so far. */
  readonly complaints: () => string;
  /** Ends it as Ctrl-C does, and gives its exit code. */
  readonly stop: () => Promise<number | null>;
  /** Ends it as a crash does. */
  readonly kill: () => Promise<void>;
};

const root = fileURLToPath(new URL('../..', import.meta.url));

/** `npm start -- --browser --no-open --home HOME`, until it has printed its address. */
export async function startApp(home: string, options: readonly string[] = []): Promise<RunningApp> {
  const args = [
    'src-main/doors/start/launch.cjs',
    startable('src-main/doors/start/start.ts'),
    '--browser',
    '--no-open',
    '--home',
    home,
    ...options,
  ];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const address = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      said += `${line}\n`;
      if (line.startsWith('http://127.0.0.1:')) resolve(line.trim());
    });
    void ended.then(([code]) =>
      reject(new Error(`The app ended with ${code} before it gave its address:\n${said}${complaints}`)),
    );
  });
  return {
    address,
    newAddress: async () => {
      const fresh = await addressOfOpenDoor(home);
      if (fresh === null) throw new Error('The app gives no address.');
      return fresh;
    },
    process: child,
    complaints: () => complaints,
    stop: async () => {
      child.kill('SIGINT');
      const [code] = await ended;
      return code;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

export type Connection = {
  readonly client: Client;
  /** Hands a file over, as a page does. */
  readonly send: (name: string, content: Uint8Array<ArrayBuffer> | string) => Promise<TakenFile>;
  readonly close: () => void;
};

/** Uses the key of an address up, as a page does, and gives the secret of the session. */
export async function enter(address: string): Promise<string> {
  const { origin, searchParams } = new URL(address);
  const headers = { origin, 'tiebreak-key': searchParams.get('key') ?? '' };
  const answer = await fetch(`${origin}/session`, { method: 'POST', headers });
  if (answer.status !== 200) throw new Error(await answer.text());
  return answer.text();
}

/** A client that talks to the door as the page does. */
export async function connect(app: Pick<RunningApp, 'newAddress'>): Promise<Connection> {
  const address = await app.newAddress();
  const { origin, host } = new URL(address);
  const secret = await enter(address);
  const socket = new WebSocket(`ws://${host}/rpc`, ['tiebreak', secret], { origin });
  await once(socket, 'open');
  const client: Client = createORPCClient(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }));
  return {
    client,
    send: async (name, content) => {
      const url = `${origin}/files?name=${encodeURIComponent(name)}`;
      const taken = await fetch(url, {
        method: 'POST',
        headers: { origin, authorization: `Bearer ${secret}` },
        body: content,
      });
      if (!taken.ok) throw new Error(await taken.text());
      return (await taken.json()) as TakenFile;
    },
    close: () => socket.close(),
  };
}

/** The task when it has come to a good end. @throws Error with the task's own words where it has not */
export async function done(client: Client, { task: id }: Started): Promise<Task> {
  for await (const tasks of await client.tasks.watch()) {
    const task = tasks.find((each) => each.id === id);
    if (!task) throw new Error(`There is no task ${id}.`);
    if (task.state === 'done') return task;
    if (task.state !== 'running') throw new Error(`${task.title} ended as ${task.state}: ${task.error?.message}`);
  }
  throw new Error('The app has ended.');
}
