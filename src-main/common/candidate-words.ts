/** What a training found there is to rank with, in words: the pages and the terminal say it alike. */
import type { Candidate, Candidates } from '../contract/reports.ts';
import { baselineNames, isFigure, longerRule } from './measured.ts';
import { methodLabels } from './training-words.ts';
import { capital, counted, percent } from './words.ts';

type Named = Pick<Candidate, 'method' | 'model'>;

/** A candidate in a table: 'Quick (quick-1)'. */
export const candidateName = ({ method, model }: Named): string =>
  method === 'longer' ? capital(baselineNames.longer) : `${methodLabels[method]} (${model?.name ?? 'deleted'})`;

const shortName = ({ method, model }: Named): string =>
  method === 'longer' ? longerRule : (model?.name ?? methodLabels[method]);

const points = (share: number): string => `${(100 * Math.abs(share)).toFixed(1)} points`;

/** 'by 2.3 points, clearly', of the best over another that is no better. */
function leadWords({ accuracy, interval }: NonNullable<Candidate['behind']>): string {
  const clear = isFigure(interval[0]) && interval[0] > 0;
  return `by ${points(accuracy)}, ${clear ? 'clearly' : 'which can be chance'}`;
}

/** 'by 2.3 points, which can be chance', of a model over the one that ranks all the same. */
function aheadWords({ accuracy, interval }: NonNullable<Candidate['behind']>): string {
  const clear = isFigure(interval[1]) && interval[1] < 0;
  return `by ${points(accuracy)}, ${clear ? 'clearly' : 'which can be chance'}`;
}

/** Which ranks, whether it is the best, by how much, and whether that is more than chance, in a few sentences. */
export function candidatesWords({ pairs, list, best: number }: Candidates): string {
  const best = list.find(({ model }) => model?.id === number);
  if (!best) return '';
  const where = `${counted(pairs, 'pair')} of the validation split`;
  const longer = list.find(({ method }) => method === 'longer');
  const better = list.find(({ model, behind }) => model !== null && behind !== null && behind.accuracy < 0);
  if (longer?.behind && longer.behind.accuracy <= 0) {
    const more = longer.behind.accuracy === 0 ? 'as often as' : 'more often than';
    return `On ${where}, ${longerRule} is right ${more} ${shortName(best)}, the ${better ? 'model that ranks' : 'best model'} (${percent(longer.accuracy)} against ${percent(best.accuracy)}). Ranking works, but it is no better than going by length: more answers may help.`;
  }
  if (better?.behind) {
    const ahead = `${shortName(better)} is right more often, ${aheadWords(better.behind)}`;
    return `${shortName(best)} ranks: it is right on ${percent(best.accuracy)} of ${where}. ${ahead}.`;
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
