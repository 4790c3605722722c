import type { Split } from '../contract/records.ts';
import type { PostLine } from '../contract/views.ts';
import { type ReadingStore, row, rows } from './connection.ts';
import { matchOf } from './search.ts';

export type PostListFilter = {
  /** What a person typed: beginnings of words, the key of a post, or its number. */
  readonly search: string;
  readonly split?: Split | undefined;
  /** Posts with answers that count, or without; both where it is not said. */
  readonly answered?: boolean | undefined;
  /** Only posts on which this model and people disagree. */
  readonly disagreeingWith?: number | undefined;
};

/** A part of an SQL statement with the values of its question marks. */
type Part = { readonly sql: string; readonly values: readonly unknown[] };
/** Where numbers of posts come from, already in their order: no query sorts, and none reads texts to find its posts. */
type Source = {
  readonly from: string /** With its table's name, since it also stands in queries within the query. */;
  readonly id: string;
  readonly conditions: readonly Part[];
};

/** Answers that count and whose better side has the lower reward from a model; on a pair with a verdict, verdicts alone. */
const disagreements = (post: string): string => `FROM labels
  JOIN rewards AS better ON better.model_id = ? AND better.comment_id = iif(outcome = 'left', left_id, right_id)
  JOIN rewards AS worse ON worse.model_id = better.model_id AND worse.comment_id = iif(outcome = 'left', right_id, left_id)
  WHERE labels.post_id = ${post} AND outcome <> 'tie' AND better.reward < worse.reward
    AND NOT EXISTS (SELECT 1 FROM revocations WHERE label_id = labels.id)
    AND (verdict = 1 OR NOT EXISTS (SELECT 1 FROM labels AS settling WHERE settling.post_id = labels.post_id
      AND settling.verdict = 1 AND labels.left_id IN (settling.left_id, settling.right_id)
      AND labels.right_id IN (settling.left_id, settling.right_id)
      AND NOT EXISTS (SELECT 1 FROM revocations WHERE label_id = settling.id)))`;

/**
 * Numbers of posts that match, from low to high: the first ones after `after`, or the last ones before `before`. At most
 * `limit`.
 */
export function listPostIds(
  store: ReadingStore,
  filter: PostListFilter,
  range: { readonly after?: number | undefined; readonly before?: number | undefined },
  limit: number,
): readonly number[] {
  const backwards = range.after === undefined && range.before !== undefined;
  const found = new Set<number>();
  for (const source of sourcesOf(filter)) {
    // Numbers are bound as reals, and the full-text search heeds only integers.
    const limits: Part[] = [];
    if (range.after !== undefined) limits.push({ sql: `${source.id} > CAST(? AS INTEGER)`, values: [range.after] });
    if (range.before !== undefined) limits.push({ sql: `${source.id} < CAST(? AS INTEGER)`, values: [range.before] });
    const { sql, values } = query(source, [...conditionsOf(source.id, filter), ...limits]);
    const ordered = `${sql} ORDER BY ${source.id} ${backwards ? 'DESC' : ''} LIMIT ?`;
    for (const { id } of rows<{ id: number }>(store, ordered, ...values, limit)) found.add(id);
  }
  const ids = [...found].sort((a, b) => a - b);
  return backwards ? ids.slice(-limit) : ids.slice(0, limit);
}

/** How many posts match, counted up to `most`. */
export function countPosts(store: ReadingStore, filter: PostListFilter, most: number): number {
  const [first, ...others] = sourcesOf(filter);
  if (!first) return 0;
  const { sql, values } = query(first, conditionsOf(first.id, filter));
  const found = row<{ count: number }>(store, `SELECT count(*) AS count FROM (${sql} LIMIT ?)`, ...values, most)!;
  // The other sources give one or two posts: those are counted that the first does not give as well.
  const ids = others.flatMap((source) => {
    const other = query(source, conditionsOf(source.id, filter));
    return rows<{ id: number }>(store, other.sql, ...other.values).map(({ id }) => id);
  });
  const more = ids.filter((id) => {
    const same = query(first, [{ sql: `${first.id} = CAST(? AS INTEGER)`, values: [id] }]);
    return row(store, same.sql, ...same.values) === undefined;
  });
  return Math.min(most, found.count + more.length);
}

/** What a list shows of posts, in the order of these numbers. With a model, how many answers it disagrees with. */
export function postLines(store: ReadingStore, ids: readonly number[], modelId: number | null): readonly PostLine[] {
  return ids.map((id) => ({
    ...row<Omit<PostLine, 'disagreements'>>(
      store,
      `SELECT id, key, title, substr(text, 1, 200) AS excerpt, split, comments, labels AS answers
       FROM posts JOIN post_counts ON post_id = id WHERE id = ?`,
      id,
    )!,
    disagreements: modelId === null ? null : countDisagreements(store, modelId, id),
  }));
}

/** How many answers on a post a model disagrees with. */
export function countDisagreements(store: ReadingStore, modelId: number, postId: number): number {
  const sql = `SELECT count(*) AS count ${disagreements('?')}`;
  return row<{ count: number }>(store, sql, modelId, postId)!.count;
}

function sourcesOf(filter: PostListFilter): readonly Source[] {
  const typed = filter.search.trim();
  if (typed !== '') {
    const match = matchOf(typed);
    const exact: Source = {
      from: 'posts',
      id: 'posts.id',
      conditions: [{ sql: '(key = ? OR id = ?)', values: [typed, /^\d{1,15}$/.test(typed) ? Number(typed) : null] }],
    };
    const words = {
      from: 'posts_search',
      id: 'posts_search.rowid',
      conditions: [{ sql: 'posts_search MATCH ?', values: [match] }],
    };
    return [words, exact];
  }
  if (filter.answered || filter.disagreeingWith !== undefined) {
    return [{ from: 'post_counts', id: 'post_counts.post_id', conditions: [{ sql: 'labels > 0', values: [] }] }];
  }
  if (filter.split === undefined) return [{ from: 'post_counts', id: 'post_counts.post_id', conditions: [] }];
  const from = 'posts INDEXED BY posts_by_split';
  return [{ from, id: 'posts.id', conditions: [{ sql: 'split = ?', values: [filter.split] }] }];
}

/** What posts must fulfil, but for what was searched. @param id where the number of the post stands in the query */
export function conditionsOf(id: string, { split, answered, disagreeingWith }: PostListFilter): Part[] {
  const parts: Part[] = [];
  // The index holds both, so that no text is read.
  if (split)
    parts.push({ sql: `EXISTS (SELECT 1 FROM posts AS p WHERE p.split = ? AND p.id = ${id})`, values: [split] });
  if (answered !== undefined) {
    const sql = `EXISTS (SELECT 1 FROM post_counts AS c WHERE c.post_id = ${id} AND c.labels ${answered ? '> 0' : '= 0'})`;
    parts.push({ sql, values: [] });
  }
  if (disagreeingWith !== undefined) {
    parts.push({ sql: `EXISTS (SELECT 1 ${disagreements(id)})`, values: [disagreeingWith] });
  }
  return parts;
}

function query({ from, id, conditions }: Source, more: readonly Part[]): Part {
  const all = [...conditions, ...more];
  const where = all.length === 0 ? '' : `WHERE ${all.map(({ sql }) => sql).join(' AND ')}`;
  return { sql: `SELECT ${id} AS id FROM ${from} ${where}`, values: all.flatMap(({ values }) => values) };
}
