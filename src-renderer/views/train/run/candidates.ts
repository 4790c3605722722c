/** What the train view says of what there is to rank with. Pure. */
import { candidateName } from '../../../../src-main/common/candidate-words.ts';
import { isFigure, measuredInterval } from '../../../../src-main/common/measured.ts';
import type { IntervalRow } from '../../../../src-main/contract/figures.ts';
import type { Candidates } from '../../../../src-main/contract/reports.ts';

/** Rows of a plot; the best model stands out. */
export const candidateRows = ({ list, best }: Candidates): readonly IntervalRow[] =>
  list.map((one) => ({
    name: candidateName(one),
    value: isFigure(one.accuracy) ? one.accuracy : null,
    interval: measuredInterval(one.interval),
    emphasis: one.model?.id === best,
    of: one.method === 'longer' ? 'longer' : 'model',
  }));

/** What ranks now: the model in use, whether a person chose it, and which they may use in its place. */
export function ranksWords(
  best: string | null,
  inUse: string | null,
  chosen: boolean,
): { readonly text: string; readonly use: string | null } {
  if (inUse === null) return { text: 'No model ranks now.', use: null };
  if (inUse === best) return { text: chosen ? `${inUse} ranks: you chose it.` : `${inUse} ranks now.`, use: null };
  if (chosen) return { text: `${inUse} ranks, since you chose it.`, use: best };
  return { text: `${inUse} ranks now, since a later training.`, use: null };
}
