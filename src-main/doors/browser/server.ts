import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { RPCHandler } from '@orpc/server/ws';
import { WebSocketServer } from 'ws';
import type { App } from '../../app.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Pages } from '../shared/assets.ts';
import { secured, sentence } from '../shared/headers.ts';
import { createSite } from '../shared/site.ts';
import { foreign } from './guard.ts';
import { sendResponse, webRequest } from './node-http.ts';
import { createSession } from './session.ts';

/** Bounds on what a broken or hostile page can make this process hold. */
const limits = { messageBytes: 4 << 20, headerBytes: 16 << 10, connections: 256, sockets: 32 } as const;
const uploadMs = 60 * 60_000;

export type BrowserDoor = {
  /** To be opened; holds the key. */
  readonly address: string;
  readonly port: number;
  /** Ends all connections, and resolves when the port is free. */
  readonly close: () => Promise<void>;
};

/**
 * Serves pages and calls to browsers on this machine that were given the key.
 * @param port 0 for any free one
 */
export async function openBrowserDoor(app: App, pages: Pages, port = 0): Promise<BrowserDoor> {
  const site = createSite(pages, app.files);
  const calls = new RPCHandler(app.router);
  const server = createServer({ maxHeaderSize: limits.headerBytes, requestTimeout: uploadMs });
  server.maxConnections = limits.connections;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: limits.messageBytes, perMessageDeflate: false });
  const own = await listen(server, port);
  const session = createSession(own);
  const base = `http://127.0.0.1:${own}`;

  const answer = async (incoming: IncomingMessage): Promise<Response> => {
    const refusal = foreign(incoming.headers, own, incoming.method !== 'GET');
    if (refusal !== null) return sentence(403, refusal);
    const url = URL.parse(incoming.url ?? '/', base);
    if (incoming.method === 'GET' && url?.pathname === '/' && session.isKey(url.searchParams.get('key'))) {
      return secured(null, 303, { Location: '/', 'Set-Cookie': session.setCookie });
    }
    if (!session.hasCookie(incoming.headers.cookie)) return sentence(403, notLetIn);
    const request = webRequest(incoming, base);
    return request ? site(request) : sentence(404, 'There is nothing at this address.');
  };
  server.on('request', (incoming, outgoing) => {
    answer(incoming)
      .then((response) => sendResponse(response, outgoing))
      .then(() => incoming.resume())
      .catch((error: unknown) => {
        console.error(error);
        outgoing.destroy();
      });
  });

  const upgradeRefusal = ({ headers, url, method }: IncomingMessage): string | null => {
    const refusal = foreign(headers, own, true);
    if (refusal !== null) return refusal;
    if (!session.hasCookie(headers.cookie)) return notLetIn;
    if (method !== 'GET' || url !== '/rpc') return 'There is nothing at this address.';
    return sockets.clients.size < limits.sockets ? null : 'Too many pages are open: close some.';
  };
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const refusal = upgradeRefusal(incoming);
    if (refusal !== null) {
      const text = `${refusal}\n`;
      const type = 'Content-Type: text/plain; charset=utf-8';
      socket.end(
        `HTTP/1.1 403 Forbidden\r\nConnection: close\r\n${type}\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
      );
      return;
    }
    sockets.handleUpgrade(incoming, socket, head, (webSocket) => {
      // A message that is too long ends its connection, which the page says.
      webSocket.on('error', () => {});
      void calls.upgrade(webSocket, { context: { door: { kind: 'browser' } } });
    });
  });

  return {
    address: `${base}/?key=${session.key}`,
    port: own,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await closed;
    },
  };
}

const notLetIn =
  'This is for the browser that Tiebreak opened: use the whole address that Tiebreak printed when it started.';

function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'another program uses it' : error.code;
      const message = `Tiebreak can't listen on port ${port} of this machine (${reason}): choose another one with --port.`;
      reject(new TiebreakError('bad-input', message, { cause: error }));
    });
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
