import { setTimeout as sleep } from 'node:timers/promises';
import { duration, size } from '../common/words.ts';
import { TiebreakError } from '../contract/errors.ts';
import { type Ask, type Gathered, Refused, strange, type Thread } from './site.ts';

/** All that is said of who asks. */
export const userAgent = 'tiebreak';
export const mostRequests = 200;

export type Limits = {
  readonly requests: number;
  /** Bytes of one answer, and of all together. */
  readonly answer: number;
  readonly all: number;
  /** Milliseconds until an answer must be here whole. */
  readonly time: number;
  /** Milliseconds between two requests. */
  readonly between: number;
  /** Seconds that a site may ask to wait. */
  readonly wait: number;
};

const limits: Limits = {
  requests: mostRequests,
  answer: 50e6,
  all: 200e6,
  time: 120_000,
  between: 1000,
  wait: 60,
};
const mostRedirects = 3;
const mostWaits = 3;

export type ThreadHooks = {
  readonly signal: AbortSignal;
  /** What has come so far. */
  readonly onBytes?: ((bytes: number, requests: number) => void) | undefined;
  /** Says that a site asked to wait. */
  readonly onWait?: ((sentence: string) => void) | undefined;
};

/**
 * Asks for a thread, at its one host alone. No cookie, no name and nothing of what is here goes along.
 * @param stand where requests go instead, for tests: 'http://127.0.0.1:PORT' is asked for /HOST/PATH
 * @throws TiebreakError with one sentence for whatever is wrong
 */
export async function fetchThread(
  thread: Thread,
  stand: string | null,
  hooks: ThreadHooks,
  own: Partial<Limits> = {},
): Promise<Gathered> {
  const bounds = { ...limits, ...(stand === null ? {} : { between: 0 }), ...own };
  let [requests, bytes, next] = [0, 0, 0];
  const rest = async (seconds: number): Promise<void> => {
    if (seconds > bounds.wait) throw asksToWait(thread.host, seconds);
    next = Math.max(next, performance.now() + seconds * 1000);
  };
  const once = async (address: string): Promise<Response> => {
    if (requests >= bounds.requests) throw strange(thread.host);
    const wait = next - performance.now();
    if (wait > 0) await sleep(wait, undefined, { signal: hooks.signal });
    requests += 1;
    next = performance.now() + bounds.between;
    return send(address, thread.host, stand, AbortSignal.any([hooks.signal, AbortSignal.timeout(bounds.time)]));
  };
  const ask: Ask = Object.assign(
    async (address: string): Promise<unknown> => {
      for (let waits = 0; ; waits++) {
        const answer = await once(address);
        if (answer.status === 429) {
          await answer.body?.cancel();
          const seconds = secondsOf(answer.headers.get('retry-after'));
          if (seconds === null || seconds > bounds.wait || waits >= mostWaits) throw asksToWait(thread.host, seconds);
          hooks.onWait?.(`${thread.host} asks to wait for ${duration(seconds)}.`);
          await rest(seconds);
          continue;
        }
        if (!answer.ok) {
          await answer.body?.cancel();
          throw refusal(answer.status, thread);
        }
        const most = Math.min(bounds.answer, bounds.all - bytes);
        const text = await readText(answer, most, thread, (length) => hooks.onBytes?.(bytes + length, requests));
        bytes += Buffer.byteLength(text);
        return parsed(text, answer, thread);
      }
    },
    { left: () => bounds.requests - requests, rest },
  );
  try {
    return await thread.gather(ask);
  } catch (error) {
    if (hooks.signal.aborted) {
      throw new TiebreakError('cancelled', 'The fetching was cancelled. Nothing was changed.', { cause: error });
    }
    if (error instanceof TiebreakError) throw error;
    throw unreachable(thread.host, error, bounds.time);
  }
}

/** One request, followed to where its own host sends on to. */
async function send(address: string, host: string, stand: string | null, signal: AbortSignal): Promise<Response> {
  let url = new URL(address);
  for (let turn = 0; turn <= mostRedirects; turn++) {
    if (url.protocol !== 'https:' || url.host !== host) {
      const message = `${host} sent on to ${url.host}, which was not agreed to. Nothing was changed: see whether the address is right.`;
      throw new TiebreakError('bad-input', message);
    }
    const real = stand === null ? url.href : `${stand}/${url.host}${url.pathname}${url.search}`;
    const answer = await fetch(real, {
      headers: { accept: 'application/json', 'user-agent': userAgent },
      redirect: 'manual',
      credentials: 'omit',
      signal,
    });
    const target = answer.headers.get('location');
    if (answer.status < 300 || answer.status >= 400 || target === null) return answer;
    await answer.body?.cancel();
    if (!URL.canParse(target, url.href)) throw strange(host);
    url = new URL(target, url);
  }
  const message = `${host} sent on from one address to the next without end. Nothing was changed.`;
  throw new TiebreakError('bad-input', message);
}

async function readText(
  answer: Response,
  most: number,
  { host }: Thread,
  onLength: (length: number) => void,
): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of answer.body ?? []) {
    length += piece.length;
    if (length > most) {
      const message = `The answer of ${host} is larger than ${size(most)}, which is too much for a thread. Nothing was changed.`;
      throw new TiebreakError('too-large', message);
    }
    pieces.push(piece);
    onLength(length);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function parsed(text: string, answer: Response, { host, asks }: Thread): unknown {
  const page = /html/.test(answer.headers.get('content-type') ?? '') || /^\s*</.test(text);
  try {
    if (!page) return JSON.parse(text);
  } catch {
    throw strange(host);
  }
  const message = `${host} answered with a web page instead of the data: it wants to see a person, or asks to sign in. Nothing was changed: ${byHand(asks[0]!.address)}`;
  throw new Refused('bad-input', message);
}

const byHand = (address: string): string =>
  `open ${address} in your browser, save it as a file that ends with .json, and import that.`;

/** Seconds of a Retry-After, which may be a date. */
function secondsOf(header: string | null): number | null {
  if (header === null) return null;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}

function asksToWait(host: string, seconds: number | null): TiebreakError {
  const when = seconds === null ? 'in a few minutes' : `in ${duration(seconds)}`;
  return new Refused('busy', `${host} is asked too much at the moment (429). Nothing was changed: try again ${when}.`);
}

function refusal(status: number, { host, page, asks }: Thread): TiebreakError {
  switch (status) {
    case 404:
    case 410:
      return new TiebreakError(
        'not-found',
        `${host} has nothing at this address (${status}): it is gone, private, or was never there. Nothing was changed: see whether ${page} opens in your browser.`,
      );
    case 401:
    case 403:
    case 422:
      return new Refused(
        'bad-input',
        `${host} does not show this to programs that are not signed in (${status}). Nothing was changed: ${byHand(asks[0]!.address)}`,
      );
    case 400:
      return new TiebreakError(
        'not-found',
        `${host} does not understand what it was asked (400). Nothing was changed: see whether ${page} opens in your browser.`,
      );
    default:
      return new TiebreakError(
        'bad-input',
        `${host} answered with an error (${status}). Nothing was changed: try again later.`,
      );
  }
}

function unreachable(host: string, error: unknown, time: number): TiebreakError {
  const { name, cause } = error as { readonly name?: unknown; readonly cause?: { readonly code?: unknown } };
  if (name === 'TimeoutError') {
    const message = `${host} did not answer within ${duration(time / 1000)}. Nothing was changed: try again later.`;
    return new TiebreakError('not-found', message, { cause: error });
  }
  const code = typeof cause?.code === 'string' ? ` (${cause.code})` : '';
  const message = `${host} can't be reached${code}. Nothing was changed: see whether this machine is online.`;
  return new TiebreakError('not-found', message, { cause: error });
}
