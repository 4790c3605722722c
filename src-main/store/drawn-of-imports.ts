import { shuffled } from '../common/random.ts';
import type { Split } from '../contract/records.ts';
import { type ReadingStore, row, rows } from './connection.ts';

/** A comment with what tells whether a training learned from it. */
export type ImportedComment = {
  readonly id: number;
  readonly text: string;
  /** The import that brought it. */
  readonly importId: number;
  readonly group: string;
  readonly split: Split;
  /** Whether it has votes or a place. */
  readonly voted: 0 | 1;
  /** Answers on its post that count. */
  readonly answers: number;
};

/** Comments in all of which drawing would take longer than reading their numbers. */
const fewComments = 20_000;
const tries = 20_000;

/**
 * Comments that these imports brought and that are still there, each once, drawn by chance until whoever asks has enough; after a gap one comes up
 * more often. Reads only what it draws.
 * @param random numbers from 0 up to 1
 */
export function* drawOfImports(
  store: ReadingStore,
  imports: readonly number[],
  random: () => number,
): Generator<ImportedComment> {
  // Separately, so that each is one step in the index.
  const edge = (which: 'min' | 'max'): string =>
    `(SELECT ${which}(id) FROM comments INDEXED BY comments_by_import WHERE import_id = ?)`;
  const ranges = imports.flatMap((id) => {
    const { low, high } = row<Record<'low' | 'high', number | null>>(
      store,
      `SELECT ${edge('min')} AS low, ${edge('max')} AS high`,
      id,
      id,
    )!;
    return low === null || high === null ? [] : [{ id, low, size: high - low + 1 }];
  });
  const all = ranges.reduce((sum, { size }) => sum + size, 0);
  if (all <= fewComments) {
    const sql = 'SELECT id FROM comments INDEXED BY comments_by_import WHERE import_id = ?';
    const ids = ranges.flatMap(({ id }) => rows<{ id: number }>(store, sql, id));
    for (const { id } of shuffled(ids, random)) yield* found(store, id);
    return;
  }
  const seen = new Set<number>();
  const next =
    'SELECT id FROM comments INDEXED BY comments_by_import WHERE import_id = ? AND id >= ? ORDER BY id LIMIT 1';
  for (let i = 0; i < tries; i++) {
    let at = Math.floor(random() * all);
    const range = ranges.find(({ size }) => {
      at -= size;
      return at < 0;
    })!;
    const id = row<{ id: number }>(store, next, range.id, range.low + range.size + at)?.id;
    if (id === undefined || seen.has(id)) continue;
    seen.add(id);
    yield* found(store, id);
  }
}

/** The comment of this number; none where it went meanwhile. */
function found(store: ReadingStore, id: number): ImportedComment[] {
  return rows<ImportedComment>(
    store,
    `SELECT comments.id, comments.text, comments.import_id AS importId, "group", split, votes IS NOT NULL OR rank IS NOT NULL AS voted, labels AS answers
     FROM comments JOIN posts ON posts.id = comments.post_id JOIN post_counts ON post_counts.post_id = posts.id WHERE comments.id = ?`,
    id,
  );
}
