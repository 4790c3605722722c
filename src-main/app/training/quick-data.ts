import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { randomFrom } from '../../common/random.ts';
import type { CallHooks } from '../../contract/calls.ts';
import {
  type Device,
  type dataFiles,
  type EncoderPlace,
  type PairGroup,
  type ShownOfPost,
  usualPairsPerPost,
  vectorFiles,
} from '../../contract/engine.ts';
import type { PairBound } from '../../recipe/drawn-pairs.ts';
import { embeddingOf } from '../../store/embeddings.ts';
import { countComments } from '../../store/posts.ts';
import { ensureEmbeddings, inARow } from '../embedding/embedding.ts';
import type { House } from '../kernel/house.ts';
import { createPauses } from '../kernel/time-slices.ts';

type DataSplit = keyof typeof dataFiles;

/** Comments that a quick training looks at, about: more take long, and teach a head little. */
const most: Readonly<Record<DataSplit, number>> = { train: 20_000, validation: 10_000 };

/** Comments of one post that are used of it, at most. */
const mostOfPost = usualPairsPerPost / 2;

/** How many pairs of a post a quick training uses: no more than usual, since their comments take the time. */
export function quickBound(bound: PairBound): PairBound {
  return { ...bound, pairs: Math.min(bound.pairs, usualPairsPerPost) };
}

/**
 * Chooses posts of a split by chance, always the same ones, where it has more comments than a quick training looks at. Posts
 * that people have answered on are always wanted.
 */
export function quickChoice(house: House, split: DataSplit): (post: number, answered: boolean) => boolean {
  const share = most[split] / Math.max(1, countComments(house.store, split, mostOfPost));
  return (post, answered) => answered || share >= 1 || randomFrom(post)() < share;
}

/** A post with those comments only that are in pairs. */
export function onlyCompared({ texts, pairs, ranks }: PairGroup): PairGroup {
  const used = [...new Set(pairs.flatMap(({ first, second }) => [first, second]))].toSorted((a, b) => a - b);
  const places = new Map(used.map((index, place) => [index, place]));
  return {
    texts: used.map((index) => texts[index]!),
    pairs: pairs.map(({ first, second, target }) => ({
      first: places.get(first)!,
      second: places.get(second)!,
      target,
    })),
    ...(ranks ? { ranks: used.map((index) => ranks[index]!) } : {}),
  };
}

type Seen = {
  readonly context: ShownOfPost;
  readonly titleAlone: boolean;
  readonly device: Device;
  readonly encoder: EncoderPlace;
};

/**
 * Writes an encoder's vectors of a split beside its groups; those that are not in the store yet are computed first. Where the post is
 * not to be seen, zeros stand in its place: a head learns nothing from them. With `titleAlone` the title, which is what the groups
 * then have of the post, is seen.
 */
export async function writeVectors(
  house: House,
  split: DataSplit,
  folder: string,
  groups: readonly PairGroup[],
  { context, device, titleAlone, encoder }: Seen,
  hooks: CallHooks,
): Promise<void> {
  const seen = context === 'post' || titleAlone;
  const texts = function* (): Generator<string> {
    for (const group of groups) {
      if (seen) yield group.texts[0]!.post;
      for (const { comment } of group.texts) yield comment;
    }
  };
  await ensureEmbeddings(house, encoder, texts(), device, hooks);
  const pause = createPauses(hooks.signal);
  const vectorOf = (text: string): Float32Array => embeddingOf(house.store, encoder.name, text)!;
  const lines = async function* (): AsyncGenerator<Uint8Array> {
    for (const group of groups) {
      const comments = group.texts.map(({ comment }) => vectorOf(comment));
      const post = seen ? vectorOf(group.texts[0]!.post) : new Float32Array(comments[0]!.length);
      yield new Uint8Array(inARow([post, ...comments]).buffer);
      await pause();
    }
  };
  await pipeline(lines, createWriteStream(join(folder, vectorFiles[split])));
}
