/** What the train view says of what there is to rank with. Pure. */

import type { IntervalRow } from '../../../../src-main/contract/figures.ts';
import type { Candidate, Candidates } from '../../../../src-main/contract/reports.ts';
import { counted, percent } from '../../../words/format.ts';
import { methodLabels } from '../../../words/methods.ts';
import { isFigure, measured } from '../runs/runs.ts';

type Named = Pick<Candidate, 'method' | 'model'>;

/** A candidate in a table: 'Quick (quick-1)'. */
const candidateName = ({ method, model }: Named): string =>
  method === 'longer' ? 'The longer comment wins' : `${methodLabels[method]} (${model?.name ?? 'deleted'})`;

const shortName = ({ method, model }: Named): string =>
  method === 'longer' ? '“the longer comment wins”' : (model?.name ?? methodLabels[method]);

/** Rows of a plot; the best model stands out. */
export const candidateRows = ({ list, best }: Candidates): readonly IntervalRow[] =>
  list.map((one) => ({
    name: candidateName(one),
    value: isFigure(one.accuracy) ? one.accuracy : null,
    interval: measured(one.interval),
    emphasis: one.model?.id === best,
  }));

const points = (share: number): string => `${(100 * Math.abs(share)).toFixed(1)} points`;

/** 'by 2.3 points, clearly', of the best over another that is no better. */
function leadWords({ accuracy, interval }: NonNullable<Candidate['behind']>): string {
  const clear = isFigure(interval[0]) && interval[0] > 0;
  return `by ${points(accuracy)}, ${clear ? 'clearly' : 'which can be chance'}`;
}

/** Which is the best, by how much, and whether that is more than chance, in a few sentences. */
export function candidatesWords({ pairs, list, best: number }: Candidates): string {
  const best = list.find(({ model }) => model?.id === number);
  if (!best) return '';
  const where = `${counted(pairs, 'pair')} of the validation split`;
  const longer = list.find(({ method }) => method === 'longer');
  if (longer?.behind && longer.behind.accuracy <= 0) {
    const more = longer.behind.accuracy === 0 ? 'as often as' : 'more often than';
    return `On ${where}, “the longer comment wins” is right ${more} ${shortName(best)}, the best model (${percent(longer.accuracy)} against ${percent(best.accuracy)}). Ranking works, but it is no better than going by length: more answers may help.`;
  }
  const others = list.filter((one) => one !== best && one.behind !== null);
  const [second] = others;
  const first = `${shortName(best)} is right most often, on ${percent(best.accuracy)} of ${where}.`;
  const leads = [...new Set([second, longer])].flatMap((one) =>
    one?.behind
      ? [
          one.behind.accuracy === 0
            ? `${shortName(one)} is as often right.`
            : `${shortName(best)} is ahead of ${shortName(one)} ${leadWords(one.behind)}.`,
        ]
      : [],
  );
  return [first, ...leads].join(' ');
}

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
