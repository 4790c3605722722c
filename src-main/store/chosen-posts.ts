import { type ReadingStore, row, rows, type WritingStore } from './connection.ts';
import { readSetting, writeSetting } from './settings.ts';

/** The posts to which Compare was narrowed. Their numbers stand among the settings, in a place of their own. */

export type ChosenPosts = {
  /** Their numbers, from low to high. */
  readonly ids: readonly number[];
  readonly has: (postId: number) => boolean;
  /** The numbers as JSON, for queries. */
  readonly json: string;
};

const place = 'chosenPosts';

/** What stands behind IN, with the numbers as JSON in the place of its question mark. */
export const ofChosen = '(SELECT value FROM json_each(?))';

/** The counts of these posts, looked up one by one, with the numbers as JSON in the place of its question mark: they are few among many. */
export const countsOfChosen = 'json_each(?) AS chosen CROSS JOIN post_counts ON post_id = chosen.value';

/** Of these posts those that have a pair, from low to high. */
export function withPairs(store: ReadingStore, ids: readonly number[]): readonly number[] {
  const sql = `SELECT post_id AS id FROM ${countsOfChosen} WHERE comments >= 2 ORDER BY post_id`;
  return rows<{ id: number }>(store, sql, JSON.stringify(ids)).map(({ id }) => id);
}

/** Keeps these posts, with how far imports had come: the number of a post that goes may be given to one that comes later. */
export function keepChosenPosts(store: WritingStore, ids: readonly number[]): void {
  const last = row<{ id: number | null }>(store, 'SELECT max(id) AS id FROM imports')?.id ?? 0;
  writeSetting(store, place, { ids, last });
}

/** Those of the kept posts that are there and have a pair. */
export function chosenPosts(store: ReadingStore): ChosenPosts {
  const { ids: kept, last } = (readSetting(store, place) ?? {}) as { readonly ids?: unknown; readonly last?: unknown };
  const sql = `SELECT post_id AS id FROM ${countsOfChosen} CROSS JOIN posts ON posts.id = post_id
    WHERE post_counts.comments >= 2 AND coalesce(import_id, 0) <= ? ORDER BY post_id`;
  const json = JSON.stringify(Array.isArray(kept) ? kept.filter(Number.isSafeInteger) : []);
  const ids = rows<{ id: number }>(store, sql, json, typeof last === 'number' ? last : 0).map(({ id }) => id);
  const known = new Set(ids);
  return { ids, has: (postId) => known.has(postId), json: JSON.stringify(ids) };
}
