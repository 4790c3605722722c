import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeStream } from 'node:stream/web';

/** Node's request as the web's; its content is not read before somebody asks for it. */
export function webRequest(incoming: IncomingMessage, base: string): Request | null {
  const url = URL.parse(incoming.url ?? '/', base);
  // An address with a host of its own is not ours.
  if (!url || url.origin !== new URL(base).origin) return null;
  const method = incoming.method ?? 'GET';
  const bare = method === 'GET' || method === 'HEAD';
  const body = bare ? null : (Readable.toWeb(incoming) as ReadableStream<Uint8Array>);
  try {
    return new Request(url, { method, body, duplex: 'half' } as RequestInit);
  } catch {
    // TRACE and the like.
    return null;
  }
}

/** Sends the web's response as Node's. Ends quietly where the other side has gone. */
export async function sendResponse(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (!response.body) {
    outgoing.end();
    return;
  }
  try {
    await pipeline(Readable.fromWeb(response.body as NodeStream), outgoing);
  } catch {
    outgoing.destroy();
  }
}
