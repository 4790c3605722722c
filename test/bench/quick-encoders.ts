import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, shuffled } from '../../src-main/common/random.ts';
import { type EncoderPlace, type PairGroup, useEncoder } from '../../src-main/contract/engine.ts';
import { headData } from '../../src-main/engine/head/data.ts';
import { headReward } from '../../src-main/engine/head/score-head.ts';
import { learnHead } from '../../src-main/engine/head/train-head.ts';
import { readEncoder } from '../../src-main/engine/model/read-encoder.ts';
import { createOnnxRuntime } from '../../src-main/engine/runtime/onnx.ts';
import { embed, loadEncoder, unloadEncoder } from '../../src-main/engine/score/embed.ts';
import { countRight } from '../../src-main/evaluation/accuracy.ts';
import { postInput } from '../../src-main/recipe/pairs.ts';
import { resource } from '../../src-main/root.ts';
import { dataSets, unpackDataSets } from './data-sets.ts';

/**
 * node test/bench/quick-encoders.ts
 *
 * Whose vectors a quick model does better on, in cross-validation over groups of train and validation of the data sets of data/: those of the
 * Universal Sentence Encoder, MiniLM's, or both side by side. Prints a row of the table in docs/quality.md for each data set.
 */
const folds = 3;
/** Times that the groups are dealt anew; the captions are large enough for one. */
const deals: Readonly<Record<keyof typeof dataSets, number>> = { ukp: 3, stackexchange: 3, captions: 1 };
const quiet = { onTried: () => {}, onProgress: () => {}, signal: new AbortController().signal };
const encoders: Readonly<Record<string, EncoderPlace>> = {
  use: useEncoder,
  minilm: { name: 'all-MiniLM-L6-v2', folder: resource('encoders', 'all-MiniLM-L6-v2') },
};

type Vectors = ReadonlyMap<string, Float32Array>;
type Read = {
  readonly group: string;
  readonly title?: string;
  readonly text: string;
  readonly comments: readonly { readonly text: string; readonly score: number }[];
};
/** A post's pairs, and the group that is in one fold as a whole. */
type Grouped = { readonly group: string; readonly pairs: PairGroup };

const folder = mkdtempSync(join(tmpdir(), 'quick-encoders-'));
unpackDataSets(folder);
console.log('data | pairs | use | minilm | both');
for (const name of Object.keys(deals) as (keyof typeof dataSets)[]) {
  const groups = read(name);
  const kinds: Record<string, Vectors> = {};
  for (const [called, place] of Object.entries(encoders)) kinds[called] = await vectorsOf(place, groups);
  kinds.both = sideBySide(kinds.use!, kinds.minilm!);
  const cells: string[] = [];
  for (const vectors of Object.values(kinds)) {
    const accuracies: number[] = [];
    for (let deal = 1; deal <= deals[name]; deal++) accuracies.push(await crossValidated(groups, vectors, deal));
    cells.push((accuracies.reduce((sum, one) => sum + one, 0) / accuracies.length).toFixed(3));
  }
  const pairs = groups.reduce((sum, one) => sum + one.pairs.pairs.length, 0);
  console.log([dataSets[name], pairs, ...cells].join(' | '));
}
rmSync(folder, { recursive: true, force: true });

function read(name: string): readonly Grouped[] {
  const rows = ['train', 'validation'].flatMap((split) =>
    readFileSync(join(folder, name, `${split}.jsonl`), 'utf8')
      .trimEnd()
      .split('\n'),
  );
  return rows.flatMap((line, index) => {
    const { group, title = null, text, comments } = JSON.parse(line) as Read;
    const post = postInput({ title, text, context: null }, 'post');
    const order = shuffled(comments, createRandom(index));
    const texts = order.map((comment) => ({ post, comment: comment.text }));
    const pairs = order.flatMap((one, i) =>
      order.slice(i + 1).map((other, j) => {
        const [first, second] = one.score < other.score ? [i, i + 1 + j] : [i + 1 + j, i];
        return { first, second, target: 1 };
      }),
    );
    return pairs.length === 0 ? [] : [{ group, pairs: { texts, pairs } }];
  });
}

async function vectorsOf(place: EncoderPlace, groups: readonly Grouped[]): Promise<Vectors> {
  const texts = [
    ...new Set(groups.flatMap(({ pairs }) => pairs.texts.flatMap(({ post, comment }) => [post, comment]))),
  ];
  const encoder = await loadEncoder(createOnnxRuntime('cpu'), await readEncoder(place));
  const { embeddings, width } = await embed(encoder, { texts }, quiet);
  await unloadEncoder(encoder);
  return new Map(texts.map((text, i) => [text, embeddings.subarray(i * width, (i + 1) * width)]));
}

function sideBySide(one: Vectors, other: Vectors): Vectors {
  return new Map([...one].map(([text, vector]) => [text, Float32Array.of(...vector, ...other.get(text)!)]));
}

/** The share of pairs that heads get right which never saw their groups. A sixth of what is learned from chooses the strength. */
async function crossValidated(groups: readonly Grouped[], vectors: Vectors, deal: number): Promise<number> {
  const names = shuffled([...new Set(groups.map(({ group }) => group))], createRandom(deal));
  const place = new Map(names.map((name, i) => [name, i]));
  let [right, of] = [0, 0];
  for (let fold = 0; fold < folds; fold++) {
    const part = (wanted: (i: number) => boolean) =>
      groups.filter(({ group }) => wanted(place.get(group)!)).map(({ pairs }) => pairs);
    const learned = part((i) => i % folds !== fold && Math.floor(i / folds) % 6 !== 0);
    const held = part((i) => i % folds !== fold && Math.floor(i / folds) % 6 === 0);
    const { head } = await learnHead(dataOf(learned, vectors), dataOf(held, vectors), quiet);
    const judged = part((i) => i % folds === fold).flatMap(({ texts, pairs }) => {
      const rewards = texts.map((text) => headReward(head, text, vectors.get(text.post)!, vectors.get(text.comment)!));
      return pairs.map(({ first, second, target }) => ({ difference: rewards[first]! - rewards[second]!, target }));
    });
    const counted = countRight(judged);
    right += counted.right;
    of += counted.of;
  }
  return right / of;
}

function dataOf(groups: readonly PairGroup[], vectors: Vectors) {
  const width = vectors.values().next().value!.length;
  const rows = groups.map((group) => {
    const texts = [group.texts[0]!.post, ...group.texts.map(({ comment }) => comment)];
    const row = new Float32Array(texts.length * width);
    for (const [i, text] of texts.entries()) row.set(vectors.get(text)!, i * width);
    return { group, vectors: row };
  });
  return headData(rows, width);
}
