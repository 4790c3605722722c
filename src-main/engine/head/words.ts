/**
 * The words of a text and the pairs of neighbouring ones, as a sparse row of unit length: each falls into one of 2^15 buckets
 * by its hash, log(1 + count). Words that share a bucket share a weight (Weinberger et al., Feature Hashing, 2009).
 */
export type SparseRow = { readonly buckets: Int32Array; readonly values: Float32Array };

const bits = 15;
export const wordBuckets = 1 << bits;

export function hashedWords(text: string): SparseRow {
  const words = text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
  const counts = new Map<number, number>();
  const add = (what: string): void => {
    const bucket = fnv1a(what) >>> (32 - bits);
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  };
  for (const [i, word] of words.entries()) {
    add(word);
    if (i > 0) add(`${words[i - 1]} ${word}`);
  }
  const values = Float32Array.from(counts.values(), (count) => Math.log1p(count));
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return { buckets: Int32Array.from(counts.keys()), values: values.map((value) => value / length) };
}

/** Fowler, Noll and Vo's hash of the UTF-8 bytes, 32 bits. */
function fnv1a(text: string): number {
  let hash = 2166136261;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 16777619);
  return hash >>> 0;
}
