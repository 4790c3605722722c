import type { Draw } from './draw.ts';

/** Something that reads what others wrote. */
export type Target = {
  /** Gets it ready, in a folder of its own that is gone afterwards. */
  readonly open: (folder: string) => Promise<OpenTarget>;
};

type OpenTarget = {
  /** Makes one input and gives it in. Resolves where it was taken, whatever came of it; throws what the reader throws where it was refused. */
  readonly give: (draw: Draw) => Promise<void>;
  readonly close?: () => Promise<void>;
};

/** A defect where a refusal should be: it is thrown by whoever sees that an answer is wrong. */
export class Defect extends Error {}
