import { vectorWidth } from '../contract/engine.ts';
import { inTransaction, type ReadingStore, row, rows, statement, type WritingStore } from './connection.ts';
import { hashOf } from './posts.ts';
import type { CommentRange } from './rewards.ts';

/** Vectors of texts that were computed once, known by the hash of the exact text. */

/** The vector of a text; null where it was never computed. */
export function embeddingOf(store: ReadingStore, text: string): Float32Array | null {
  const found = row<{ vector: Buffer }>(store, 'SELECT vector FROM embeddings WHERE text_hash = ?', hashOf(text));
  return found ? floatsOf(found.vector) : null;
}

/** Whether the vector of a text is there. */
export function hasEmbedding(store: ReadingStore, text: string): boolean {
  return row(store, 'SELECT 1 FROM embeddings WHERE text_hash = ?', hashOf(text)) !== undefined;
}

/** Keeps vectors of texts, all or none. One that is there stays. @param vectors one after the other */
export function keepEmbeddings(store: WritingStore, texts: readonly string[], vectors: Float32Array): void {
  const insert = statement(
    store,
    'INSERT INTO embeddings (text_hash, vector) VALUES (?, ?) ON CONFLICT (text_hash) DO NOTHING',
  );
  inTransaction(store, () => {
    for (const [i, text] of texts.entries()) {
      insert.run(hashOf(text), bytesOf(vectors.subarray(i * vectorWidth, (i + 1) * vectorWidth)));
    }
  });
}

/** The different texts of a range of comments that have no vector yet. */
export function commentsWithoutEmbedding(store: ReadingStore, { after, last }: CommentRange): readonly string[] {
  return rows<{ text: string }>(
    store,
    `SELECT DISTINCT text FROM comments WHERE id > ? AND id <= ?
     AND NOT EXISTS (SELECT 1 FROM embeddings WHERE embeddings.text_hash = comments.text_hash)`,
    after,
    last,
  ).map(({ text }) => text);
}

/** The numbers of the vectors that comments of a range have. */
export function embeddingsOfComments(store: ReadingStore, { after, last }: CommentRange): readonly number[] {
  return rows<{ id: number }>(
    store,
    `SELECT embeddings.id FROM comments JOIN embeddings ON embeddings.text_hash = comments.text_hash
     WHERE comments.id > ? AND comments.id <= ?`,
    after,
    last,
  ).map(({ id }) => id);
}

/** The number of a text's vector; null where it has none. */
export function embeddingIdOf(store: ReadingStore, text: string): number | null {
  return row<{ id: number }>(store, 'SELECT id FROM embeddings WHERE text_hash = ?', hashOf(text))?.id ?? null;
}

/** Numbers of vectors behind one of them, in order, `count` at most. */
export function embeddingIds(store: ReadingStore, after: number, count: number): readonly number[] {
  const sql = 'SELECT id FROM embeddings WHERE id > ? ORDER BY id LIMIT ?';
  return rows<{ id: number }>(store, sql, after, count).map(({ id }) => id);
}

/** Removes vectors by their numbers, all or none. */
export function removeEmbeddings(store: WritingStore, ids: readonly number[]): void {
  const remove = statement(store, 'DELETE FROM embeddings WHERE id = ?');
  inTransaction(store, () => {
    for (const id of ids) remove.run(id);
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
