import { mkdirSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket } from 'ws';
import { type App, openApp } from '../../src-main/app.ts';
import type { api } from '../../src-main/contract/api.ts';
import { type BrowserDoor, openBrowserDoor } from '../../src-main/doors/browser/server.ts';
import { pagesIn } from '../../src-main/doors/shared/assets.ts';
import { scratchFolder } from './run-cli.ts';
import { enter } from './started-door.ts';

export const page = '<!doctype html><title>A page</title>';
export const script = 'export const answer = 42;';

export type TestDoor = {
  readonly app: App;
  readonly door: BrowserDoor;
  readonly home: string;
  readonly origin: string;
  /** What a page has after it opened an address. */
  readonly secret: string;
  readonly close: () => Promise<void>;
};

/** A real application behind a real server, with two small files for pages. */
export async function openTestDoor(): Promise<TestDoor> {
  const scratch = scratchFolder();
  const home = join(scratch.folder, 'home');
  const app = openApp({
    home,
    alone: true,
    engineEntry: fileURLToPath(new URL('./fake-engine.ts', import.meta.url)),
  });
  const door = await openBrowserDoor(app, pagesIn(writePages(scratch.folder), false));
  return {
    app,
    door,
    home,
    origin: `http://127.0.0.1:${door.port}`,
    secret: await enter(door.newAddress()),
    close: async () => {
      await door.close();
      await app.close();
      scratch.remove();
    },
  };
}

/** Writes pages as a build would, and a secret beside them. Gives their folder. */
export function writePages(folder: string): string {
  const pages = join(folder, 'pages');
  mkdirSync(join(pages, 'assets'), { recursive: true });
  writeFileSync(join(pages, 'index.html'), page);
  writeFileSync(join(pages, 'assets/index-a1b2c3.js'), script);
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  return pages;
}

export type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string };
type Ask = { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string };

/** Sends exactly this path and these headers, which fetch would tidy up. */
export function ask(port: number, path: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

export type Connection = {
  readonly client: ContractRouterClient<typeof api>;
  readonly socket: WebSocket;
};

/** Connects as a page does. */
export function connect({ door, origin, secret }: TestDoor): Connection {
  const socket = new WebSocket(`ws://127.0.0.1:${door.port}/rpc`, ['tiebreak', secret], { origin });
  // Blobs, as browsers give them: oRPC's client expects them.
  socket.binaryType = 'blob' as never;
  const link = new RPCLink({ websocket: socket as unknown as globalThis.WebSocket });
  return { socket, client: createORPCClient(link) };
}

/** Why the server would not have this connection; null where it would. */
export function refusalOf(
  port: number,
  path: string,
  { authorization = '', ...headers }: Record<string, string>,
): Promise<number | null> {
  const secret = authorization.replace('Bearer ', '');
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, ['tiebreak', ...(secret ? [secret] : [])], {
      headers,
    });
    socket.on('open', () => {
      socket.terminate();
      resolve(null);
    });
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
    socket.on('error', reject);
  });
}
