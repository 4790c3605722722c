import type { ScoredPost } from './scored.ts';

/** The columns of a table of comments, in their order. Where one is a text and where a number is said by `cellsOf`. */
export const columns = [
  'id',
  'group',
  'split',
  'title',
  'text',
  'context',
  'comment',
  'score',
  'reward',
  'votes',
] as const;

/** The columns that hold numbers. */
export const numberColumns: ReadonlySet<string> = new Set(['score', 'reward', 'votes']);

export type Cell = string | number | null;

/** The comments of a post as rows of a table, a cell for each column. */
export function cellsOf(post: ScoredPost): readonly (readonly Cell[])[] {
  const head = [post.key, post.group, post.split, post.title, post.text, post.context];
  return post.comments.map(({ text, position, reward, votes }) => [...head, text, position, reward, votes]);
}
