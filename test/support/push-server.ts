import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a test lets go wrong. */
type Faults = {
  /** Bytes of one upload after which the store breaks the connection, this many times. */
  breakAfter?: number;
  breaks?: number;
  /** Only uploads of parts from this number on break. */
  breakFrom?: number;
  /** The store takes bytes and never answers. */
  hang?: boolean;
  /** Uploads that were begun before are known no more. */
  forgetsUploads?: boolean;
  /** Completes uploads in parts, and breaks the connection before it says so, this many times. */
  losesCompletions?: number;
  /** Status of answers whose path has this word in it, and how often (without a number, always). */
  refuse?: { readonly path: string; readonly status: number; readonly body?: string; times?: number };
  /** Answers every question with this. */
  strange?: string;
  /** Names the store by another address. */
  store?: string;
  /** Sends questions about models on to here. */
  location?: string;
};

type Commit = { readonly title: string; readonly files: ReadonlyMap<string, Buffer> };
type Repository = { private: boolean; readonly commits: Commit[] };

export type PushServer = {
  readonly address: string;
  readonly faults: Faults;
  /** Every request: 'hub POST /api/repos/create', 'store PUT part 2'. */
  readonly asked: string[];
  /** What a request had that it should not have, or lacked. */
  readonly wrong: string[];
  readonly repositories: Map<string, Repository>;
  /** Objects that are up, by their checksums. */
  readonly objects: Map<string, Buffer>;
  /** Bytes that the store took. */
  readonly taken: () => number;
  readonly close: () => Promise<void>;
};

type Reply = readonly [status: number, json: unknown];
type Upload = { readonly oid: string; readonly size: number; readonly parts: Map<number, Buffer> };

/**
 * A hub that takes models, with a store of large files at another origin, as the real one has: it makes repositories, says which files go by
 * Git LFS, gives addresses for uploads whole and in parts, holds what came against its checksum, and takes commits.
 * @param chunk bytes from which on a large file goes up in parts of that many
 */
export async function startPushServer(token: string, owner: string, chunk: number): Promise<PushServer> {
  const faults: Faults = {};
  const asked: string[] = [];
  const wrong: string[] = [];
  const repositories = new Map<string, Repository>();
  const objects = new Map<string, Buffer>();
  const uploads = new Map<string, Upload>();
  let taken = 0;

  const store = createServer((request, response) => {
    const [, id = '', part = ''] = request.url!.split('/');
    const number = part === 'whole' ? 1 : Number(part);
    asked.push(`store ${request.method} ${part === 'whole' ? 'whole' : `part ${part}`}`);
    if (request.headers.authorization) wrong.push('the store was shown the token');
    const length = Number(request.headers['content-length'] ?? Number.NaN);
    if (Number.isNaN(length)) wrong.push('the store was not told how long the body is');
    const pieces: Buffer[] = [];
    let bytes = 0;
    request.on('error', () => undefined);
    request.on('data', (piece: Buffer) => {
      bytes += piece.length;
      taken += piece.length;
      pieces.push(piece);
      const { breakAfter, breakFrom = 0, breaks = Number.POSITIVE_INFINITY } = faults;
      if (breakAfter === undefined || bytes < breakAfter || number < breakFrom || breaks === 0) return;
      faults.breaks = breaks - 1;
      request.socket.destroy();
    });
    request.on('end', () => {
      if (faults.hang || refusedBy(faults, `/store/${part}`, response)) return;
      const body = Buffer.concat(pieces);
      if (body.length !== length) wrong.push('another length than was said');
      const upload = uploads.get(id);
      if (!upload) response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>');
      else if (part === 'whole' && sumOf(body) !== upload.oid) response.writeHead(400).end('BadDigest');
      else {
        if (part === 'whole') objects.set(upload.oid, body);
        else upload.parts.set(number, body);
        response.writeHead(200, { etag: markOf(body) }).end();
      }
    });
  });
  const storeAddress = await listen(store);

  const hub = createServer(async (request, response) => {
    const { pathname } = new URL(request.url!, 'http://hub');
    asked.push(`hub ${request.method} ${pathname}`);
    const text = await bodyOf(request);
    if (refusedBy(faults, pathname, response)) return;
    if (request.headers['user-agent'] !== 'tiebreak') wrong.push(`a user agent ${request.headers['user-agent']}`);
    const shown = request.headers.authorization;
    const stranger = { error: `Invalid credentials in Authorization header: ${shown}` };
    const completes = pathname.startsWith('/api/complete/');
    if (completes && shown) wrong.push('the address that completes an upload was shown the token');
    const known = completes || shown === `Bearer ${token}`;
    const reply = known ? answerOf(pathname, text) : ([401, stranger] as const);
    const location = faults.location && pathname.startsWith('/api/models/') ? faults.location : undefined;
    if (location) response.writeHead(307, { location }).end();
    else if (reply === null) response.socket?.destroy();
    else if (faults.strange !== undefined) response.writeHead(200).end(faults.strange);
    else response.writeHead(reply[0], { 'content-type': 'application/json' }).end(JSON.stringify(reply[1]));
  });

  function answerOf(pathname: string, text: string): Reply | null {
    try {
      return answer(pathname, text);
    } catch (error) {
      wrong.push(`what can't be read, at ${pathname}: ${error}`);
      return [400, { error: 'Bad request' }];
    }
  }

  function answer(pathname: string, text: string): Reply | null {
    if (pathname === '/api/whoami-v2') return [200, { name: owner, type: 'user', auth: { type: 'access_token' } }];
    if (pathname === '/api/repos/create') return create(JSON.parse(text) as Creation);
    if (pathname.startsWith('/api/complete/')) {
      return complete(pathname.split('/').at(-1)!, JSON.parse(text) as Completion);
    }
    const [, name = '', rest = ''] = /^\/(?:api\/models\/)?([^/]+\/[^/]+?)(?:\.git)?(?:\/(.*))?$/.exec(pathname) ?? [];
    const found = repositories.get(name);
    if (!found) return [404, { error: 'Repository not found' }];
    if (rest === '') return [200, { id: name, private: found.private }];
    if (!name.startsWith(`${owner}/`)) return [403, { error: 'Forbidden: you must be in the organization' }];
    if (rest === 'preupload/main') {
      const { files } = JSON.parse(text) as { files: { path: string; size: number; sample: string }[] };
      const modes = files.map(({ path, size }) => {
        const large = /\.(safetensors|bin|onnx)$/.test(path) || size > 10_000_000;
        return { path, uploadMode: large ? 'lfs' : 'regular', shouldIgnore: false };
      });
      return [200, { files: modes }];
    }
    if (rest === 'info/lfs/objects/batch') return [200, batch(JSON.parse(text) as Batch)];
    if (rest === 'commit/main') return commit(name, found, text);
    return [404, { error: `Nothing is at ${pathname}` }];
  }

  function create({ name, organization, visibility }: Creation): Reply {
    if (organization !== owner) {
      return [403, { error: `You don't have the rights to create a model under the namespace "${organization}"` }];
    }
    if (repositories.has(`${owner}/${name}`)) return [409, { error: 'You already created this model repo' }];
    repositories.set(`${owner}/${name}`, { private: visibility === 'private', commits: [] });
    return [200, { url: `${address}/${owner}/${name}`, id: '0', name: `${owner}/${name}` }];
  }

  function batch({ objects: wanted, transfers }: Batch): object {
    if (!transfers.includes('multipart') || transfers.includes('xet')) wrong.push(`transfers ${transfers.join()}`);
    if (faults.forgetsUploads) uploads.clear();
    const all = wanted.map(({ oid, size }) => {
      if (objects.has(oid)) return { oid, size };
      const id = randomBytes(8).toString('hex');
      uploads.set(id, { oid, size, parts: new Map() });
      const at = faults.store ?? storeAddress;
      if (size <= chunk) return { oid, size, actions: { upload: { href: `${at}/${id}/whole` } } };
      const count = Math.ceil(size / chunk);
      const parts = Array.from({ length: count }, (_, i) => [String(i + 1).padStart(5, '0'), `${at}/${id}/${i + 1}`]);
      const header = { chunk_size: String(chunk), ...(Object.fromEntries(parts) as Record<string, string>) };
      return { oid, size, actions: { upload: { href: `${address}/api/complete/${id}`, header } } };
    });
    return { transfer: wanted.some(({ size }) => size > chunk) ? 'multipart' : 'basic', objects: all };
  }

  function complete(id: string, { oid, parts }: Completion): Reply | null {
    const upload = uploads.get(id);
    const pieces = parts.flatMap(({ partNumber, etag }) => {
      const part = upload?.parts.get(partNumber);
      return part && etag === markOf(part) ? [part] : [];
    });
    const whole = Buffer.concat(pieces);
    if (upload?.oid !== oid || sumOf(whole) !== oid) return [404, { error: 'No such upload' }];
    objects.set(oid, whole);
    uploads.delete(id);
    const lost = (faults.losesCompletions ?? 0) > 0;
    if (lost) faults.losesCompletions! -= 1;
    return lost ? null : [200, {}];
  }

  function commit(name: string, repository: Repository, text: string): Reply {
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { key: string; value: Record<string, string> });
    const files = new Map<string, Buffer>();
    let title = '';
    for (const { key, value } of lines) {
      const object = objects.get(value.oid ?? '');
      if (key === 'header') title = value.summary!;
      else if (key === 'file') files.set(value.path!, Buffer.from(value.content!, value.encoding as BufferEncoding));
      else if (key === 'lfsFile' && object) files.set(value.path!, object);
      else return [400, { error: `LFS object ${value.oid} is not there` }];
    }
    const [, license] = /^license: "(.*)"$/m.exec(String(files.get('README.md'))) ?? [];
    if (license === 'my-own') {
      return [400, { error: 'Invalid metadata in README.md.\n- "license" must be one of [apache-2.0, mit]' }];
    }
    repository.commits.push({ title, files });
    const commitOid = sumOf(Buffer.from(text)).slice(0, 40);
    return [200, { success: true, commitOid, commitUrl: `${address}/${name}/commit/${commitOid}`, hookOutput: '' }];
  }

  const address = await listen(hub);
  return {
    ...{ address, faults, asked, wrong, repositories, objects },
    taken: () => taken,
    close: async () => {
      for (const server of [hub, store]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

type Batch = { readonly objects: readonly { oid: string; size: number }[]; readonly transfers: readonly string[] };
type Creation = { readonly name: string; readonly organization: string; readonly visibility: string };
type Completion = { readonly oid: string; readonly parts: readonly { partNumber: number; etag: string }[] };

function refusedBy({ refuse }: Faults, pathname: string, response: ServerResponse): boolean {
  if (!refuse || refuse.times === 0 || !pathname.includes(refuse.path)) return false;
  if (refuse.times !== undefined) refuse.times -= 1;
  const type = refuse.body?.startsWith('{') ? 'application/json' : 'text/html';
  response.writeHead(refuse.status, { 'content-type': type }).end(refuse.body ?? '<h1>an error page</h1>');
  return true;
}

/** The mark that the store gives what it took. */
const markOf = (bytes: Buffer): string => `"${sumOf(bytes).slice(0, 32)}"`;
const sumOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
