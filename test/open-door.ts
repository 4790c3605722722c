import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket } from 'ws';
import type { api } from '../src-main/contract/api.ts';

export type Client = ContractRouterClient<typeof api>;

/** The app as a person starts it, in a process of its own, with the browser door. */
export type RunningApp = {
  /** To be opened in a browser; holds the key. */
  readonly address: string;
  readonly process: ChildProcess;
  /** Ends it as Ctrl-C does, and gives its exit code. */
  readonly stop: () => Promise<number | null>;
  /** Ends it as a crash does. */
  readonly kill: () => Promise<void>;
};

const root = fileURLToPath(new URL('..', import.meta.url));

/** `npm start -- --browser --no-open --home HOME`, until it has printed its address. */
export async function startApp(home: string): Promise<RunningApp> {
  const args = ['src-main/launch.cjs', 'src-main/start.ts', '--browser', '--no-open', '--home', home];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const address = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      said += `${line}\n`;
      if (line.startsWith('http://127.0.0.1:')) resolve(line.trim());
    });
    void ended.then(([code]) => reject(new Error(`The app ended with ${code} before it gave its address:\n${said}`)));
  });
  return {
    address,
    process: child,
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

/** A client that talks to the door as the page does, with the cookie that the address gives. */
export async function connect(address: string): Promise<{ readonly client: Client; readonly close: () => void }> {
  const { origin, host } = new URL(address);
  const answer = await fetch(address, { redirect: 'manual' });
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const socket = new WebSocket(`ws://${host}/rpc`, { headers: { cookie, origin } });
  await once(socket, 'open');
  const client: Client = createORPCClient(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }));
  return { client, close: () => socket.close() };
}
