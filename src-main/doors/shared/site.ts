import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { ReadableStream as NodeStream } from 'node:stream/web';
import type { App } from '../../app.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { noteDefect } from '../../log/defects.ts';
import type { Pages } from './assets.ts';
import { secured, sentence } from './headers.ts';

/** What a door serves beside the calls: the pages, and files on their way in and out. */
export type Site = (request: Request) => Promise<Response>;

/**
 * The same in the window and in the browser. Who may ask is decided before.
 *   GET  /, /assets/...     the pages
 *   POST /files?name=NAME   takes in the body; answers with a TakenFile
 *   GET  /files/HANDLE      gives a file on offer
 */
export function createSite(pages: Pages, files: App['files']): Site {
  let assets = pages();
  return async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    try {
      if (request.method === 'POST' && pathname === '/files') {
        return await take(files, request, searchParams.get('name') ?? '');
      }
      if (request.method === 'GET') {
        if (pathname === '/') assets = pages();
        const asset = assets.get(pathname);
        if (asset) {
          return secured(asset.content, 200, {
            'Content-Type': asset.type,
            'Cache-Control': asset.hashed ? 'public, max-age=31536000, immutable' : 'no-store',
          });
        }
        // Browsers ask for it by themselves, and complain where there is none.
        if (pathname === '/favicon.ico') return secured(null, 204, {});
        const handle = /^\/files\/([A-Za-z0-9_-]{16,64})$/.exec(pathname)?.[1];
        if (handle !== undefined) return give(files, handle);
      }
      return sentence(404, 'There is nothing at this address.');
    } catch (error) {
      return failure(error);
    }
  };
}

async function take(files: App['files'], request: Request, name: string): Promise<Response> {
  const content = request.body ? Readable.fromWeb(request.body as NodeStream) : Readable.from([]);
  const taken = await files.take(content, name);
  return secured(JSON.stringify(taken), 200, { 'Content-Type': 'application/json' });
}

function give(files: App['files'], handle: string): Response {
  const { path, name, bytes } = files.find(handle);
  const content = Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>;
  return secured(content, 200, {
    // Never shown as a page, whatever is in it.
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': attachment(name),
    'Content-Length': String(bytes),
  });
}

/** RFC 6266 and 8187: a plain name for old programs, and the true one. */
function attachment(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const coded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${coded}`;
}

function failure(error: unknown): Response {
  if (error instanceof TiebreakError) return sentence(error.code === 'not-found' ? 404 : 400, error.message);
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC') return sentence(507, 'The disk is full. Nothing was changed: make room and try again.');
  // The person went away while the file was on its way.
  if (code !== 'ERR_STREAM_PREMATURE_CLOSE' && code !== 'ECONNRESET') noteDefect(error);
  return sentence(500, 'The file could not be handed over. Nothing was changed: try again.');
}
