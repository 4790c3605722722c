import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { RPCHandler } from '@orpc/server/ws';
import open from 'open';
import { WebSocketServer } from 'ws';
import type { App, Door } from '../../app.ts';
import { projectChanged } from '../../contract/bridge.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { noteDefect } from '../../log/defects.ts';
import type { Pages } from '../shared/assets.ts';
import { secured, sentence } from '../shared/headers.ts';
import { createSite } from '../shared/site.ts';
import { foreign } from './guard.ts';
import { sendResponse, webRequest } from './node-http.ts';
import { createSession, lastPort } from './session.ts';
import { boundStrangers, endUnread, mostStrangers } from './strangers.ts';
import { addressWith, leaveWord } from './word.ts';

/** Bounds on what a broken or hostile page can make this process hold. */
const limits = { messageBytes: 4 << 20, headerBytes: 16 << 10, friends: 256, sockets: 32 } as const;
/** Milliseconds: for what stands before a body, how often that is looked at, and for a file on its way. */
const times = { headers: 10_000, look: 2_000, upload: 60 * 60_000 } as const;
/** What the socket of a page speaks; the secret of its session stands beside it, since a page can set no other header there. */
const socketProtocol = 'tiebreak';

/** The browser is on this machine, so the system can show a folder beside it. */
const door: Door = {
  kind: 'browser',
  openFolder: async (path) => void (await open(path)),
};

export type BrowserDoor = {
  /** An address to be opened. Its key lets one browser in, once. */
  readonly newAddress: () => string;
  readonly port: number;
  /** Shows another application, which is open, in the place of the one before: all pages are loaded again. */
  readonly show: (app: App) => void;
  /** Ends all connections, and resolves when the port is free. */
  readonly close: () => Promise<void>;
};

/**
 * Serves pages to browsers on this machine, and calls and files to those pages that were given a key.
 * @param port 0 for the one of the last time, or else any free one
 * @param openProject what a page can ask to show another project; without it the door stays with this one
 */
export async function openBrowserDoor(
  app: App,
  pages: Pages,
  port = 0,
  openProject?: Door['openProject'],
): Promise<BrowserDoor> {
  const served = (by: App) => ({ site: createSite(pages, by.files), calls: new RPCHandler(by.router) });
  let shown = served(app);
  const context = { door: { ...door, ...(openProject && { openProject }) } satisfies Door };
  const server = createServer({
    maxHeaderSize: limits.headerBytes,
    headersTimeout: times.headers,
    connectionsCheckingInterval: times.look,
    requestTimeout: times.upload,
  });
  server.maxConnections = mostStrangers + limits.friends;
  const befriend = boundStrangers(server);
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    perMessageDeflate: false,
    handleProtocols: () => socketProtocol,
  });
  const own = await (port === 0 ? listenAgain(server, lastPort(app.home)) : listen(server, port));
  const session = createSession(app.home, own);
  let word = leaveWord(app.home, own);
  const base = `http://127.0.0.1:${own}`;

  const isFriend = ({ headers, socket }: IncomingMessage): boolean => {
    const knows = session.knows(/^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '');
    if (knows) befriend(socket);
    return knows;
  };
  /** What the door itself answers: how a page comes in, and a second start. Null for everything else. */
  const enter = (incoming: IncomingMessage, { pathname, searchParams }: URL): Response | null => {
    const header = (name: string): string => String(incoming.headers[name] ?? '');
    if (incoming.method === 'POST' && pathname === '/session') {
      // A key is used up even where nobody needs it any more: it has stood in an address.
      const secret = session.enter(header('tiebreak-key'));
      if (isFriend(incoming)) return secured(null, 204, {});
      return secret === null ? sentence(403, notLetIn) : secured(secret, 200, { 'Content-Type': 'text/plain' });
    }
    const mark = /^\/session\/([0-9a-f]{16})$/.exec(pathname)?.[1];
    if (incoming.method === 'GET' && mark !== undefined) {
      const proof = session.proof(mark, searchParams.get('nonce') ?? '');
      return proof === null ? sentence(403, notLetIn) : secured(proof, 200, { 'Content-Type': 'text/plain' });
    }
    const nonce = header('tiebreak-nonce');
    if (incoming.method === 'POST' && pathname === '/keys' && word.isAsking(nonce, header('tiebreak-asked'))) {
      const key = session.mintKey();
      const answer = JSON.stringify({ key, given: word.giving(nonce, key) });
      return secured(answer, 200, { 'Content-Type': 'application/json' });
    }
    return null;
  };
  /** What is given to who shows no secret: the pages, which hold nothing of anybody's, and a file for its ticket. */
  const isOpenToAll = ({ method }: IncomingMessage, { pathname, searchParams }: URL): boolean =>
    method === 'GET' &&
    (!pathname.startsWith('/files/') || session.useTicket(searchParams.get('ticket') ?? '', pathname));

  const answer = async (incoming: IncomingMessage): Promise<Response> => {
    const refusal = foreign(incoming.headers, own, incoming.method !== 'GET');
    if (refusal !== null) return sentence(403, refusal);
    const url = URL.parse(incoming.url ?? '/', base);
    const entering = url && enter(incoming, url);
    if (entering) return entering;
    const friend = isFriend(incoming);
    if (!friend && !(url && isOpenToAll(incoming, url))) return sentence(403, notLetIn);
    if (url && incoming.method === 'POST' && /^\/files\/[\w-]+$/.test(url.pathname)) {
      return secured(session.ticketFor(url.pathname), 200, { 'Content-Type': 'text/plain' });
    }
    const request = webRequest(incoming, base);
    return request ? shown.site(request) : sentence(404, nothingHere);
  };
  server.on('request', (incoming, outgoing) => {
    answer(incoming)
      .then((response) => sendResponse(response, outgoing))
      .then(() => endUnread(incoming))
      .catch((error: unknown) => {
        noteDefect(error);
        outgoing.destroy();
      });
  });

  const upgradeRefusal = ({ headers, url, method }: IncomingMessage): string | null => {
    const refusal = foreign(headers, own, true);
    if (refusal !== null) return refusal;
    const [protocol, secret] = (headers['sec-websocket-protocol'] ?? '').split(/, */);
    if (protocol !== socketProtocol || !session.knows(secret ?? '')) return notLetIn;
    if (method !== 'GET' || url !== '/rpc') return nothingHere;
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
        () => socket.destroy(),
      );
      return;
    }
    befriend(socket);
    sockets.handleUpgrade(incoming, socket, head, (webSocket) => {
      // A message that is too long ends its connection, which the page says.
      webSocket.on('error', () => {});
      void shown.calls.upgrade(webSocket, { context });
    });
  });

  return {
    newAddress: () => addressWith(own, session.mintKey()),
    port: own,
    show: (next) => {
      shown = served(next);
      session.moveTo(next.home);
      // A page knows things of one project by their numbers: none that was open before may say anything to this one.
      for (const client of sockets.clients) client.close(projectChanged);
      word.remove();
      word = leaveWord(next.home, own);
    },
    close: async () => {
      word.remove();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await closed;
    },
  };
}

const nothingHere = 'There is nothing at this address.';
const notLetIn =
  'This is for the browser that Tiebreak opened: use the whole address that Tiebreak printed when it started.';

/** On this port if it is free, so that tabs of the last time come back, or else on any. */
function listenAgain(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return port === 0 ? listen(server, 0) : listen(server, port).catch(() => listen(server, 0));
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      const reason = error.code === 'EADDRINUSE' ? 'another program uses it' : error.code;
      const message = `Tiebreak can't listen on port ${port} of this machine (${reason}): choose another one with --port.`;
      reject(new TiebreakError('bad-input', message, { cause: error }));
    };
    server.once('error', failed);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', failed);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
