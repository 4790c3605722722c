import { asText } from '../as-text.ts';
import type { RawComment } from '../facts.ts';
import { type Entry, isEntry, isSaid, leftOut, noEntry, numberIn, saidOnly, sure } from './entries.ts';
import type { Shape } from './shape.ts';

/** SHP and SHP-2: two comments under a post of Reddit or Stack Exchange, each with its votes at that time. */

const isRow = (row: Entry): boolean =>
  'human_ref_A' in row && 'human_ref_B' in row && 'history' in row && ('score_A' in row || 'labels' in row);

const prefixed = (prefix: string, id: unknown): unknown =>
  isSaid(id) && !asText(id).startsWith(prefix) ? `${prefix}${asText(id)}` : id;

/** 'askculinary_train' holds the split behind the last underscore. */
const splitOf = (domain: unknown): string | undefined => /_(train|validation|test)$/.exec(asText(domain))?.[1];

function commentOf(row: Entry, which: 'A' | 'B', reddit: boolean): RawComment {
  const id = row[`c_root_id_${which}`];
  return {
    text: row[`human_ref_${which}`],
    ...saidOnly({
      votes: row[`score_${which}`],
      id: reddit ? prefixed('t1_', id) : id,
      date: row[`created_at_utc_${which}`],
    }),
  };
}

/** Whether the label names the comment with fewer votes: 1 is for A. */
function contradicts(row: Entry): boolean {
  const [label, a, b] = [numberIn(row.labels), numberIn(row.score_A), numberIn(row.score_B)];
  return label !== null && a !== null && b !== null && ((label === 1 && a < b) || (label === 0 && a > b));
}

export const shp: Shape = {
  name: 'shp',
  title: 'SHP: two comments with their votes',
  fits: (sample) => sure(sample, 1, isRow),
  open: () => (value) => {
    if (!isEntry(value)) return [noEntry(value)];
    if (contradicts(value)) {
      return [
        leftOut('row', 'label-contradicts-votes', 'the comment with fewer votes is named as the better one', value),
      ];
    }
    const reddit = !/^stack|stackexchange/i.test(asText(value.domain ?? ''));
    const id = reddit ? prefixed('t3_', value.post_id) : value.post_id;
    const post = { text: value.history, ...saidOnly({ id, split: splitOf(value.domain) }) };
    // The same two comments may stand in other rows with the votes of another time: each row compares alone.
    return [
      { kind: 'post', post, comments: [commentOf(value, 'A', reddit), commentOf(value, 'B', reddit)], list: 'row' },
    ];
  },
};
