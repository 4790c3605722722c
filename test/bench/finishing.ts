import { join } from 'node:path';
import { createRandom, shuffled } from '../../src-main/common/random.ts';
import { headReward } from '../../src-main/engine/head/score-head.ts';
import { temperatureSteps } from '../../src-main/evaluation/calibration.ts';
import { toEnd } from '../../src-main/evaluation/steps.ts';
import type { Said } from '../../src-main/labeling/post-posterior.ts';
import { believed, usualScale } from '../../src-main/labeling/scale.ts';
import { bestQuestion } from '../../src-main/labeling/standings.ts';
import { askedByVotes } from './asked-posts.ts';
import { dataSets } from './data-sets.ts';
import { dataFolder, headDataOf, readSplit, vectorsOf } from './drawn-answers.ts';
import { playedPosts } from './labeller.ts';
import { comparisonsOf, startFromSets } from './learn-worth.ts';
import { playedStops } from './played-choice.ts';
import { digits, intervalOf, intoQuality } from './tables.ts';

/**
 * npm run finishing [-- DIR]
 *
 * What answers on a post bring for its own order, by how the pairs are chosen: quick training learns from 400 answers on pairs of the training split drawn by
 * chance; then a labeller, played from votes, answers on posts of the validation split, by chance or always on the pair that tells most. How often the order by
 * model and answers together is right on two comments of these posts, ten seeds, into docs/quality.md.
 */
const seeds = 10;
const learnedFrom = 400;
const answers = 8;
const agreement = 0.75;
const ways = ['by chance', 'what tells most'] as const;

const folder = dataFolder(process.argv[2]);
const names = ['ukp', 'captions'] as const;
const rows: string[] = [];
const sets = await Promise.all(
  (Object.keys(dataSets) as (keyof typeof dataSets)[]).map(async (name) => {
    const read = ['train', 'validation'].map((split) => readSplit(join(folder, name, `${split}.jsonl`)));
    const vectors = await vectorsOf(read);
    const learned = { groups: read.flatMap(({ groups }) => groups), answers: [] };
    return { name, vectors, comparisons: comparisonsOf(headDataOf(learned, vectors)) };
  }),
);
for (const name of names) {
  const { vectors } = sets.find((one) => one.name === name)!;
  const start = startFromSets(sets.filter((other) => other.name !== name).map(({ comparisons }) => comparisons));
  const asked = askedByVotes(join(folder, name), agreement).posts.filter(({ validation }) => !validation);
  const posts = playedPosts(join(folder, name), agreement, 5).filter(({ validation }) => validation);
  const right = new Map<(typeof ways)[number], number[][]>(ways.map((way) => [way, []]));
  for (let seed = 1; seed <= seeds; seed++) {
    for await (const { head } of playedStops(asked, vectors, 'random', [learnedFrom], start, seed)) {
      const rewarded = posts.map(({ group, worths }) => ({
        worths,
        raw: group.texts.map((text) => headReward(head, text, vectors.get(text.post)!, vectors.get(text.comment)!)),
      }));
      // One answer on each of these posts calibrates, as validation does.
      const random = createRandom(seed, 99);
      const judged = rewarded.map(({ raw, worths }) => {
        const [a, b] = shuffled([...raw.keys()], random);
        return { difference: raw[a!]! - raw[b!]!, target: Number(random() < chanceOf(worths, a!, b!)) };
      });
      const temperature = toEnd(temperatureSteps(judged));
      for (const way of ways) {
        const sums = new Array<number>(answers + 1).fill(0);
        for (const { raw, worths } of rewarded) {
          const rewards = raw.map((reward) => reward / temperature);
          for (const [k, share] of sharesRight(rewards, worths, way, createRandom(seed, ways.indexOf(way))).entries()) {
            sums[k]! += share / rewarded.length;
          }
        }
        right.get(way)!.push(sums);
      }
    }
  }
  for (const way of ways) {
    const cells = Array.from({ length: answers + 1 }, (_, k) => {
      const { mean, half } = intervalOf(right.get(way)!.map((sums) => sums[k]!));
      return `${digits(mean)} ± ${digits(half)}`;
    });
    rows.push(`| ${dataSets[name]} | ${way} | ${cells.join(' | ')} |`);
    console.log(rows.at(-1));
  }
}
intoQuality(
  'finishing',
  [
    `| | pairs of the post | ${Array.from({ length: answers + 1 }, (_, k) => `${k}`).join(' | ')} |`,
    `| --- | --- |${' --- |'.repeat(answers + 1)}`,
    ...rows,
  ].join('\n'),
);

function chanceOf(worths: readonly number[], one: number, other: number): number {
  return 1 / (1 + Math.exp(worths[other]! - worths[one]!));
}

/** The share of a post's pairs that model and answers put right, after each answer. */
function sharesRight(
  rewards: readonly number[],
  worths: readonly number[],
  way: (typeof ways)[number],
  random: () => number,
): number[] {
  const said: Said[] = [];
  const asked = new Set<string>();
  const scale = usualScale();
  const closed = (one: number, other: number): boolean => asked.has(`${one} ${other}`);
  const shares: number[] = [];
  for (let k = 0; ; k++) {
    const posterior = believed({ rewards, said }, scale);
    shares.push(shareRight(posterior.mean, worths));
    if (k === answers) return shares;
    const open = rewards
      .flatMap((_, a) => rewards.map((__, b) => [a, b] as const))
      .filter(([a, b]) => a < b && !closed(a, b));
    const best = way === 'by chance' ? null : bestQuestion(posterior, scale, closed);
    const [left, right] = best ? [best.one, best.other] : shuffled(open, random)[0]!;
    asked.add(`${left} ${right}`).add(`${right} ${left}`);
    said.push({ left, right, outcome: random() < chanceOf(worths, left, right) ? 'left' : 'right', weight: 1 });
  }
}

function shareRight(means: ArrayLike<number>, worths: readonly number[]): number {
  let [right, all] = [0, 0];
  for (let a = 0; a < worths.length; a++) {
    for (let b = a + 1; b < worths.length; b++) {
      if (worths[a] === worths[b]) continue;
      all += 1;
      const difference = (means[a]! - means[b]!) * (worths[a]! - worths[b]!);
      right += difference > 0 ? 1 : difference === 0 ? 0.5 : 0;
    }
  }
  return all === 0 ? 1 : right / all;
}
