import { TiebreakError } from '../contract/errors.ts';
import { leadsNear } from './near.ts';

/** Where models and data sets are fetched from, where nothing else is said. */
export const publicHub = 'https://huggingface.co';

/** What the hub keeps. */
export type Repository = 'model' | 'data set';

/** All that is said of who asks. */
export const userAgent = 'tiebreak';

const mostRedirects = 5;
/** A server that says nothing for so long is taken for gone. */
export const silenceMs = 60_000;

/** Why a connection came to nothing, in a way that trying again may help against. */
export class Broken extends Error {}

/**
 * Asks a server for something, and follows it to where it sends on to: the hub keeps large files elsewhere. Nothing goes along that
 * tells who asks.
 * @throws TiebreakError where the answer is a refusal; Broken where there is none
 */
export async function ask(
  address: string,
  what: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  kind: Repository = 'model',
): Promise<Response> {
  const named = new URL(address);
  const { origin } = named;
  let url = named;
  for (let turn = 0; turn <= mostRedirects; turn++) {
    const answer = await fetch(url, {
      headers: { 'accept-encoding': 'identity', 'user-agent': userAgent, ...headers },
      redirect: 'manual',
      signal,
    }).catch((error: unknown) => {
      throw unreachable(url, error, signal);
    });
    const target = answer.headers.get('location');
    if (answer.status < 300 || answer.status >= 400 || target === null) {
      if (answer.ok) return answer;
      await answer.body?.cancel();
      throw refusal(answer.status, what, origin, kind);
    }
    await answer.body?.cancel();
    const next = URL.canParse(target, url.href) ? new URL(target, url) : null;
    if (!next || (next.protocol !== 'https:' && next.protocol !== url.protocol)) {
      throw new TiebreakError('bad-input', `${url.host} sent on to an address that is not safe. Nothing was changed.`);
    }
    if (await leadsNear(named, next)) {
      const message = `${url.host} sent on to ${next.host}, an address of this machine or its network, which it was not asked for. Nothing was changed.`;
      throw new TiebreakError('bad-input', message);
    }
    url = next;
  }
  throw new TiebreakError(
    'bad-input',
    `${url.host} sent on from one address to the next without end. Nothing was changed.`,
  );
}

/** What a failed request comes to: the cancellation, or a broken connection with its reason. */
export function unreachable({ host }: URL, error: unknown, signal: AbortSignal): Error {
  if (signal.aborted) return error as Error;
  const { cause } = error as { cause?: { code?: unknown } };
  const code = typeof cause?.code === 'string' ? ` (${cause.code})` : '';
  return new Broken(`${host} can't be reached${code}`, { cause: error });
}

function refusal(status: number, what: string, origin: string, kind: Repository): TiebreakError {
  const { host } = new URL(origin);
  const rest = 'Nothing was changed.';
  const its = kind === 'model' ? 'its folder' : 'its files';
  switch (status) {
    case 401:
      return new TiebreakError(
        'not-found',
        `${host} has no ${what}, or shows it only to those who are signed in. ${rest} See whether the name is right; a ${kind} that asks for consent can be downloaded in a browser, and ${its} imported.`,
      );
    case 403:
      return new TiebreakError(
        'bad-input',
        `${host} gives ${what} only to those who have agreed to its terms there. ${rest} Download it in a browser, and import ${its}.`,
      );
    case 404:
      return new TiebreakError('not-found', `${host} has no ${what}. ${rest} See whether the name is right.`);
    case 416:
      return new TiebreakError('damaged', `${host} has less of ${what} than it says. ${rest}`);
    case 429:
      return new TiebreakError(
        'busy',
        `${host} is asked too much at the moment (429). ${rest} Try again in a few minutes.`,
      );
    default:
      return new TiebreakError(
        'bad-input',
        `${host} answered with an error (${status}) for ${what}. ${rest} Try again later.`,
      );
  }
}
