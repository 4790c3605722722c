import { postInput } from '../../recipe/pairs.ts';
import {
  embeddingIds,
  embeddingIdsOf,
  embeddingsOfComments,
  removeEmbeddings,
  type VectorTable,
  vectorTables,
} from '../../store/embeddings.ts';
import type { WritingStore } from '../../store/open.ts';
import { postsAlone } from '../../store/posts.ts';
import { commentRanges } from '../../store/rewards.ts';
import type { House } from '../kernel/house.ts';
import { withLock } from '../kernel/lock.ts';
import { createPauses } from '../kernel/time-slices.ts';

/** Vectors that are looked at, or removed, at once. */
const chunk = 2_000;

/**
 * Removes the vectors, of all encoders, of texts that are no longer in the store, as after an import was undone, and says how many
 * those were. A vector that is needed after all is computed again.
 * @throws TiebreakError cancelled; busy while another process writes
 */
export async function removeUnusedVectors(house: House, signal: AbortSignal): Promise<number> {
  return withLock(house, 'removing what is not needed', async ({ store }) => {
    let removed = 0;
    for (const table of vectorTables) removed += await removeUnusedOf(store, table, signal);
    return removed;
  });
}

async function removeUnusedOf(store: WritingStore, table: VectorTable, signal: AbortSignal): Promise<number> {
  const pause = createPauses(signal);
  if (embeddingIds(store, table, 0, 1).length === 0) return 0;
  const used = new Set<number>();
  for (const range of commentRanges(store, {})) {
    for (const id of embeddingsOfComments(store, table, range)) used.add(id);
    await pause();
  }
  for (const post of postsAlone(store)) {
    for (const id of embeddingIdsOf(store, table, postInput(post, 'post'))) used.add(id);
    await pause();
  }
  let removed = 0;
  for (let last = 0; ; await pause()) {
    const ids = embeddingIds(store, table, last, chunk);
    if (ids.length === 0) return removed;
    last = ids.at(-1)!;
    const unused = ids.filter((id) => !used.has(id));
    removeEmbeddings(store, table, unused);
    removed += unused.length;
  }
}
