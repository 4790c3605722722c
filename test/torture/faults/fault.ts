import type { Draw } from '../fuzz/draw.ts';
import type { Whole } from '../kills/whole.ts';
import type { WorkName } from '../kills/works.ts';

/** What a case of trouble finds: a folder of its own, and what work comes to that nothing troubles. */
export type FaultCase = {
  readonly folder: string;
  readonly draw: Draw;
  readonly whole: (name: WorkName) => Promise<Whole>;
  /** Puts the folder in which this work begins in the place of the case's. */
  readonly begin: (name: WorkName) => Promise<Whole>;
};

/** A kind of trouble that a disk, a system or another program makes. */
export type Fault = {
  /** What is expected of the application, as a sentence of the table. */
  readonly expected: string;
  readonly rounds: number;
  /** Why it can't be tried on this machine; null where it can. */
  readonly lacking?: () => string | null;
  /** Makes the trouble once, and says what was wrong. */
  readonly run: (at: FaultCase) => Promise<readonly string[]>;
};
