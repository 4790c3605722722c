import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '../../src-main/common/random.ts';
import { vectorWidth } from '../../src-main/contract/engine.ts';
import { blocksOf, plainNames, shares } from '../../src-main/engine/head/features.ts';
import { headReward } from '../../src-main/engine/head/score-head.ts';
import { care, emptyStart, ofLength, type Start, startFrom } from '../../src-main/engine/head/start.ts';
import { learnHead } from '../../src-main/engine/head/train-head.ts';
import { dataSets } from './data-sets.ts';
import { dataFolder, draw, headDataOf, readSplit, type Split, type Vectors, vectorsOf } from './drawn-answers.ts';
import { type Comparisons, columnsOf, comparisonsOf, learnedStart, learnWorth, startFromSets } from './learn-worth.ts';

const blocks = blocksOf(vectorWidth);

/**
 * npm run starter [-- DIR]
 *
 * What a start learned on other data is worth to quick training, by leaving out each of the three data sets of data/ in turn (or
 * those of DIR: CUP IT rows in NAME/SPLIT.jsonl): the start is learned on the train and validation splits of the other two. Answers
 * are drawn from the train split, and accuracy is that on the validation and test splits; without answers that on all three.
 * Written as a table into docs/quality.md, with intervals of the difference to a head that starts with the length alone, by
 * paired bootstrap over posts.
 */
const folder = dataFolder(process.argv[2]);
const counts = [0, 20, 100, 300, 1000] as const;
const seeds = 10;
/** Answers that go to the validation split, where so few of them choose nothing. */
const validationShare = 1 / 18;
const resamples = 2000;
/** Below, a head does not choose its strength: what it is measured with is not looked at. */
const nobody: Split = { groups: [], answers: [] };
const quiet = { onTried: () => {}, signal: new AbortController().signal };

/** Of what is counted: what does not grow with the length, and what is but marks and capitals. */
const lengths = 'log,longest,share of different,has paragraphs'.split(',');
const counted = columnsOf(plainNames.filter((name) => !lengths.some((begin) => name.startsWith(begin))));
const five = Object.keys(care);
const marks = columnsOf([
  ...five,
  ...['exclamation marks per word', 'question marks per word', 'words in capitals per word', 'has an ellipsis'],
  ...['digits per character', 'punctuation per character', 'commas per word', 'quotation marks per word'],
  ...['brackets per word', 'has a hyphen', 'has a dash', 'has a colon', 'has a semicolon'],
]);
const vectors = Array.from({ length: blocks.plain }, (_, i) => i);

/** The starts that are tried, each learned from the other data sets. */
type Idea = (sets: readonly Comparisons[], others: readonly Known[]) => Start | Promise<Start>;
const ideas: Readonly<Record<string, Idea>> = {
  'length, half as strongly again and twice as free': () => startFrom({}, ofLength),
  'length as before, thirty times as free': () => startFrom({}, { worth: 0, freedom: 30 }),
  '**five marks of care at ¾, length twice as free**': startFromSets,
  'the same, length no freer than others': (sets) =>
    learnedStart(sets, columnsOf(five), { length: { ...ofLength, freedom: 1 } }),
  'the same at full worth': (sets) => learnedStart(sets, columnsOf(five), { share: 1 }),
  'the same at ¾, and the cosine with the post': (sets) =>
    learnedStart(sets, columnsOf([...five, 'cosine with the post'])),
  'eighteen marks': (sets) => learnedStart(sets, marks),
  'all counts but lengths': (sets) => learnedStart(sets, counted),
  'all counts but lengths, each as free as it differs': freeWhereTheyDiffer,
  'vector, and product with the post’s': (sets) => learnedStart(sets, vectors),
  'vector, product and five marks': (sets) => learnedStart(sets, [...vectors, ...columnsOf(five)]),
  'vector, product and all counts but lengths': (sets) => learnedStart(sets, [...vectors, ...counted]),
  'how free each block is, so that heads did best elsewhere': (_, others) => bestElsewhere(others),
};

/** Counted features with a place and a width each: freer where the data sets disagree, held where they agree. */
function freeWhereTheyDiffer(sets: readonly Comparisons[]): Start {
  const at = counted;
  const start = learnedStart(sets, at);
  const { apart } = learnWorth(sets, at);
  const squares = at.map((column) => apart.reduce((sum, own) => sum + own[column]! ** 2, 0));
  const mean = squares.reduce((sum, square) => sum + square, 0) / squares.length;
  const freedom = start.freedom.slice();
  for (const [i, column] of at.entries()) freedom[column] = Math.min(4, Math.max(0.25, squares[i]! / mean));
  return { ...start, freedom };
}

/** The freedom of each block that leaves the lowest loss on the other data sets after 20, 100 and 300 answers, by turns. */
async function bestElsewhere(others: readonly Known[]): Promise<Start> {
  const { centre, freedom: begun } = startFrom({}, ofLength);
  let freedom: Float64Array = begun;
  const starts = [...Object.entries(blocks).filter(([name]) => name !== 'end')];
  const ends = [...starts.slice(1).map(([, from]) => from), blocks.end];
  const tried = async (one: Float64Array): Promise<number> => {
    let sum = 0;
    for (const other of others) {
      const small = { ...other, judged: { ...other.judged, groups: other.judged.groups.slice(0, 100) } };
      for (const answers of [20, 100, 300]) {
        for (const seed of [101, 102])
          sum += lossOf(await differencesAfter(small, { centre, freedom: one }, answers, seed));
      }
    }
    return sum;
  };
  let least = await tried(freedom);
  for (const [i, [, from]] of starts.entries()) {
    for (const factor of [4, 1 / 4]) {
      for (;;) {
        const next = freedom.slice();
        for (let at = from; at < ends[i]!; at++) next[at]! *= factor;
        const loss = await tried(next);
        if (loss >= least) break;
        [least, freedom] = [loss, next];
      }
    }
  }
  return { centre, freedom };
}

type Known = {
  readonly train: Split;
  readonly every: Split;
  readonly judged: Split;
  readonly vectors: Vectors;
  readonly comparisons: Comparisons;
};
/** Pairs that are right of each post, over all draws, and how many pairs it has. */
type Found = readonly { readonly right: number; readonly of: number }[];

const known = new Map<string, Known>();
for (const name of Object.keys(dataSets)) {
  const [train, validation, test] = (['train', 'validation', 'test'] as const).map((split) =>
    readSplit(join(folder, name, `${split}.jsonl`)),
  ) as [Split, Split, Split];
  const read = await vectorsOf([train, validation, test]);
  const both = { groups: [...train.groups, ...validation.groups], answers: [] };
  const judged = { groups: [...validation.groups, ...test.groups], answers: [] };
  const every = { groups: [...train.groups, ...judged.groups], answers: [] };
  known.set(name, { train, every, judged, vectors: read, comparisons: comparisonsOf(headDataOf(both, read)) });
}

const lines: string[] = [];
for (const [name, title] of Object.entries(dataSets)) {
  const others = [...known].filter(([other]) => other !== name).map(([, data]) => data);
  const before = await measured(known.get(name)!, emptyStart);
  lines.push(
    row(
      title,
      'as before: the length',
      before.map((found) => accuracyOf(found)),
    ),
  );
  for (const [idea, learn] of Object.entries(ideas)) {
    const found = await measured(
      known.get(name)!,
      await learn(
        others.map(({ comparisons }) => comparisons),
        others,
      ),
    );
    lines.push(
      row(
        '',
        idea,
        found.map((one, i) => `${accuracyOf(one)} ${difference(before[i]!, one)}`),
      ),
    );
    console.log(title, lines.at(-1));
  }
}
const worth = learnWorth(
  [...known.values()].map(({ comparisons }) => comparisons),
  columnsOf(five),
).centre;
const all = columnsOf(five).map((at, i) => `${five[i]} ${signed(shares.plain * worth[at]!)}`);
const page = new URL('../../docs/quality.md', import.meta.url);
const text = readFileSync(page, 'utf8');
const [begin, end] = ['<!-- start: begin -->', '<!-- start: end -->'];
if (!text.includes(begin) || !text.includes(end)) throw new Error('docs/quality.md has no place for the table.');
const table = [
  row(
    'data',
    'what is believed before the first answer',
    counts.map((count) => (count === 0 ? '0 (all splits)' : count.toLocaleString('en'))),
  ),
  `| ${Array.from({ length: counts.length + 2 }, () => '---').join(' | ')} |`,
  ...lines,
  '',
  `Learned on all three, in full, for one deviation each: ${all.join(', ')}.`,
].join('\n');
writeFileSync(page, `${text.slice(0, text.indexOf(begin) + begin.length)}\n${table}\n${text.slice(text.indexOf(end))}`);

/** For each number of answers, what is right after it. */
async function measured(data: Known, start: Start): Promise<Found[]> {
  const found: Found[] = [];
  for (const answers of counts) {
    const judged = answers === 0 ? data.every : data.judged;
    const sums = judged.groups.map(({ pairs }) => ({ right: 0, of: pairs.length }));
    const draws = answers === 0 ? 1 : seeds;
    for (let seed = 1; seed <= draws; seed++) {
      for (const [i, differences] of (await differencesAfter({ ...data, judged }, start, answers, seed)).entries()) {
        for (const one of differences) sums[i]!.right += (one === 0 ? 0.5 : one > 0 ? 1 : 0) / draws;
      }
    }
    found.push(sums);
  }
  return found;
}

/** By how much the better comment's reward is higher, in every pair of every post that is judged. */
async function differencesAfter(
  { train, judged, vectors: read }: Known,
  start: Start,
  answers: number,
  seed: number,
): Promise<number[][]> {
  const drawn = draw(train, answers - Math.round(answers * validationShare), seed);
  const { head } = await learnHead(headDataOf(drawn, read), headDataOf(nobody, read), quiet, start);
  return judged.groups.map(({ texts, pairs }) => {
    const rewards = texts.map((of) => headReward(head, of, read.get(of.post)!, read.get(of.comment)!));
    return pairs.map(({ first, second, target }) => (rewards[first]! - rewards[second]!) * (target > 0.5 ? 1 : -1));
  });
}

function lossOf(differences: readonly (readonly number[])[]): number {
  const all = differences.flat();
  return all.reduce((sum, one) => sum + Math.log1p(Math.exp(-one)), 0) / all.length;
}

function share(found: Found, places: Iterable<number>): number {
  let [right, of] = [0, 0];
  for (const at of places) {
    right += found[at]!.right;
    of += found[at]!.of;
  }
  return right / of;
}

function accuracyOf(found: Found): string {
  return digits(share(found, found.keys()));
}

/** The difference in accuracy, and where 95% of it lies by bootstrap over posts. */
function difference(one: Found, other: Found): string {
  const random = createRandom(7);
  const differences = Array.from({ length: resamples }, () => {
    const places = one.map(() => Math.floor(random() * one.length));
    return share(other, places) - share(one, places);
  }).toSorted((a, b) => a - b);
  const at = (of: number): string => signed(differences[Math.floor(of * (resamples - 1))]!);
  return `(${at(0.025)} to ${at(0.975)})`;
}

function row(...[data, idea, cells]: readonly [string, string, readonly string[]]): string {
  return `| ${[data, idea, ...cells].join(' | ')} |`;
}

function digits(value: number): string {
  return value.toFixed(3).replace(/^0/, '');
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${digits(Math.abs(value))}`;
}
