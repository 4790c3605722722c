import type { App } from '../../app.ts';
import type { CallHooks } from '../../contract/calls.ts';

/** What a command came to: for programs, and for people. */
export type Outcome = {
  /** Where it is more than the memory holds, the text of the object, piece by piece. */
  readonly json: object | AsyncIterable<string>;
  readonly text: string;
  /** Whether a part of it failed, which the exit code says. */
  readonly failed?: boolean;
};

/** Opens the application for a command, runs it and shows what came of it. */
export type Run = (work: (app: App, hooks: CallHooks) => Promise<Outcome> | Outcome) => Promise<void>;
