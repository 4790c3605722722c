import type { PostOrder } from '../contract/records.ts';
import type { SortedPlace } from '../contract/views.ts';
import { type ReadingStore, row, rows } from './connection.ts';
import { conditionsOf, type PostListFilter } from './post-list.ts';
import { matchOf } from './search.ts';

/** Posts by a figure that is kept of each, read from an index that has them in this order: none is sorted, and no text is read. */

type Order = {
  /** The table, the index that is gone through, and where the posts' numbers stand in it. */
  readonly table: string;
  readonly index: string;
  readonly id: string;
  readonly figure: string;
  /** Whether the highest comes first. */
  readonly falling: boolean;
  /** What must be known of a post, so that it has a place. */
  readonly known?: string;
  /** Whether the figure is that of a model. */
  readonly byModel: boolean;
};

const ofGains = { table: 'gains', id: 'gains.post_id', known: 'bits IS NOT NULL', byModel: true } as const;
const orders: Readonly<Record<PostOrder, Order>> = {
  gain: { ...ofGains, index: 'gains_by_model', figure: 'bits', falling: true },
  unsure: { ...ofGains, index: 'gains_by_sure', figure: 'sure', falling: false },
  against: { ...ofGains, index: 'gains_by_against', figure: 'against', falling: true },
  newest: {
    ...{ table: 'posts', index: 'posts_by_newest', id: 'posts.id' },
    // The column may be empty; ISO 8601 sorts as text.
    ...{ figure: "coalesce(posts.created_at, '')", falling: true, byModel: false },
  },
  comments: {
    ...{ table: 'post_counts', index: 'post_counts_by_comments', id: 'post_counts.post_id' },
    ...{ figure: 'post_counts.comments', falling: true, byModel: false },
  },
};

/** Whether an order goes by a model's figures, which posts may lack. */
export const isByModel = (order: PostOrder): boolean => orders[order].byModel;

/** A post in its place; how sure its order is, where that is known of all posts that have a place. */
type SortedPost = SortedPlace & { readonly sure?: number };

/** Posts in their order, of two alike where the highest figures come first the newer one: the first ones behind `after`, or the last ones before `before`. At most `limit`. */
export function sortedPosts(
  store: ReadingStore,
  order: PostOrder,
  modelId: number | null,
  filter: PostListFilter,
  { after, before }: { readonly after?: SortedPlace | undefined; readonly before?: SortedPlace | undefined },
  limit: number,
): readonly SortedPost[] {
  const { id, figure, falling, byModel } = orders[order];
  const backwards = after === undefined && before !== undefined;
  const edge = after ?? before;
  const { sql, values } = matching(order, modelId, filter);
  const down = falling !== backwards;
  const direction = down ? 'DESC' : '';
  const found = rows<SortedPost>(
    store,
    `SELECT ${id} AS postId, ${figure} AS at ${byModel ? ', sure' : ''} ${sql} ${edge ? `AND (${figure}, ${id}) ${down ? '<' : '>'} (?, ?)` : ''}
     ORDER BY ${figure} ${direction}, ${id} ${direction} LIMIT ?`,
    ...values,
    ...(edge ? [edge.at, edge.postId] : []),
    limit,
  );
  return backwards ? found.toReversed() : found;
}

/** How many posts with a place match, counted up to `most`. */
export function countSorted(
  store: ReadingStore,
  order: PostOrder,
  modelId: number | null,
  filter: PostListFilter,
  most: number,
): number {
  const { sql, values } = matching(order, modelId, filter);
  return row<{ count: number }>(store, `SELECT count(*) AS count FROM (SELECT 1 ${sql} LIMIT ?)`, ...values, most)!
    .count;
}

function matching(
  order: PostOrder,
  modelId: number | null,
  filter: PostListFilter,
): { readonly sql: string; readonly values: unknown[] } {
  const { table, index, id, known, byModel } = orders[order];
  const parts = conditionsOf(id, filter);
  const typed = filter.search.trim();
  if (typed !== '') {
    parts.push({
      sql: `${id} IN (SELECT rowid FROM posts_search WHERE posts_search MATCH ?
        UNION SELECT id FROM posts AS found WHERE found.key = ? OR found.id = ?)`,
      values: [matchOf(typed), typed, /^\d{1,15}$/.test(typed) ? Number(typed) : null],
    });
  }
  // Few posts are answered, where that is asked for: those are gone through, and sorted.
  const answered = filter.answered || filter.disagreeingWith !== undefined;
  const few = 'post_counts AS few INDEXED BY post_counts_labelled';
  const from = answered ? `${few} CROSS JOIN ${table} ON ${id} = few.post_id` : `${table} INDEXED BY ${index}`;
  const conditions = [
    ...(answered ? ['few.labels > 0'] : []),
    ...(byModel ? ['model_id = ?'] : []),
    ...(known ? [known] : []),
    ...parts.map(({ sql }) => sql),
  ];
  return {
    sql: `FROM ${from} WHERE ${conditions.length === 0 ? 'TRUE' : conditions.join(' AND ')}`,
    values: [...(byModel ? [modelId] : []), ...parts.flatMap(({ values }) => values)],
  };
}
