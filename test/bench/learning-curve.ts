import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, shuffled } from '../../src-main/common/random.ts';
import type { PairGroup } from '../../src-main/contract/engine.ts';
import { headData } from '../../src-main/engine/head/data.ts';
import { headReward } from '../../src-main/engine/head/score-head.ts';
import { learnHead } from '../../src-main/engine/head/train-head.ts';
import { readPretrainedEncoder } from '../../src-main/engine/model/encoder-weights.ts';
import { createOnnxRuntime } from '../../src-main/engine/runtime/onnx.ts';
import { embed, loadEncoder } from '../../src-main/engine/score/embed.ts';
import { countRight } from '../../src-main/evaluation/accuracy.ts';
import { dataSets, unpackDataSets } from './data-sets.ts';
import { drawCurves, type Point } from './draw-curves.ts';

/**
 * npm run learning-curve [-- DIR]
 *
 * How accurate quick training is after so many answers, on the three data sets of data/, or those of DIR (CUP IT rows in
 * NAME/SPLIT.jsonl): written as a table and a plot into docs/quality.md. An answer is one pair of comments, drawn from all posts by chance; 1 answer in 18 falls
 * into the validation split, as in an import without splits of its own. Accuracy on all pairs of the test split.
 */
const folder = process.argv[2] ?? unpacked();
const counts = [0, 1, 5, 20, 100, 300, 1000] as const;
const seeds = 10;
const validationShare = 1 / 18;
const splits = ['train', 'validation', 'test'] as const;

type Answer = { readonly group: number; readonly pair: PairGroup['pairs'][number] };
type Split = { readonly groups: readonly PairGroup[]; readonly answers: readonly Answer[] };
type Vectors = ReadonlyMap<string, Float32Array>;

const quiet = { onTried: () => {}, onProgress: () => {}, signal: new AbortController().signal };
const encoder = await loadEncoder(createOnnxRuntime('cpu'), await readPretrainedEncoder());
const curves: { name: string; longer: number; points: Point[] }[] = [];
for (const [name, title] of Object.entries(dataSets)) {
  if (!existsSync(join(folder, name))) throw new Error(`There is no ${name} in ${folder}.`);
  const [train, validation, test] = splits.map((split) => read(join(folder, name, `${split}.jsonl`)));
  const vectors = await vectorsOf([train!, validation!, test!]);
  const accuracyOn = (reward: (post: string, comment: string) => number): number => accuracy(test!, reward);
  const points: Point[] = [];
  const learn = async (one: Split, other: Split): Promise<number> => {
    const { head } = await learnHead(rowsOf(one, vectors), rowsOf(other, vectors), quiet);
    return accuracyOn((post, comment) =>
      headReward(head, { post, comment }, vectors.get(post)!, vectors.get(comment)!),
    );
  };
  for (const answers of counts) {
    const held = Math.round(answers * validationShare);
    if (answers > train!.answers.length) continue;
    const found: number[] = [];
    for (let seed = 1; seed <= (answers === 0 ? 1 : seeds); seed++) {
      found.push(await learn(draw(train!, answers - held, seed), draw(validation!, held, seed)));
    }
    points.push({ answers, ...meanOf(found) });
    console.log(title, points.at(-1));
  }
  const all = train!.answers.length + validation!.answers.length;
  points.push({ answers: all, mean: await learn(train!, validation!), deviation: null });
  curves.push({ name: title, longer: accuracyOn((_, comment) => comment.length), points });
  console.log(title, points.at(-1));
}
const docs = new URL('../../docs/', import.meta.url);
writeFileSync(new URL('learning-curve.svg', docs), drawCurves(curves));
const page = new URL('quality.md', docs);
const text = readFileSync(page, 'utf8');
const [begin, end] = ['<!-- learning curve: begin -->', '<!-- learning curve: end -->'];
if (!text.includes(begin) || !text.includes(end)) throw new Error('docs/quality.md has no place for the curve.');
writeFileSync(
  page,
  `${text.slice(0, text.indexOf(begin) + begin.length)}\n${table()}\n${text.slice(text.indexOf(end))}`,
);

/** The data sets in a folder that is gone when this process ends. */
function unpacked(): string {
  const temporary = mkdtempSync(join(tmpdir(), 'tiebreak-data-'));
  process.once('exit', () => rmSync(temporary, { recursive: true, force: true }));
  unpackDataSets(temporary);
  return temporary;
}

function table(): string {
  const cell = ({ mean, deviation }: Point): string => digits(mean) + (deviation ? ` ± ${digits(deviation)}` : '');
  const rows = curves.map(({ name, longer, points }) => {
    const known = counts.map((answers) => points.find((point) => point.answers === answers));
    const cells = [...known, points.at(-1)].map((point) => (point ? cell(point) : ''));
    return `| ${name} | ${[...cells, digits(longer)].join(' | ')} |`;
  });
  const all = curves.map(({ points }) => points.at(-1)!.answers.toLocaleString('en')).join(', ');
  return [
    `| answers | ${counts.map((count) => count.toLocaleString('en')).join(' | ')} | all (${all}) | longer wins |`,
    `| --- |${' --- |'.repeat(counts.length + 2)}`,
    ...rows,
    '',
    '![Accuracy against the number of answers](learning-curve.svg)',
  ].join('\n');
}

function digits(share: number): string {
  return share.toFixed(3).replace(/^0/, '');
}

/** All pairs whose places differ, each post's comments in an order that says nothing. */
function read(path: string): Split {
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
function draw({ groups, answers }: Split, count: number, seed: number): Split {
  const drawn = shuffled(answers, createRandom(seed)).slice(0, count);
  const byGroup = Map.groupBy(drawn, ({ group }) => group);
  const left = [...byGroup].map(([group, of]) => ({
    texts: groups[group]!.texts,
    pairs: of.map(({ pair }) => pair),
  }));
  return { groups: left, answers: drawn };
}

async function vectorsOf(of: readonly Split[]): Promise<Vectors> {
  const texts = [
    ...new Set(of.flatMap(({ groups }) => groups.flatMap((g) => g.texts.flatMap((t) => [t.post, t.comment])))),
  ];
  const { embeddings, width } = await embed(encoder, { texts }, quiet);
  return new Map(texts.map((text, i) => [text, embeddings.subarray(i * width, (i + 1) * width)]));
}

function rowsOf({ groups }: Split, vectors: Vectors) {
  return headData(
    groups.map((group) => {
      const of = [group.texts[0]!.post, ...group.texts.map(({ comment }) => comment)].map((text) => vectors.get(text)!);
      const joined = new Float32Array(of.length * of[0]!.length);
      for (const [i, vector] of of.entries()) joined.set(vector, i * vector.length);
      return { group, vectors: joined };
    }),
  );
}

function accuracy({ groups }: Split, reward: (post: string, comment: string) => number): number {
  const judged = groups.flatMap(({ texts, pairs }) => {
    const rewards = texts.map(({ post, comment }) => reward(post, comment));
    return pairs.map(({ first, second, target }) => ({ difference: rewards[first]! - rewards[second]!, target }));
  });
  const { right, of } = countRight(judged);
  return right / of;
}

function meanOf(values: readonly number[]): Pick<Point, 'mean' | 'deviation'> {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  if (values.length < 2) return { mean, deviation: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) };
}
