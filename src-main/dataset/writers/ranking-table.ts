import { excerpt } from '../../common/words.ts';
import type { PeopleSay } from '../../contract/views.ts';
import type { Cell } from '../../disk/spreadsheet.ts';
import type { ScoredPost } from './scored.ts';

/** The columns of the table that a person opens in a spreadsheet, in their order; `by hand` where anything was pinned or excluded. */
export const rankingColumns = (byHand: boolean): readonly string[] =>
  columns.filter((name) => byHand || name !== 'by hand');

const columns = [
  'post id',
  'post',
  'place',
  'comment',
  'author',
  'score',
  'chance against the next',
  'by hand',
  'won',
  'lost',
  'tied',
  'votes',
  'date',
  'link',
  'comment id',
] as const;

/** Numbers that a person compares with each other stand with so many decimals. */
const decimals = 2;

/** A title, or as much of a text as tells posts apart. */
const longestName = 200;

/** The comments of a post as rows of the table, one after the other: places from 1, and empty cells where nothing is known. */
export function* rankingRows(
  post: ScoredPost,
  peopleOn: (comment: number) => PeopleSay,
  byHand: boolean,
): Generator<readonly Cell[]> {
  const name = excerpt(post.title ?? post.text, longestName);
  for (const comment of post.comments) {
    const { id, key, position, text, author, reward, beatsNext, votes, createdAt, link } = comment;
    const people = peopleOn(id);
    yield [
      ...[post.key, name, position === null ? null : position + 1, text, author],
      ...[rounded(reward), rounded(beatsNext ?? null)],
      ...(byHand ? [comment.byHand ?? null] : []),
      ...[people.wins, people.losses, people.ties, votes],
      ...[createdAt, link, key ?? String(id)],
    ];
  }
}

const rounded = (number: number | null): Cell => (number === null ? null : { number, decimals });
