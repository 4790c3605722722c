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

function commentOf(value: unknown): RawComment | null {
  if (!isEntry(value)) return null;
  const rated = [value.overall_score, value['fine-grained_score']].find(isSaid) ?? meanRating(value.annotations);
  return { text: value.response, ...saidOnly({ votes: rated, author: value.model }) };
}

function factsOf(row: Entry): readonly RawFact[] {
  const completions = completionsIn(row);
  if (completions === null) return [leftOut('row', 'no-completions', 'rows have no list of completions', row)];
  const comments = completions.map(commentOf);
  return [
    {
      kind: 'post',
      post: { text: promptText(row.instruction) },
      comments: comments.filter((one) => one !== null),
      list: 'row',
    },
    ...completions
      .filter((_, at) => comments[at] === null)
      .map((one) => leftOut('comment', 'not-an-entry', 'comments are no entries with named fields', one)),
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
