import type { Comment, Post } from '../contract/records.ts';
import { type ReadingStore, row } from './connection.ts';

/** What was drawn; whole where it is all that there is. */
export type Drawn<T> = { readonly texts: readonly T[]; readonly whole: boolean };

/** Of longer texts their beginning, which is more than any model reads. */
const charactersDrawn = 20_000;

type DrawnComment = Pick<Comment, 'id' | 'postId' | 'text'>;
type DrawnPost = Omit<Post, 'author' | 'createdAt' | 'link'>;

/**
 * About so many comments with different texts, drawn by chance; all where there are no more. Reads only what it draws, and of each text its first
 * 20,000 characters.
 * @param random numbers from 0 up to 1
 * @param pause called between two of them
 * @param after only those that came after the one of this number
 */
export function drawComments(
  store: ReadingStore,
  most: number,
  random: () => number,
  pause: () => Promise<void>,
  after = 0,
): Promise<Drawn<DrawnComment>> {
  return draw<DrawnComment>(store, 'comments', `id, post_id AS postId, ${beginning}`, most, random, pause, after);
}

const beginning = `substr(text, 1, ${charactersDrawn}) AS text`;

/** The number of the newest comment; 0 without any. */
export function lastComment(store: ReadingStore): number {
  return lastOf(store, 'comments');
}

function lastOf(store: ReadingStore, table: 'comments' | 'posts'): number {
  return row<{ id: number }>(store, `SELECT coalesce(max(id), 0) AS id FROM ${table}`)!.id;
}

/** The same for posts. */
export function drawPosts(
  store: ReadingStore,
  most: number,
  random: () => number,
  pause: () => Promise<void>,
): Promise<Drawn<DrawnPost>> {
  const columns = `id, key, title, ${beginning}, substr(context, 1, ${charactersDrawn}) AS context, "group", split`;
  return draw<DrawnPost>(store, 'posts', columns, most, random, pause);
}

async function draw<T extends { readonly id: number; readonly text: string }>(
  store: ReadingStore,
  table: 'comments' | 'posts',
  columns: string,
  most: number,
  random: () => number,
  pause: () => Promise<void>,
  after = 0,
): Promise<Drawn<T>> {
  const last = lastOf(store, table);
  // The next one that is there: after a gap one comes up more often, which a drawing by chance can bear.
  const next = `SELECT ${columns} FROM ${table} WHERE id >= ? ORDER BY id LIMIT 1`;
  const found = new Map<string, T>();
  const seen = new Set<number>();
  const add = async (id: number): Promise<number> => {
    await pause();
    const one = row<T>(store, next, id);
    if (!one) return last + 1;
    if (!seen.has(one.id) && !found.has(one.text)) found.set(one.text, one);
    seen.add(one.id);
    return one.id + 1;
  };
  // Nearly all are wanted: drawing the last ones by chance would take for ever.
  const few = last - after <= 2 * most;
  if (few) for (let id = after + 1; id <= last; ) id = await add(id);
  else
    for (let tries = 0; found.size < most && tries < 3 * most; tries++)
      await add(after + 1 + Math.floor(random() * (last - after)));
  const all = [...found.values()];
  if (all.length <= most) return { texts: all.toSorted((a, b) => a.id - b.id), whole: few };
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return { texts: all.slice(0, most).sort((a, b) => a.id - b.id), whole: false };
}
