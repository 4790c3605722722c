import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a test lets go wrong. */
type Faults = {
  /** Status of every answer about the model. */
  status?: number;
  /** Breaks the connection after so many bytes of weights, this many times. */
  breakAfter?: number;
  breaks?: number;
  /** Sends other bytes than the list says. */
  spoil?: boolean;
  /** Claims and sends so many bytes more than listed (fewer where negative). */
  longer?: number;
  /** Knows nothing of ranges. */
  noRanges?: boolean;
  /** Says nothing after the first bytes until the test ends. */
  hang?: boolean;
  /** What it answers instead of a list. */
  list?: string;
  /** Sends on to here instead of to the store. */
  location?: string;
  /** How the list differs from the truth. */
  change?: (siblings: Record<string, unknown>[]) => Record<string, unknown>[];
};

export type HubServer = {
  readonly address: string;
  readonly faults: Faults;
  /** Every request, as METHOD HOST-PART PATH [RANGE]. */
  readonly asked: string[];
  readonly close: () => Promise<void>;
};

export const revision = '1234567890abcdef1234567890abcdef12345678';
const isLarge = (name: string): boolean => /\.(safetensors|bin)$/.test(name);

/** A hub with one model, and a store of large files at another origin to which it sends on, as the real one does. */
export async function startHub(model: string, files: ReadonlyMap<string, Buffer>): Promise<HubServer> {
  const faults: Faults = {};
  const asked: string[] = [];
  const note = (part: string, { url, headers }: IncomingMessage): void => {
    const secret = headers.cookie ?? headers.authorization;
    asked.push([part, url, headers.range, secret && 'SECRET'].filter(Boolean).join(' '));
  };
  const store = createServer((request, response) => {
    note('store', request);
    const content = files.get(decodeURIComponent(request.url!.slice(1)));
    if (content) send(request, response, content, faults, true);
    else response.writeHead(404).end();
  });
  const storeAddress = await listen(store);
  const hub = createServer((request, response) => {
    note('hub', request);
    const { pathname } = new URL(request.url!, 'http://hub');
    if (faults.status) return response.writeHead(faults.status).end('<h1>an error page</h1>');
    if (pathname === '/api/models/old-name/revision/main') {
      return response.writeHead(307, { location: `/api/models/${model}/revision/main?blobs=true` }).end();
    }
    if (['main', revision, 'v1%2Fa'].some((name) => pathname === `/api/models/${model}/revision/${name}`)) {
      response.writeHead(200, { 'content-type': 'application/json' });
      return response.end(faults.list ?? JSON.stringify(listOf(model, files, faults)));
    }
    const prefix = `/${model}/resolve/${revision}/`;
    const name = pathname.startsWith(prefix) ? decodeURIComponent(pathname.slice(prefix.length)) : '';
    const content = files.get(name);
    if (!content) return response.writeHead(404).end('Entry not found');
    if (!isLarge(name)) return send(request, response, content, faults, false);
    const location = faults.location ?? `${storeAddress}/${encodeURIComponent(name)}`;
    return response.writeHead(302, { location, 'set-cookie': 'secret=1' }).end();
  });
  const address = await listen(hub);
  return {
    address,
    faults,
    asked,
    close: async () => {
      for (const server of [hub, store]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function listOf(model: string, files: ReadonlyMap<string, Buffer>, { change = (all) => all }: Faults) {
  const siblings = [...files].map(([rfilename, content]): Record<string, unknown> => {
    const blobId = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
    const sha256 = createHash('sha256').update(content).digest('hex');
    const lfs = !isLarge(rfilename) ? {} : { lfs: { sha256, size: content.length, pointerSize: 134 } };
    return { rfilename, size: content.length, blobId, ...lfs };
  });
  return {
    _id: '1',
    id: model,
    modelId: model,
    sha: revision,
    private: false,
    gated: false,
    siblings: change(siblings),
  };
}

function send(
  { headers }: IncomingMessage,
  response: ServerResponse,
  content: Buffer,
  faults: Faults,
  weights: boolean,
): void {
  const { breakAfter = 0, spoil, longer = 0, noRanges, hang } = weights ? faults : {};
  const from = noRanges ? 0 : Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  let body = Buffer.from(content.subarray(from));
  if (longer > 0) body = Buffer.concat([body, Buffer.alloc(longer)]);
  if (longer < 0) body = body.subarray(0, longer);
  if (spoil) body[body.length - 1]! ^= 1;
  const range = from > 0 ? { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` } : {};
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': body.length, ...range });
  if (hang) {
    response.write(body.subarray(0, 1000));
  } else if (breakAfter > 0 && (faults.breaks ?? 0) > 0) {
    faults.breaks! -= 1;
    response.write(body.subarray(0, breakAfter), () => setTimeout(() => response.destroy(), 50));
  } else response.end(body);
}
