import { beginningCounted } from '../../tokenizer/long-texts.ts';

/**
 * The words of a text and the pairs of neighbouring ones, as a sparse row of unit length: each falls into one of 2^15 buckets
 * by its hash, log(1 + count). Words that share a bucket share a weight (Weinberger et al., Feature Hashing, 2009).
 */
export type SparseRow = { readonly buckets: Int32Array; readonly values: Float32Array };

const bits = 15;
export const wordBuckets = 1 << bits;

export function hashedWords(text: string): SparseRow {
  const counts = new Map<number, number>();
  for (const what of wordsAndPairs(text)) {
    const bucket = bucketOf(what);
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  const values = Float32Array.from(counts.values(), (count) => Math.log1p(count));
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return { buckets: Int32Array.from(counts.keys()), values: values.map((value) => value / length) };
}

/** What of a text fell into each bucket: one word or pair, but where several share it. */
export function wordsByBucket(text: string): ReadonlyMap<number, ReadonlySet<string>> {
  const found = new Map<number, Set<string>>();
  for (const what of wordsAndPairs(text)) {
    const bucket = bucketOf(what);
    found.set(bucket, (found.get(bucket) ?? new Set()).add(what));
  }
  return found;
}

/** Words in small letters, and each after the one before it; of a text of megabytes those of its beginning. */
function wordsAndPairs(text: string): string[] {
  const words =
    beginningCounted(text)
      .toLowerCase()
      .match(/[\p{L}\p{N}']+/gu) ?? [];
  return words.flatMap((word, i) => (i === 0 ? [word] : [word, `${words[i - 1]} ${word}`]));
}

const bucketOf = (what: string): number => fnv1a(what) >>> (32 - bits);

/** Fowler, Noll and Vo's hash of the UTF-8 bytes, 32 bits. */
function fnv1a(text: string): number {
  let hash = 2166136261;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 16777619);
  return hash >>> 0;
}
