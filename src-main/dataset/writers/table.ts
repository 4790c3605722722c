import type { ScoredPost } from './scored.ts';

/** The columns that every table of comments has, in their order. */
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

/** Those behind them, where anything is known of who wrote something, when, and where it stands on the web. */
const origins = ['post author', 'post date', 'post link', 'author', 'date', 'link'] as const;

/** The columns that hold numbers. */
export const numberColumns: ReadonlySet<string> = new Set(['score', 'reward', 'votes']);

export type Cell = string | number | null;

/** The names of the columns. @param withOrigins whether authors, dates and links are among them */
export const columnNames = (withOrigins: boolean): readonly string[] =>
  withOrigins ? [...columns, ...origins] : columns;

/** The comments of a post as rows of a table, a cell for each column. */
export function cellsOf(post: ScoredPost, withOrigins: boolean): readonly (readonly Cell[])[] {
  const head = [post.key, post.group, post.split, post.title, post.text, post.context];
  const ofPost = [post.author, post.createdAt, post.link];
  return post.comments.map(({ text, position, reward, votes, author, createdAt, link }) => [
    ...head,
    ...[text, position, reward, votes],
    ...(withOrigins ? [...ofPost, author, createdAt, link] : []),
  ]);
}
