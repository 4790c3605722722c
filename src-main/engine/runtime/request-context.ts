import type { Progress } from '../../contract/engine.ts';

/** How a running request, of any kind, talks to whoever made it. */
export type RequestContext = {
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
};
