import { join } from 'node:path';
import { createRandom } from '../../src-main/common/random.ts';
import type { PairGroup } from '../../src-main/contract/engine.ts';
import { headReward } from '../../src-main/engine/head/score-head.ts';
import { learnHead } from '../../src-main/engine/head/train-head.ts';
import { countRight } from '../../src-main/evaluation/accuracy.ts';
import { dataSets } from './data-sets.ts';
import { dataFolder, headDataOf, readSplit, type Split, vectorsOf } from './drawn-answers.ts';
import { type PlayedPost, play, playedPosts, type Question, questions } from './labeller.ts';
import { comparisonsOf, startFromSets } from './learn-worth.ts';
import { digits, intervalOf, intoQuality } from './tables.ts';

/**
 * npm run labelling [-- DIR]
 *
 * What a minute of a person's time brings, by the kind of question: a labeller is played from the votes of UKP and the captions
 * (labeller.ts), asked on posts drawn by chance, and quick training learns from the answers, from the start that was learned on the other data sets. Accuracy on all
 * pairs of the test split against seconds, ten seeds, into docs/quality.md.
 */
const folder = dataFolder(process.argv[2]);
const seeds = 10;
/** Comments of a post on which each kind of question is asked. */
const fewest = 4;
const minutes = [5, 15, 45, 135, 405] as const;
const speeds = [200, 250, 300] as const;
const usualSpeed = 250;
/** How often one answer agrees with the votes: on UKP one worker agrees with the others at .816; of the captions it is not known. */
const agreements = { ukp: 0.8, captions: 0.75 } as const;
const quiet = { onTried: () => {}, signal: new AbortController().signal };

type Point = {
  readonly questions: number;
  readonly seconds: Readonly<Record<number, number>>;
  readonly accuracy: number;
};

const comparisons = new Map<string, ReturnType<typeof comparisonsOf>>();
const sets = new Map<string, { readonly test: Split; readonly vectors: Awaited<ReturnType<typeof vectorsOf>> }>();
for (const name of Object.keys(dataSets)) {
  const read = ['train', 'validation', 'test'].map((split) => readSplit(join(folder, name, `${split}.jsonl`)));
  const vectors = await vectorsOf(read);
  const both = { groups: read.slice(0, 2).flatMap(({ groups }) => groups), answers: [] };
  comparisons.set(name, comparisonsOf(headDataOf(both, vectors)));
  sets.set(name, { test: read[2]!, vectors });
}

const rows: string[] = [];
for (const [name, agreement] of Object.entries(agreements)) {
  const posts = playedPosts(join(folder, name), agreement, fewest);
  const start = startFromSets([...comparisons].filter(([other]) => other !== name).map(([, known]) => known));
  const curves = new Map<Question, readonly (readonly Point[])[]>();
  for (const question of questions) {
    const all: (readonly Point[])[] = [];
    for (let seed = 1; seed <= seeds; seed++) all.push(await curveOf(name, posts, question, seed, start));
    curves.set(question, all);
    rows.push(rowOf(name, question, all));
    console.log(rows.at(-1));
  }
  for (const question of questions.slice(1)) {
    const shares = speeds.map((speed) => neededShare(curves.get('pair')!, curves.get(question)!, speed));
    const line = `| ${dataSets[name as keyof typeof dataSets]} | ${question}: share of the seconds that pairs need for what they reach in ${minutes.at(-2)} minutes, at ${speeds.join(', ')} words a minute | ${shares.map((share) => (share === null ? 'not reached' : share.toFixed(2))).join(', ')} |`;
    console.log(line);
  }
}

intoQuality(
  'labelling',
  [
    `| | question | ${minutes.map((count) => `${count} min`).join(' | ')} |`,
    `| --- | --- |${' --- |'.repeat(minutes.length)}`,
    ...rows,
  ].join('\n'),
);

/** Answers until the time is over, with a training whenever one of the stretches is. */
async function curveOf(
  name: string,
  posts: readonly PlayedPost[],
  question: Question,
  seed: number,
  start: ReturnType<typeof startFromSets>,
): Promise<readonly Point[]> {
  const random = createRandom(seed, questions.indexOf(question));
  const given = new Map<PlayedPost, PairGroup['pairs'][number][]>();
  const seconds: Record<number, number> = Object.fromEntries(speeds.map((speed) => [speed, 0]));
  const points: Point[] = [];
  let asked = 0;
  for (const count of minutes) {
    while (seconds[usualSpeed]! < 60 * count) {
      const post = posts[Math.floor(random() * posts.length)]!;
      const played = play(question, post, random);
      given.set(post, [...(given.get(post) ?? []), ...played.pairs]);
      for (const speed of speeds) seconds[speed]! += played.seconds(speed);
      asked += 1;
    }
    const groupsOf = (validation: boolean): Split => ({
      groups: [...given]
        .filter(([post]) => post.validation === validation)
        .map(([{ group }, pairs]) => ({ ...group, pairs: meanPairs(pairs) })),
      answers: [],
    });
    const { test, vectors } = sets.get(name)!;
    const { head } = await learnHead(
      headDataOf(groupsOf(false), vectors),
      headDataOf(groupsOf(true), vectors),
      quiet,
      start,
    );
    const judged = test.groups.flatMap(({ texts, pairs }) => {
      const rewards = texts.map(({ post, comment }) =>
        headReward(head, { post, comment }, vectors.get(post)!, vectors.get(comment)!),
      );
      return pairs.map(({ first, second, target }) => ({ difference: rewards[first]! - rewards[second]!, target }));
    });
    const { right, of } = countRight(judged);
    points.push({ questions: asked, seconds: { ...seconds }, accuracy: right / of });
  }
  return points;
}

/** One pair for every two comments, with the share of the answers for the first. */
function meanPairs(pairs: PairGroup['pairs']): PairGroup['pairs'] {
  const turned = pairs.map(({ first, second, target }) =>
    first < second ? { first, second, target } : { first: second, second: first, target: 1 - target },
  );
  return [...Map.groupBy(turned, ({ first, second }) => `${first} ${second}`).values()].map((same) => ({
    ...same[0]!,
    target: same.reduce((sum, { target }) => sum + target, 0) / same.length,
  }));
}

function rowOf(name: string, question: Question, all: readonly (readonly Point[])[]): string {
  const cells = minutes.map((_, at) => {
    const values = all.map((points) => points[at]!.accuracy);
    const { mean, half } = intervalOf(values);
    const asked = all.reduce((sum, points) => sum + points[at]!.questions, 0) / all.length;
    return `${digits(mean)} ± ${digits(half)} (${Math.round(asked)})`;
  });
  return `| ${dataSets[name as keyof typeof dataSets]} | ${question} | ${cells.join(' | ')} |`;
}

/** The share of the seconds after which one kind of question is as accurate as pairs are near the end; null where it never is. */
function neededShare(
  pairs: readonly (readonly Point[])[],
  other: readonly (readonly Point[])[],
  speed: number,
): number | null {
  const meanOf = (all: readonly (readonly Point[])[], at: number) => ({
    seconds: all.reduce((sum, points) => sum + points[at]!.seconds[speed]!, 0) / all.length,
    accuracy: all.reduce((sum, points) => sum + points[at]!.accuracy, 0) / all.length,
  });
  const wanted = meanOf(pairs, minutes.length - 2);
  for (const at of minutes.keys()) {
    const here = meanOf(other, at);
    if (here.accuracy < wanted.accuracy) continue;
    if (at === 0) return here.seconds / wanted.seconds;
    const before = meanOf(other, at - 1);
    const part = (wanted.accuracy - before.accuracy) / (here.accuracy - before.accuracy);
    return Math.exp(Math.log(before.seconds) + part * Math.log(here.seconds / before.seconds)) / wanted.seconds;
  }
  return null;
}
