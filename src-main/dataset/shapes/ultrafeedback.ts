import type { RawComment, RawFact } from '../facts.ts';
import { promptText } from './conversation.ts';
import { type Entry, isEntry, isSaid, leftOut, noEntry, numberIn, saidOnly, sure, unpacked } from './entries.ts';
import { pairs } from './pairs.ts';
import type { Shape } from './shape.ts';

/** UltraFeedback: an instruction with the completions of several models and how each was rated, or made into pairs. */

const completionsIn = (row: Entry): readonly unknown[] | null => {
  const list = unpacked(row.completions);
  return Array.isArray(list) ? list : null;
};

const isOriginal = (row: Entry): boolean =>
  'instruction' in row &&
  (completionsIn(row)?.some((one) => isEntry(one) && 'response' in one && ('model' in one || 'overall_score' in one)) ??
    false);

const isBinarized = (row: Entry): boolean =>
  'prompt' in row &&
  typeof unpacked(row.chosen) === 'object' &&
  typeof unpacked(row.rejected) === 'object' &&
  'score_chosen' in row &&
  'score_rejected' in row;

/** The mean of the ratings that a completion was given for each aspect, or undefined. */
function meanRating(annotations: unknown): number | undefined {
  if (!isEntry(annotations)) return undefined;
  const ratings = Object.values(annotations)
    .map((one) => (isEntry(one) ? numberIn(one.Rating) : null))
    .filter((rating) => rating !== null);
  return ratings.length === 0 ? undefined : ratings.reduce((sum, one) => sum + one, 0) / ratings.length;
}

/** How completions may be rated. One scale counts for all of a row: the first that each of them has, or else the first that any has. */
const scales: readonly ((completion: Entry) => unknown)[] = [
  (completion) => numberIn(completion.overall_score) ?? undefined,
  (completion) => numberIn(completion['fine-grained_score']) ?? undefined,
  (completion) => meanRating(completion.annotations),
];

function scaleOf(completions: readonly Entry[]): (completion: Entry) => unknown {
  const rates = (scale: (completion: Entry) => unknown) => (completion: Entry) => isSaid(scale(completion));
  return (
    scales.find((scale) => completions.every(rates(scale))) ??
    scales.find((scale) => completions.some(rates(scale))) ??
    scales[0]!
  );
}

function factsOf(row: Entry): readonly RawFact[] {
  const completions = completionsIn(row);
  if (completions === null) return [leftOut('row', 'no-completions', 'no list of completions', row)];
  const read = completions.filter(isEntry);
  const scale = scaleOf(read);
  const comments = read.map(
    (one): RawComment => ({ text: one.response, ...saidOnly({ votes: scale(one), author: one.model }) }),
  );
  return [
    {
      kind: 'post',
      post: { text: promptText(row.instruction) },
      comments,
      list: 'row',
    },
    ...completions
      .filter((one) => !isEntry(one))
      .map((one) => leftOut('comment', 'not-an-entry', 'no entry with named fields', one)),
  ];
}

export const ultrafeedback: Shape = {
  name: 'ultrafeedback',
  title: 'UltraFeedback: completions with their scores, or pairs of them',
  fits: (sample) => Math.max(sure(sample, 1, isOriginal), sure(sample, 0.95, isBinarized)),
  open: (how) => {
    const asPair = pairs.open(how);
    return (value) => {
      if (!isEntry(value)) return [noEntry(value)];
      return 'chosen' in value || 'rejected' in value ? asPair(value) : factsOf(value);
    };
  },
};
