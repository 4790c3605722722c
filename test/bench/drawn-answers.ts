import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, shuffled } from '../../src-main/common/random.ts';
import type { PairGroup } from '../../src-main/contract/engine.ts';
import { type HeadData, headData } from '../../src-main/engine/head/data.ts';
import { readPretrainedEncoder } from '../../src-main/engine/model/encoder-weights.ts';
import { createOnnxRuntime } from '../../src-main/engine/runtime/onnx.ts';
import { embed, loadEncoder } from '../../src-main/engine/score/embed.ts';
import { dataSets, unpackDataSets } from './data-sets.ts';

/** The data sets as answers: what a training learns from, drawn by chance, and what it is measured on. */

type Answer = { readonly group: number; readonly pair: PairGroup['pairs'][number] };
export type Split = { readonly groups: readonly PairGroup[]; readonly answers: readonly Answer[] };
export type Vectors = ReadonlyMap<string, Float32Array>;

/** The folder that was named, or the data sets of `data/` in one that is gone when this process ends. */
export function dataFolder(named: string | undefined): string {
  if (named === undefined) return unpacked();
  for (const name of Object.keys(dataSets)) {
    if (!existsSync(join(named, name))) throw new Error(`There is no ${name} in ${named}.`);
  }
  return named;
}

/** The data sets in a folder that is gone when this process ends. */
function unpacked(): string {
  const temporary = mkdtempSync(join(tmpdir(), 'tiebreak-data-'));
  process.once('exit', () => rmSync(temporary, { recursive: true, force: true }));
  unpackDataSets(temporary);
  return temporary;
}

/** All pairs whose places differ, each post's comments in an order that says nothing. */
export function readSplit(path: string): Split {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const groups = lines.map((line, number): PairGroup => {
    const { title, text, comments } = JSON.parse(line) as {
      title?: string;
      text: string;
      comments: { text: string; score: number }[];
    };
    const post = title && !text.startsWith(title) ? `${title}\n\n${text}` : text;
    const mixed = shuffled(comments, createRandom(number));
    const pairs = mixed.flatMap((one, first) =>
      mixed
        .map((other, second) => ({ first, second, target: one.score < other.score ? 1 : 0, other }))
        .filter(({ second, other }) => second > first && other.score !== one.score)
        .map(({ first: a, second: b, target }) => ({ first: a, second: b, target })),
    );
    return { texts: mixed.map((comment) => ({ post, comment: comment.text })), pairs };
  });
  return { groups, answers: groups.flatMap(({ pairs }, group) => pairs.map((pair) => ({ group, pair }))) };
}

/** So many of the answers, by chance. */
export function draw({ groups, answers }: Split, count: number, seed: number): Split {
  const drawn = shuffled(answers, createRandom(seed)).slice(0, count);
  const byGroup = Map.groupBy(drawn, ({ group }) => group);
  const left = [...byGroup].map(([group, of]) => ({
    texts: groups[group]!.texts,
    pairs: of.map(({ pair }) => pair),
  }));
  return { groups: left, answers: drawn };
}

/** The vectors of all texts, by the encoder that quick training reads with. */
export async function vectorsOf(of: readonly Split[]): Promise<Vectors> {
  const encoder = await loadEncoder(createOnnxRuntime('cpu'), await readPretrainedEncoder());
  const texts = [
    ...new Set(of.flatMap(({ groups }) => groups.flatMap((g) => g.texts.flatMap((t) => [t.post, t.comment])))),
  ];
  const { embeddings, width } = await embed(
    encoder,
    { texts },
    { onProgress: () => {}, signal: new AbortController().signal },
  );
  return new Map(texts.map((text, i) => [text, embeddings.subarray(i * width, (i + 1) * width)]));
}

/** What a head is trained on. */
export function headDataOf({ groups }: Split, vectors: Vectors): HeadData {
  return headData(
    groups.map((group) => {
      const of = [group.texts[0]!.post, ...group.texts.map(({ comment }) => comment)].map((text) => vectors.get(text)!);
      const joined = new Float32Array(of.length * of[0]!.length);
      for (const [i, vector] of of.entries()) joined.set(vector, i * vector.length);
      return { group, vectors: joined };
    }),
  );
}
