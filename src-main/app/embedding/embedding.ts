import type { CallHooks } from '../../contract/calls.ts';
import type { Device, EncoderPlace, TextInput } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { embeddingOf, hasEmbedding, keepEmbeddings } from '../../store/embeddings.ts';
import type { House } from '../kernel/house.ts';
import { withLock } from '../kernel/lock.ts';
import { createPauses } from '../kernel/time-slices.ts';

/** Texts that the engine reads at once: some seconds of work, which is what a cancellation loses. */
export const chunkSize = 256;

/**
 * An encoder's vectors of texts, one after the other, [texts, its width]. Those that are not in the store yet are computed and
 * kept.
 */
async function embeddingsOf(
  house: House,
  encoder: EncoderPlace,
  texts: readonly string[],
  device: Device,
  hooks: CallHooks,
): Promise<Float32Array> {
  await ensureEmbeddings(house, encoder, texts, device, hooks);
  const pause = createPauses(hooks.signal);
  const vectors: Float32Array[] = [];
  for (const text of texts) {
    const known = embeddingOf(house.store, encoder.name, text);
    vectors.push(known ?? (await computed(house, encoder, [text], device, hooks)));
    await pause();
  }
  return inARow(vectors);
}

/** Vectors of one width, one after the other. */
export function inARow(vectors: readonly Float32Array[]): Float32Array {
  const width = vectors[0]?.length ?? 0;
  const row = new Float32Array(vectors.length * width);
  for (const [i, vector] of vectors.entries()) row.set(vector, i * width);
  return row;
}

/** An encoder's vectors of the post and the comment of each text, from the store where they are there. */
export async function vectorsOf(
  house: House,
  encoder: EncoderPlace,
  texts: readonly TextInput[],
  device: Device,
  hooks: CallHooks,
): Promise<Float32Array> {
  const different = [...new Set(texts.flatMap(({ post, comment }) => [post, comment]))];
  const known = await embeddingsOf(house, encoder, different, device, hooks);
  const width = known.length / different.length;
  const vectors = new Map(different.map((text, i) => [text, known.subarray(i * width, (i + 1) * width)]));
  return inARow(texts.flatMap(({ post, comment }) => [vectors.get(post)!, vectors.get(comment)!]));
}

/** Sees to it that an encoder's vectors of texts are in the store. Gives the number of those that were not. */
export async function ensureEmbeddings(
  house: House,
  encoder: EncoderPlace,
  texts: Iterable<string>,
  device: Device,
  hooks: CallHooks,
): Promise<number> {
  const pause = createPauses(hooks.signal);
  const missing: string[] = [];
  for (const text of new Set(texts)) {
    if (!hasEmbedding(house.store, encoder.name, text)) missing.push(text);
    await pause();
  }
  if (missing.length === 0) return 0;
  const begun = performance.now();
  await withLock(house, 'reading comments', async ({ store }) => {
    for (let from = 0; from < missing.length; from += chunkSize) {
      const chunk = missing.slice(from, from + chunkSize);
      const onProgress: CallHooks['onProgress'] = (progress) =>
        hooks.onProgress?.(progressOf(from + progress.done, missing.length, begun));
      const vectors = await computed(house, encoder, chunk, device, { ...hooks, onProgress });
      keepEmbeddings(store, encoder.name, chunk, vectors);
    }
  });
  return missing.length;
}

/**
 * The same for a call that only reads: where another process may write and this one may not, the vectors that are missing
 * are computed and not kept.
 */
export async function embeddingsUnkept(
  house: House,
  encoder: EncoderPlace,
  texts: readonly string[],
  device: Device,
  hooks: CallHooks,
): Promise<Float32Array> {
  try {
    return await embeddingsOf(house, encoder, texts, device, hooks);
  } catch (error) {
    if (!(error instanceof TiebreakError) || error.code !== 'busy') throw error;
  }
  const known = texts.map((text) => embeddingOf(house.store, encoder.name, text));
  const missing = [...new Set(texts.filter((_, i) => known[i] === null))];
  const found = await computed(house, encoder, missing, device, hooks);
  const width = found.length / missing.length;
  const places = new Map(missing.map((text, place) => [text, place * width]));
  return inARow(
    known.map((vector, i) => {
      const from = places.get(texts[i]!)!;
      return vector ?? found.subarray(from, from + width);
    }),
  );
}

/** An encoder's vectors of texts, which are not kept. */
export async function computed(
  house: House,
  encoder: EncoderPlace,
  texts: readonly string[],
  device: Device,
  { onProgress, onLog, signal }: CallHooks,
): Promise<Float32Array> {
  if (texts.length === 0) return new Float32Array();
  const request = { type: 'embed', encoder, device, texts } as const;
  return (await house.scorer.request(request, { onProgress, onLog, signal })).embeddings;
}

/** How far a reading is. */
export function progressOf(done: number, total: number, begun: number) {
  const seconds = (performance.now() - begun) / 1000;
  const speed = done / seconds;
  return { phase: 'embed', done, total, speed, secondsLeft: done === 0 ? null : (total - done) / speed } as const;
}
