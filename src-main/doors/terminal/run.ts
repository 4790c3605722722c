import type { App, Folder } from '../../app.ts';
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
export type Run = (
  work: (app: App, hooks: CallHooks) => Promise<Outcome> | Outcome,
  /** What is done instead where the database is too damaged to be opened; without it that is an error like every other. */
  whenDamaged?: (message: string, folder: Folder) => Outcome,
) => Promise<void>;

/** Runs a command that opens no data folder. */
export type RunApart = (work: (hooks: CallHooks) => Promise<Outcome> | Outcome) => Promise<void>;

/** The same for what is done with a data folder that can't be opened. */
export type RunIn = (work: (folder: Folder) => Promise<Outcome>) => Promise<void>;
