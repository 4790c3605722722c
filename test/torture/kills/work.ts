import type { App } from '../../../src-main/app.ts';
import type { clientOf } from '../../support/served.ts';

type Client = ReturnType<typeof clientOf>;

/** An application that works on a case. */
export type AtWork = {
  readonly app: App;
  readonly client: Client;
  /** A folder of files to read, and one to write into. */
  readonly files: string;
  readonly out: string;
};

/** What was told to a person as done. */
export type Told = Readonly<Record<string, unknown>>;

/** A kind of work that is broken off. */
export type Work = {
  /** How many of a thousand kills it gets. */
  readonly share: number;
  /** Whether it needs the engine; else the one of the tests does, which starts at once and learns nothing. */
  readonly engine: boolean;
  /** What has to be there before, besides posts, answers and models. */
  readonly prepare?: (at: AtWork) => Promise<void>;
  /** Does the work, and tells of each part of it when it is done, as a door would. */
  readonly perform: (at: AtWork, tell: (told: Told) => void) => Promise<void>;
  /** After the next start: what of that which was told is not there, in sentences. */
  readonly missing: (at: AtWork, told: readonly Told[]) => Promise<readonly string[]> | readonly string[];
  /** Goes on with what was broken off, or does it again, to its end. */
  readonly goOn: (at: AtWork) => Promise<void>;
  /** What there is then: the same as if nothing had been broken off. Nothing, where each time may come to something else. */
  readonly outcome: (at: AtWork) => unknown;
};
