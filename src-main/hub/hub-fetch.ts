import { z } from 'zod';
import { TiebreakError } from '../contract/errors.ts';
import { leadsNear } from './near.ts';
import { mostTries, pause } from './patience.ts';
import { Broken, silenceMs, unreachable, userAgent } from './request.ts';
import { objectSchema, type StartedUpload, type StartedUploads } from './started-uploads.ts';
import type { HubToken } from './token.ts';

/** The hub knows an upload no more that an earlier try began: it is begun anew. */
export class Stale extends Error {}

export type SendingHooks = {
  readonly signal: AbortSignal;
  /** Bytes of large files that went up; negative where they have to go again. */
  readonly onSent: (bytes: number) => void;
  /** Bytes of large files that were up already. */
  readonly onThere: (bytes: number) => void;
};

type Place = { readonly upload: StartedUpload; readonly part: string | null } | undefined;
type Request = { readonly url: URL; readonly init: RequestInit; readonly place: Place };

/**
 * What asks the hub in place of `fetch`, for the library that speaks its protocol: it shows the token to the hub and to nobody else, tries
 * again where a connection breaks, counts what goes up, and leaves out parts that are up. It follows nowhere: what is sent goes where
 * the hub said, or not at all.
 * @throws (what it gives) Broken where nobody answers; Stale; TiebreakError where the answer leads to a place that is not safe
 */
export function hubFetch(hub: string, token: HubToken, started: StartedUploads, hooks: SendingHooks): typeof fetch {
  const { origin, protocol } = new URL(hub);
  return async (input, init = {}) => {
    const address = String(input);
    const url = URL.canParse(address) ? new URL(address) : null;
    const safe = url && (url.protocol === 'https:' || url.protocol === protocol);
    if (!safe || (await leadsNear(new URL(hub), url))) {
      throw new TiebreakError(
        'bad-input',
        'The hub named an address that is not safe to send to. Nothing was sent there.',
      );
    }
    const headers = new Headers(init.headers);
    headers.set('user-agent', userAgent);
    const signal = AbortSignal.any([hooks.signal, ...(init.signal ? [init.signal] : [])]);
    const place = started.at(address);
    // The addresses of an upload let in whoever has them.
    if (url.origin === origin && !place && !(init.body instanceof Blob)) headers.set('authorization', token.header());
    else headers.delete('authorization');
    const request: Request = { url, place, init: { ...init, headers, signal, redirect: 'manual' } };
    const { body } = init;
    if (body instanceof Blob) return sendBlob(request, body, started, hooks);
    const answer = await patiently(request, started, () => once(request));
    if (place && answer.ok) await started.forget(place.upload);
    return answer.ok && url.pathname.endsWith('/info/lfs/objects/batch') ? taken(answer, started, hooks) : answer;
  };
}

/** Sends a file, or a part of one that is not up yet. */
async function sendBlob(
  request: Request,
  blob: Blob,
  started: StartedUploads,
  { onSent, onThere }: SendingHooks,
): Promise<Response> {
  const { upload, part } = request.place ?? {};
  const etag = part ? upload?.etags.get(part) : undefined;
  if (etag !== undefined) {
    onThere(blob.size);
    return new Response(null, { headers: { etag } });
  }
  const answer = await patiently(request, started, () => sendOnce(request, blob, onSent));
  const mark = answer.headers.get('etag');
  if (answer.ok && upload && part && mark) await started.keepPart(upload, part, mark);
  return answer;
}

async function sendOnce({ url, init }: Request, blob: Blob, onSent: (bytes: number) => void): Promise<Response> {
  const silence = new AbortController();
  // The last bytes may lie in the buffers of this machine for a while.
  const quiet = (): NodeJS.Timeout =>
    setTimeout(() => silence.abort(new Broken(`${url.host} takes nothing any more`)), 2 * silenceMs);
  let timer = quiet();
  let sent = 0;
  let broken = false;
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform: (piece, out) => {
      // One that was on its way when the connection broke did not go.
      if (broken) return;
      clearTimeout(timer);
      timer = quiet();
      sent += piece.length;
      onSent(piece.length);
      out.enqueue(piece);
    },
  });
  const takeBack = (): void => {
    broken = true;
    onSent(-sent);
  };
  // Stores take no body of unknown length.
  const headers = new Headers(init.headers);
  headers.set('content-length', String(blob.size));
  const signal = AbortSignal.any([init.signal!, silence.signal]);
  try {
    const body = blob.stream().pipeThrough(counted);
    // Node asks for it with a body that is a stream, and its types don't know it yet.
    const streamed: RequestInit & { duplex: 'half' } = { ...init, headers, signal, body, duplex: 'half' };
    const answer = await once({ url, init: streamed, place: undefined });
    if (answer.ok) await answer.body?.cancel();
    else takeBack();
    return answer;
  } catch (error) {
    takeBack();
    throw silence.signal.aborted && !init.signal!.aborted ? silence.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

/** @throws Broken where there is no answer, or one that may be another in a moment */
async function once({ url, init }: Request): Promise<Response> {
  const answer = await fetch(url, init).catch((error: unknown) => {
    throw unreachable(url, error, init.signal!);
  });
  if (answer.status >= 500) {
    await answer.body?.cancel();
    throw new Broken(`${url.host} answered with an error (${answer.status})`);
  }
  if (answer.status >= 300 && answer.status < 400) {
    await answer.body?.cancel();
    const message = `${url.host} sent on to another address. Nothing was sent there: see on the hub whether the repository has another name by now.`;
    throw new TiebreakError('bad-input', message);
  }
  return answer;
}

/** Tries again after a break. A commit is not: it may have been made. */
async function patiently(
  { url, init, place }: Request,
  started: StartedUploads,
  attempt: () => Promise<Response>,
): Promise<Response> {
  const most = /\/commit\/[^/]+$/.test(url.pathname) ? 1 : mostTries;
  for (let tries = 1; ; tries++) {
    try {
      const answer = await attempt();
      const refused = answer.status >= 400 && answer.status !== 429;
      // After a break it may have come about although nobody said so.
      if (!(refused && place && (place.upload.old || tries > 1))) return answer;
      await answer.body?.cancel();
      await started.forget(place.upload);
      throw new Stale('The hub knows this upload no more');
    } catch (error) {
      if (!(error instanceof Broken) || tries >= most) throw error;
      await pause(init.signal!);
    }
  }
}

const batchSchema = z.looseObject({ objects: z.array(objectSchema) });

/** The answer to a batch request with uploads that were begun before in the place of new ones. */
async function taken(answer: Response, started: StartedUploads, { onThere }: SendingHooks): Promise<Response> {
  const { objects, ...rest } = batchSchema.parse(await answer.json());
  for (const { size, actions } of objects) if (!actions?.upload) onThere(size);
  const all = await Promise.all(objects.map(started.take));
  return Response.json({ ...rest, objects: all }, { headers: { 'content-type': 'application/vnd.git-lfs+json' } });
}
