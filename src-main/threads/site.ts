import { TiebreakError } from '../contract/errors.ts';
import type { Asked } from '../contract/fetching.ts';

/** How a thread is asked for. All addresses are made here of what a person gave and of ids: none is taken from an answer. */
export type Thread = {
  /** The page of the thread. */
  readonly page: string;
  /** The only host that is asked. */
  readonly host: string;
  readonly asks: readonly Asked[];
  /**
   * Asks in turn, and gives what a file of this site holds, and what is missing of it, in whole sentences.
   * @throws TiebreakError where an answer is not what the site gives
   */
  readonly gather: (ask: Ask) => Promise<Gathered>;
};

export type Gathered = { readonly content: unknown; readonly missing?: readonly string[] };

/** Asks an address of the thread's host for JSON. @throws TiebreakError for a refusal */
export type Ask = {
  (address: string): Promise<unknown>;
  /** How often more can be asked. */
  readonly left: () => number;
  /** Waits for so many seconds before the next one, as a site wishes; throws where that is too long. */
  readonly rest: (seconds: number) => Promise<void>;
};

export type Site = {
  readonly name: string;
  /** An example for people. */
  readonly example: string;
  /** How the thread at this address is asked for; null where the address is none of this site's threads. */
  readonly plan: (page: URL) => Thread | null;
};

/** A site that does not give this to programs, or not now: another address of it may still answer. */
export class Refused extends TiebreakError {}

/** A site's answer that is not what its documentation says. */
export function strange(host: string): TiebreakError {
  const message = `${host} answered in a way that is not understood here. Nothing was changed: save the thread's JSON in a browser, and import that file.`;
  return new TiebreakError('bad-input', message);
}

/** An answer as an object. */
export function objectOf(value: unknown, host: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw strange(host);
  return value as Record<string, unknown>;
}

export function listOf(value: unknown, host: string): readonly unknown[] {
  if (!Array.isArray(value)) throw strange(host);
  return value;
}
