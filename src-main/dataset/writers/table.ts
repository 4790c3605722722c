import { type ScoredPost, worthOf } from './scored.ts';

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

/** Those at the end, where people's answers are joined with a model's rewards. */
const worths = ['worth', 'worth_low', 'worth_high', 'answers'] as const;

/** Behind those, where a person pinned or excluded any comment. */
const byHand = 'by_hand';

/** The columns that hold numbers. */
export const numberColumns: ReadonlySet<string> = new Set(['score', 'reward', 'votes', ...worths]);

/** Which columns there are beside those that every table has. */
export type MoreColumns = {
  /** Authors, dates and links. */
  readonly origins: boolean;
  /** What people's answers and a model say together. */
  readonly worths: boolean;
  /** What a person pinned or excluded. */
  readonly byHand: boolean;
};

export type Cell = string | number | null;

/** The names of the columns. */
export const columnNames = (more: MoreColumns): readonly string[] => [
  ...columns,
  ...(more.origins ? origins : []),
  ...(more.worths ? worths : []),
  ...(more.byHand ? [byHand] : []),
];

/** The comments of a post as rows of a table, a cell for each column, one after the other. */
export function* cellsOf(post: ScoredPost, more: MoreColumns): Generator<readonly Cell[]> {
  const head = [post.key, post.group, post.split, post.title, post.text, post.context];
  const ofPost = [post.author, post.createdAt, post.link];
  for (const comment of post.comments) {
    const { text, position, reward, votes, author, createdAt, link } = comment;
    yield [
      ...head,
      ...[text, position, reward, votes],
      ...(more.origins ? [...ofPost, author, createdAt, link] : []),
      ...(more.worths ? Object.values(worthOf(comment)) : []),
      ...(more.byHand ? [comment.byHand ?? null] : []),
    ];
  }
}
