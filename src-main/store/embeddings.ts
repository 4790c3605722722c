import { useEncoder } from '../contract/engine.ts';
import { inTransaction, type ReadingStore, row, rows, statement, type WritingStore } from './connection.ts';
import { hashOf } from './posts.ts';
import type { CommentRange } from './rewards.ts';

/**
 * Vectors of texts that were computed once, known by the encoder (EncoderPlace.name) and the hash of the exact text. Those of the
 * first encoder have a table of their own, those of all others another one.
 */
export const vectorTables = ['embeddings', 'vectors'] as const;
export type VectorTable = (typeof vectorTables)[number];

type Place = {
  readonly table: VectorTable;
  /** The condition that tells its rows from those of others. */
  readonly own: string;
  readonly insert: string;
  /** What is to be put into both, first. */
  readonly args: readonly string[];
};

/** Where an encoder's vectors are. */
function placeOf(encoder: string): Place {
  if (encoder === useEncoder.name) {
    const insert = 'INSERT INTO embeddings (text_hash, vector) VALUES (?, ?) ON CONFLICT DO NOTHING';
    return { table: 'embeddings', own: 'TRUE', insert, args: [] };
  }
  const id = '(SELECT id FROM encoders WHERE name = ?)';
  const insert = `INSERT INTO vectors (encoder_id, text_hash, vector) VALUES (${id}, ?, ?) ON CONFLICT DO NOTHING`;
  return { table: 'vectors', own: `encoder_id = ${id}`, insert, args: [encoder] };
}

/** The vector that an encoder made of a text; null where it was never computed. */
export function embeddingOf(store: ReadingStore, encoder: string, text: string): Float32Array | null {
  const { table, own, args } = placeOf(encoder);
  const sql = `SELECT vector FROM ${table} WHERE ${own} AND text_hash = ?`;
  const found = row<{ vector: Buffer }>(store, sql, ...args, hashOf(text));
  return found ? floatsOf(found.vector) : null;
}

/** The vectors that an encoder made of the texts of comments, by the comments' numbers; those that were never computed are not among them. */
export function vectorsOfComments(
  store: ReadingStore,
  encoder: string,
  ids: readonly number[],
): ReadonlyMap<number, Float32Array> {
  const { table, own, args } = placeOf(encoder);
  const found = rows<{ id: number; vector: Buffer }>(
    store,
    `SELECT comments.id, vector FROM comments CROSS JOIN ${table} ON ${table}.text_hash = comments.text_hash
     WHERE ${own} AND comments.id IN (SELECT value FROM json_each(?))`,
    ...args,
    JSON.stringify(ids),
  );
  return new Map(found.map(({ id, vector }) => [id, floatsOf(vector)]));
}

/** Whether an encoder's vector of a text is there. */
export function hasEmbedding(store: ReadingStore, encoder: string, text: string): boolean {
  const { table, own, args } = placeOf(encoder);
  return row(store, `SELECT 1 FROM ${table} WHERE ${own} AND text_hash = ?`, ...args, hashOf(text)) !== undefined;
}

/** Keeps an encoder's vectors of texts, all or none. One that is there stays. @param vectors one after the other, all of one width */
export function keepEmbeddings(
  store: WritingStore,
  encoder: string,
  texts: readonly string[],
  vectors: Float32Array,
): void {
  const width = vectors.length / Math.max(1, texts.length);
  if (!Number.isSafeInteger(width)) throw new RangeError('texts and vectors disagree');
  const { insert, args } = placeOf(encoder);
  inTransaction(store, () => {
    for (const name of args) {
      statement(store, 'INSERT INTO encoders (name) VALUES (?) ON CONFLICT DO NOTHING').run(name);
    }
    for (const [i, text] of texts.entries()) {
      const vector = vectors.subarray(i * width, (i + 1) * width);
      statement(store, insert).run(...args, hashOf(text), bytesOf(vector));
    }
  });
}

/** The different texts of a range of comments of which an encoder has made no vector yet. */
export function commentsWithoutEmbedding(
  store: ReadingStore,
  encoder: string,
  { after, last }: CommentRange,
): readonly string[] {
  const { table, own, args } = placeOf(encoder);
  return rows<{ text: string }>(
    store,
    `SELECT DISTINCT text FROM comments WHERE id > ? AND id <= ?
     AND NOT EXISTS (SELECT 1 FROM ${table} WHERE ${own} AND ${table}.text_hash = comments.text_hash)`,
    after,
    last,
    ...args,
  ).map(({ text }) => text);
}

/** The numbers of the vectors that a table has of a range of comments. */
export function embeddingsOfComments(
  store: ReadingStore,
  table: VectorTable,
  { after, last }: CommentRange,
): readonly number[] {
  return rows<{ id: number }>(
    store,
    `SELECT ${table}.id FROM comments JOIN ${table} ON ${table}.text_hash = comments.text_hash
     WHERE comments.id > ? AND comments.id <= ?`,
    after,
    last,
  ).map(({ id }) => id);
}

/** The numbers of the vectors that a table has of a text. */
export function embeddingIdsOf(store: ReadingStore, table: VectorTable, text: string): readonly number[] {
  return rows<{ id: number }>(store, `SELECT id FROM ${table} WHERE text_hash = ?`, hashOf(text)).map(({ id }) => id);
}

/** Numbers of vectors of a table behind one of them, in order, `count` at most. */
export function embeddingIds(store: ReadingStore, table: VectorTable, after: number, count: number): readonly number[] {
  const sql = `SELECT id FROM ${table} WHERE id > ? ORDER BY id LIMIT ?`;
  return rows<{ id: number }>(store, sql, after, count).map(({ id }) => id);
}

/** Removes vectors of a table by their numbers, all or none. */
export function removeEmbeddings(store: WritingStore, table: VectorTable, ids: readonly number[]): void {
  const remove = statement(store, `DELETE FROM ${table} WHERE id = ?`);
  inTransaction(store, () => {
    for (const id of ids) remove.run(id);
  });
}

/** How many vectors there are of each encoder that has some, by its name. */
export function countEmbeddings(store: ReadingStore): ReadonlyMap<string, number> {
  const first = row<{ count: number }>(store, 'SELECT count(*) AS count FROM embeddings')!.count;
  const others = rows<{ name: string; count: number }>(
    store,
    'SELECT name, count(*) AS count FROM vectors JOIN encoders ON encoders.id = encoder_id GROUP BY encoder_id',
  );
  const counts = [{ name: useEncoder.name, count: first }, ...others].filter(({ count }) => count > 0);
  return new Map(counts.map(({ name, count }) => [name, count]));
}

/** Removes up to `limit` vectors of an encoder other than the first one, its name with the last, and says how many those were. */
export function removeSomeOfEncoder(store: WritingStore, encoder: string, limit: number): number {
  return inTransaction(store, () => {
    const id = '(SELECT id FROM encoders WHERE name = ?)';
    const some = `SELECT id FROM vectors WHERE encoder_id = ${id} LIMIT ?`;
    const removed = statement(store, `DELETE FROM vectors WHERE id IN (${some})`).run(encoder, limit).changes;
    if (removed < limit) statement(store, 'DELETE FROM encoders WHERE name = ?').run(encoder);
    return removed;
  });
}

/** Little endian on every machine this runs on. */
function bytesOf(vector: Float32Array): Buffer {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
}

function floatsOf(bytes: Buffer): Float32Array {
  const vector = new Float32Array(bytes.length / 4);
  new Uint8Array(vector.buffer).set(bytes);
  return vector;
}
