import type { Progress, TrainRequest } from '../../contract/engine.ts';
import type { MoreAnswers } from '../../contract/evaluation.ts';
import { worthOfMore } from '../../evaluation/more-answers.ts';
import { strengths } from './fit.ts';
import { type DrawnPairs, drawPairs, heldOutCurve } from './held-out-curve.ts';
import { usualStart } from './start.ts';
import type { Learned } from './train-head.ts';

type Hooks = { readonly onProgress: (progress: Progress) => void; readonly signal: AbortSignal };

export type LookingAhead = {
  /** Keeps some of what a head learned from, until the next one. */
  keep(request: TrainRequest, learned: Learned): void;
  /**
   * What more answers would bring to the model of this folder, by heads that are held as strongly as it was; null where another was
   * trained since.
   * @throws TiebreakError cancelled
   */
  look(modelFolder: string, hooks: Hooks): Promise<MoreAnswers | null>;
};

/** Looks ahead after a training, not in it: what ranks is there by then. */
export function lookingAhead(): LookingAhead {
  let kept: { readonly modelFolder: string; readonly drawn: DrawnPairs; readonly strength: number } | null = null;
  return {
    keep({ modelFolder, config: { seed } }, { data, strength }) {
      const drawn = drawPairs(data, usualStart(data.rows.blocks), seed);
      kept = { modelFolder, drawn, strength: Number.isFinite(strength) ? strength : strengths[0]! };
    },
    async look(modelFolder, { onProgress, signal }) {
      if (kept?.modelFolder !== modelFolder) return null;
      const { drawn, strength } = kept;
      kept = null;
      const begun = performance.now();
      const told = (done: number, total: number): void => {
        const secondsLeft = ((performance.now() - begun) / 1000 / done) * (total - done);
        onProgress({ phase: 'look-ahead', done, total, speed: null, secondsLeft });
      };
      return worthOfMore(await heldOutCurve(drawn, { strength, signal, onProgress: told }));
    },
  };
}
