import type { Progress } from '../../contract/engine.ts';

/** How a running request, a training or another, talks to whoever asked for it. */
export type TrainingContext = {
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
};
