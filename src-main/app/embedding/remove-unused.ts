import { postInput } from '../../recipe/pairs.ts';
import { embeddingIdOf, embeddingIds, embeddingsOfComments, removeEmbeddings } from '../../store/embeddings.ts';
import { postsAlone } from '../../store/posts.ts';
import { commentRanges } from '../../store/rewards.ts';
import type { House } from '../kernel/house.ts';
import { withLock } from '../kernel/lock.ts';
import { createPauses } from '../kernel/time-slices.ts';

/** Vectors that are looked at, or removed, at once. */
const chunk = 2_000;

/**
 * Removes the encoder's vectors of texts that are no longer in the store, as after an import was undone, and says how many those
 * were. A vector that is needed after all is computed again.
 * @throws TiebreakError cancelled; busy while another process writes
 */
export async function removeUnusedVectors(house: House, signal: AbortSignal): Promise<number> {
  return withLock(house, 'removing what is not needed', async ({ store }) => {
    const pause = createPauses(signal);
    const used = new Set<number>();
    for (const range of commentRanges(store, {})) {
      for (const id of embeddingsOfComments(store, range)) used.add(id);
      await pause();
    }
    for (const post of postsAlone(store)) {
      const id = embeddingIdOf(store, postInput(post, 'post'));
      if (id !== null) used.add(id);
      await pause();
    }
    let removed = 0;
    for (let last = 0; ; await pause()) {
      const ids = embeddingIds(store, last, chunk);
      if (ids.length === 0) return removed;
      last = ids.at(-1)!;
      const unused = ids.filter((id) => !used.has(id));
      removeEmbeddings(store, unused);
      removed += unused.length;
    }
  });
}
