import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { headReward } from '../../src-main/engine/head/score-head.ts';
import { learnHead } from '../../src-main/engine/head/train-head.ts';
import { countRight } from '../../src-main/evaluation/accuracy.ts';
import { dataSets } from './data-sets.ts';
import { drawCurves, type Point } from './draw-curves.ts';
import { dataFolder, draw, headDataOf, readSplit, type Split, type Vectors, vectorsOf } from './drawn-answers.ts';
import { type Comparisons, comparisonsOf, startFromSets } from './learn-worth.ts';

/**
 * npm run learning-curve [-- DIR]
 *
 * How accurate quick training is after so many answers, on the three data sets of data/, or those of DIR (CUP IT rows in
 * NAME/SPLIT.jsonl): written as a table and a plot into docs/quality.md. An answer is one pair of comments, drawn from all posts by chance; 1 answer in 18 falls
 * into the validation split, as in an import without splits of its own. A head starts with what was learned on the other two data sets. Accuracy on all pairs of the test split.
 */
const folder = dataFolder(process.argv[2]);
const counts = [0, 1, 5, 20, 100, 300, 1000] as const;
const seeds = 10;
const validationShare = 1 / 18;
const splits = ['train', 'validation', 'test'] as const;

const quiet = { onTried: () => {}, signal: new AbortController().signal };
const curves: { name: string; longer: number; points: Point[] }[] = [];
type Known = { readonly splits: readonly Split[]; readonly vectors: Vectors; readonly comparisons: Comparisons };
const known = new Map<string, Known>();
for (const name of Object.keys(dataSets)) {
  const read = splits.map((split) => readSplit(join(folder, name, `${split}.jsonl`)));
  const vectors = await vectorsOf(read);
  const both = { groups: read.slice(0, 2).flatMap(({ groups }) => groups), answers: [] };
  known.set(name, { splits: read, vectors, comparisons: comparisonsOf(headDataOf(both, vectors)) });
}
for (const [name, title] of Object.entries(dataSets)) {
  const {
    splits: [train, validation, test],
    vectors,
  } = known.get(name)!;
  // What is believed before the first answer must not come from these very data.
  const start = startFromSets([...known].filter(([other]) => other !== name).map(([, { comparisons }]) => comparisons));
  const accuracyOn = (reward: (post: string, comment: string) => number): number => accuracy(test!, reward);
  const points: Point[] = [];
  const learn = async (one: Split, other: Split): Promise<number> => {
    const { head } = await learnHead(headDataOf(one, vectors), headDataOf(other, vectors), quiet, start);
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
