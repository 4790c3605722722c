import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dataFiles, type PairGroup, type PairInput, vectorFiles, vectorWidth } from '../../contract/engine.ts';
import { pairGroups } from '../run/job.ts';
import { type Embedded, priorReward, type Rows, rowsOf } from './features.ts';

/** The comments that are in pairs, as rows of raw features, and the pairs between rows. Rows of a post stand together. */
export type HeadData = {
  readonly rows: Rows;
  /** The comment of each row. */
  readonly texts: readonly string[];
  readonly prior: Float64Array;
  /** The number of each row's post. */
  readonly post: Int32Array;
  readonly pairs: readonly PairInput[];
  /** Place of each row's comment in the order of the data; null where nobody ranked it. */
  readonly ranks: readonly (number | null)[];
};

type Group = { readonly group: PairGroup; readonly vectors: Float32Array };

/**
 * Reads one split of a quick training from the folder of its run.
 * @param widthOfNone gives the width of the encoder's vectors where the split has none
 */
export async function readHeadData(
  folder: string,
  split: keyof typeof dataFiles,
  widthOfNone: () => Promise<number>,
): Promise<HeadData> {
  const vectors = floatsOf(await readFile(join(folder, vectorFiles[split])));
  const read: PairGroup[] = [];
  for await (const group of pairGroups(folder, split)) read.push(group);
  const count = read.reduce((sum, { texts }) => sum + 1 + texts.length, 0);
  const width = count === 0 ? await widthOfNone() : vectors.length / count;
  if (!Number.isSafeInteger(width)) throw new RangeError(`${vectorFiles[split]} and ${dataFiles[split]} disagree`);
  let from = 0;
  const groups = read.map((group): Group => {
    const begin = from;
    from += (1 + group.texts.length) * width;
    return { group, vectors: vectors.subarray(begin, from) };
  });
  return headData(groups, width);
}

/** @param vectors of each group: that of the post, then those of its texts */
export function headData(groups: readonly Group[], width: number = vectorWidth): HeadData {
  const used = groups.map(({ group }) => [...new Set(group.pairs.flatMap(({ first, second }) => [first, second]))]);
  const comments: Embedded[] = [];
  const post: number[] = [];
  const pairs: PairInput[] = [];
  const ranks: (number | null)[] = [];
  for (const [number, { group, vectors }] of groups.entries()) {
    const places = new Map<number, number>();
    const vector = (at: number): Float32Array => vectors.subarray(at * width, (at + 1) * width);
    for (const index of used[number]!) {
      const text = group.texts[index]!;
      places.set(index, comments.length);
      comments.push({ text, post: vector(0), comment: vector(1 + index) });
      post.push(number);
      ranks.push(group.ranks?.[index] ?? null);
    }
    for (const { first, second, target } of group.pairs) {
      pairs.push({ first: places.get(first)!, second: places.get(second)!, target });
    }
  }
  const prior = Float64Array.from(comments, ({ text }) => priorReward(text.comment));
  const texts = comments.map(({ text }) => text.comment);
  return { rows: rowsOf(comments, width), texts, prior, post: Int32Array.from(post), pairs, ranks };
}

/** Some of the pairs of rows, and those rows alone that are in them; rows of a post stand together as before. */
export function subsetOf(data: HeadData, pairs: readonly PairInput[]): HeadData {
  const { blocks, values, words } = data.rows;
  const used = [...new Set(pairs.flatMap(({ first, second }) => [first, second]))].toSorted((a, b) => a - b);
  const places = new Map(used.map((row, place) => [row, place]));
  const width = blocks.words;
  const copied = new Float32Array(used.length * width);
  for (const [place, row] of used.entries()) copied.set(values.subarray(row * width, (row + 1) * width), place * width);
  return {
    rows: { blocks, values: copied, count: used.length, words: used.map((row) => words[row]!) },
    texts: used.map((row) => data.texts[row]!),
    prior: Float64Array.from(used, (row) => data.prior[row]!),
    post: Int32Array.from(used, (row) => data.post[row]!),
    pairs: pairs.map(({ first, second, target }) => ({
      first: places.get(first)!,
      second: places.get(second)!,
      target,
    })),
    ranks: used.map((row) => data.ranks[row]!),
  };
}

/** The rows of each post with their rewards, and the pairs among them, by their places in it. */
export function rewardedPosts({ post, pairs, ranks }: Omit<HeadData, 'rows'>, rewards: Float64Array) {
  const posts = new Map<number, { from: number; rewards: number[]; ranks: (number | null)[]; pairs: PairInput[] }>();
  for (const [row, number] of post.entries()) {
    const found = posts.get(number) ?? { from: row, rewards: [], ranks: [], pairs: [] };
    found.rewards.push(rewards[row]!);
    found.ranks.push(ranks[row]!);
    posts.set(number, found);
  }
  for (const { first, second, target } of pairs) {
    const found = posts.get(post[first]!)!;
    found.pairs.push({ first: first - found.from, second: second - found.from, target });
  }
  return [...posts.values()];
}

function floatsOf(bytes: Buffer): Float32Array {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return new Float32Array(copy.buffer);
}
