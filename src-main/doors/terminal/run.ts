import type { App } from '../../app.ts';
import type { CallHooks } from '../../contract/calls.ts';

/** What a command came to: for programs, and for people. */
export type Outcome = {
  readonly json: object;
  readonly text: string;
  /** Whether a part of it failed, which the exit code says. */
  readonly failed?: boolean;
};

/** Opens the application for a command, runs it and shows what came of it. */
export type Run = (work: (app: App, hooks: CallHooks) => Promise<Outcome> | Outcome) => Promise<void>;
