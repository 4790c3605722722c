import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom, shuffled } from '../../src-main/common/random.ts';
import type { PairGroup, PairInput } from '../../src-main/contract/engine.ts';
import { type HeadData, subsetOf } from '../../src-main/engine/head/data.ts';
import {
  blocksOfWeights,
  lengthOf,
  plainFeature,
  plainNames,
  squareOf,
  wordsOf,
} from '../../src-main/engine/head/features.ts';
import type { Head } from '../../src-main/engine/head/head-folder.ts';
import { drawPairs, heldOutCurve } from '../../src-main/engine/head/held-out-curve.ts';
import { learnHead } from '../../src-main/engine/head/train-head.ts';
import type { SparseRow } from '../../src-main/engine/head/words.ts';
import { dataSets } from './data-sets.ts';
import { dataFolder, headDataOf, readSplit, vectorsOf } from './drawn-answers.ts';
import { type Comparisons, comparisonsOf, startFromSets } from './learn-worth.ts';
import { type Case, stoppingTable } from './stopping-table.ts';

/**
 * npm run stopping [-- DIR [RAW]]
 *
 * Whether what is said of the next 50 answers comes true, on the three data sets of data/, or those of DIR: in each of ten draws whole posts are laid
 * aside to measure on (two fifths), quick training learns from so many pairs of the others and says what 50 more bring, and then it does learn from 50 more,
 * three times from others. Into docs/quality.md. RAW keeps what was measured, a line each: where it has some, the table
 * is made of that, and `--more` measures what is missing.
 */
const counts = [100, 200, 400, 800, 1600] as const;
const seeds = 10;
const more = 50;
const times = 3;
const laidAside = 0.4;
const quiet = { onTried: () => {}, signal: new AbortController().signal };
/** As `fit.ts` has it where there are few pairs to validate on. */
const cautious = 60;

const folder = dataFolder(process.argv[2]);
const raw = process.argv[3];
const known = raw !== undefined && existsSync(raw) ? readFileSync(raw, 'utf8').trim().split('\n').filter(Boolean) : [];
const cases: Case[] = known.map((line) => JSON.parse(line) as Case);

type DataSet = { readonly all: HeadData; readonly words: readonly SparseRow[]; readonly comparisons: Comparisons };
const sets = new Map<keyof typeof dataSets, DataSet>();
const wanted = Object.keys(dataSets) as (keyof typeof dataSets)[];
if (cases.length === 0 || process.argv.includes('--more')) {
  for (const name of wanted) sets.set(name, await dataSet(name));
  for (let seed = 1; seed <= seeds; seed++) for (const name of wanted) await measure(name, seed);
}
const page = new URL('../../docs/quality.md', import.meta.url);
const text = readFileSync(page, 'utf8');
const [begin, end] = ['<!-- stopping: begin -->', '<!-- stopping: end -->'];
if (!text.includes(begin) || !text.includes(end)) throw new Error('docs/quality.md has no place for the table.');
writeFileSync(
  page,
  `${text.slice(0, text.indexOf(begin) + begin.length)}\n${stoppingTable(cases, dataSets)}\n${text.slice(text.indexOf(end))}`,
);

/** All rows of a data set on one post together, and what is learned of other data sets from it. */
async function dataSet(name: string): Promise<DataSet> {
  const read = ['train', 'validation', 'test'].map((split) => readSplit(join(folder, name, `${split}.jsonl`)));
  const vectors = await vectorsOf(read);
  const byPost = Map.groupBy(
    read.flatMap(({ groups }) => groups),
    ({ texts }) => texts[0]!.post,
  );
  const groups = [...byPost.values()].map((rows): PairGroup => {
    const starts = rows.map((_, i) => rows.slice(0, i).reduce((sum, { texts }) => sum + texts.length, 0));
    const pairs = rows.flatMap((row, i) =>
      row.pairs.map((pair) => ({ ...pair, first: pair.first + starts[i]!, second: pair.second + starts[i]! })),
    );
    return { texts: rows.flatMap(({ texts }) => texts), pairs };
  });
  const all = headDataOf({ groups, answers: [] }, vectors);
  const learned = { groups: read.slice(0, 2).flatMap(({ groups }) => groups), answers: [] };
  const comparisons = comparisonsOf(headDataOf(learned, vectors));
  return { all, words: all.texts.map(wordsOf), comparisons };
}

async function measure(name: keyof typeof dataSets, seed: number): Promise<void> {
  const { all, words } = sets.get(name)!;
  const start = startFromSets([...sets].filter(([other]) => other !== name).map(([, { comparisons }]) => comparisons));
  const posts = shuffled([...new Set(all.post)], createRandom(seed));
  const aside = new Set(posts.slice(0, Math.round(laidAside * posts.length)));
  const measured = all.pairs.filter(({ first }) => aside.has(all.post[first]!));
  const pool = shuffled(
    all.pairs.filter(({ first }) => !aside.has(all.post[first]!)),
    createRandom(seed, 1),
  );
  const learn = (pairs: readonly PairInput[]) => learnHead(subsetOf(all, pairs), subsetOf(all, []), quiet, start);
  for (const pairs of counts) {
    if (pairs + more > pool.length || cases.some((c) => c.name === name && c.seed === seed && c.pairs === pairs))
      continue;
    const begun = performance.now();
    const { head, wide } = await learn(pool.slice(0, pairs));
    const trained = performance.now();
    const curve = await heldOutCurve(drawPairs(wide, start, seed), { strength: cautious, signal: quiet.signal });
    const seconds = { training: (trained - begun) / 1000, curve: (performance.now() - trained) / 1000 };
    const before = accuracy(head, all, words, measured);
    const gains: number[] = [];
    for (let time = 0; time < times; time++) {
      const next = shuffled(pool.slice(pairs), createRandom(seed, 2, time)).slice(0, more);
      const { head: grown } = await learn([...pool.slice(0, pairs), ...next]);
      gains.push(accuracy(grown, all, words, measured) - before);
    }
    const found: Case = { name, seed, pairs, curve, measuredOn: measured.length, gains, seconds };
    cases.push(found);
    if (raw !== undefined) appendFileSync(raw, `${JSON.stringify(found)}\n`);
    console.log(name, seed, pairs, gains.map((gain) => (100 * gain).toFixed(2)).join(' '), seconds);
  }
}

/** Share of pairs that a head finds right, from rows as they are before any scaling. */
function accuracy(
  { weights, mean, deviation }: Head,
  { rows: { values }, prior }: HeadData,
  words: readonly SparseRow[],
  pairs: readonly PairInput[],
): number {
  const blocks = blocksOfWeights(weights);
  const rewards = new Map<number, number>();
  const rewardOf = (row: number): number => {
    const from = row * blocks.words;
    let sum = prior[row]!;
    for (let i = 0; i < blocks.plain; i++) sum += values[from + i]! * weights[i]!;
    for (let i = 0; i < plainNames.length; i++) {
      const distance = plainFeature(values[from + blocks.plain + i]!, mean[i]!, deviation[i]!);
      sum += distance * weights[blocks.plain + i]! + squareOf(distance) * weights[blocks.bent + i]!;
      if (i === 0) sum += lengthOf(distance) * weights[blocks.words - 1]!;
    }
    const { buckets, values: shares } = words[row]!;
    for (const [i, bucket] of buckets.entries()) sum += shares[i]! * weights[blocks.words + bucket]!;
    return sum;
  };
  const known = (row: number): number => {
    if (!rewards.has(row)) rewards.set(row, rewardOf(row));
    return rewards.get(row)!;
  };
  const right = pairs.reduce((sum, { first, second, target }) => {
    const difference = known(first) - known(second);
    return sum + (difference === 0 ? 0.5 : difference > 0 === target > 0.5 ? 1 : 0);
  }, 0);
  return right / pairs.length;
}
