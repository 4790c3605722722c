import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom, shuffled } from '../../src-main/common/random.ts';
import type { PairGroup } from '../../src-main/contract/engine.ts';
import { headReward } from '../../src-main/engine/head/score-head.ts';
import { learnHead } from '../../src-main/engine/head/train-head.ts';
import { countRight } from '../../src-main/evaluation/accuracy.ts';
import { toEnd } from '../../src-main/evaluation/steps.ts';
import { reliabilities, type Voted } from '../../src-main/labeling/reliability.ts';
import { dataSets } from './data-sets.ts';
import { dataFolder, headDataOf, readSplit, type Split, vectorsOf } from './drawn-answers.ts';
import { type PlayedPost, playedPosts } from './labeller.ts';
import { comparisonsOf, startFromSets } from './learn-worth.ts';

/**
 * npm run weighing [-- DIR]
 *
 * Whether a training gains when each person's answers count by how reliable they are: four people are played on UKP and the captions
 * (labeller.ts), some of whom press a side by a coin, part of the pairs is answered by two of them, reliabilities are fitted as the app fits
 * them, and quick training learns from the answers, weighed or not. Accuracy on all pairs of the test split, ten seeds, into docs/people.md.
 */
const folder = dataFolder(process.argv[2]);
const seeds = 10;
const counts = [400, 1600] as const;
/** Share of the answers that are the second one on their pair. */
const shared = 0.25;
/** How often one careful answer agrees with the votes (labelling.ts). */
const agreements = { ukp: 0.8, captions: 0.75 } as const;
/** The share of each person's answers that is a coin's. */
const teams = {
  'four careful people': [0, 0, 0, 0],
  'one of four presses by a coin half of the time': [0, 0, 0, 0.5],
  'one of four presses by a coin': [0, 0, 0, 1],
  'two of four press by a coin': [0, 0, 1, 1],
} as const;
const quiet = { onTried: () => {}, signal: new AbortController().signal };

type Given = {
  readonly post: PlayedPost;
  readonly one: number;
  readonly other: number;
  readonly said: readonly Said[];
};
/** share: 1 where the first of the pair is the better one. */
type Said = { readonly person: number; readonly share: number };

const oddsOf = (share: number): number => Math.log(share / (1 - share));
const least = 0.01;
/** By how much the odds of a pair move with what somebody says of it. */
const weightOf = (reliability: number): number => Math.max(least, oddsOf(reliability));

type Trust = (person: number) => number;
/** Targets from what people said of a pair, by how reliable each is; of all who answered, the last number is the most reliable one's. */
const ways: Readonly<Record<string, (said: readonly Said[], trust: Trust, most: number) => number>> = {
  alike: (said) => meanOf(said, () => 1),
  'by weight in the mean of its pair': (said, trust) => meanOf(said, (person) => weightOf(trust(person))),
  'by weight, also where it is alone': (said, trust, most) => {
    const weight = (person: number): number => weightOf(trust(person)) / weightOf(most);
    return 0.5 + (meanOf(said, weight) - 0.5) * Math.max(...said.map(({ person }) => weight(person)));
  },
  'as the chance that it is right': (said, trust) =>
    1 / (1 + Math.exp(-said.reduce((sum, { person, share }) => sum + (2 * share - 1) * oddsOf(trust(person)), 0))),
};
const meanOf = (said: readonly Said[], weight: Trust): number =>
  said.reduce((sum, { person, share }) => sum + weight(person) * share, 0) /
  said.reduce((sum, { person }) => sum + weight(person), 0);

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
  const posts = playedPosts(join(folder, name), agreement, 4);
  const start = startFromSets([...comparisons].filter(([other]) => other !== name).map(([, known]) => known));
  for (const [team, coins] of Object.entries(teams)) {
    const reached = new Map(Object.keys(ways).map((way) => [way, counts.map((): number[] => [])]));
    for (let seed = 1; seed <= seeds; seed++)
      for (const [at, count] of counts.entries()) {
        const given = answered(posts, coins, count, seed);
        const trust = trustOf(given, coins.length);
        const most = Math.max(...coins.map((_, person) => trust(person)));
        for (const [way, targetOf] of Object.entries(ways)) {
          const learned = {
            train: splitOf(given, false, (said) => targetOf(said, trust, most)),
            check: splitOf(given, true, (said) => ways.alike!(said, trust, most)),
          };
          const { test, vectors } = sets.get(name)!;
          const { head } = await learnHead(
            headDataOf(learned.train, vectors),
            headDataOf(learned.check, vectors),
            quiet,
            start,
          );
          const judged = test.groups.flatMap(({ texts, pairs }) => {
            const rewards = texts.map(({ post, comment }) =>
              headReward(head, { post, comment }, vectors.get(post)!, vectors.get(comment)!),
            );
            return pairs.map(({ first, second, target }) => ({
              difference: rewards[first]! - rewards[second]!,
              target,
            }));
          });
          const { right, of } = countRight(judged);
          reached.get(way)![at]!.push(right / of);
        }
      }
    for (const [way, values] of reached) {
      const plain = reached.get('alike')!;
      rows.push(
        `| ${dataSets[name as keyof typeof dataSets]} | ${team} | ${way} | ${values.map((of, at) => cellOf(of, way === 'alike' ? null : plain[at]!)).join(' | ')} |`,
      );
      console.log(rows.at(-1));
    }
  }
}

const page = new URL('../../docs/people.md', import.meta.url);
const text = readFileSync(page, 'utf8');
const [begin, end] = ['<!-- weighing: begin -->', '<!-- weighing: end -->'];
if (!text.includes(begin) || !text.includes(end)) throw new Error('docs/people.md has no place for the table.');
const head = [
  `| | people | each answer counts | ${counts.map((count) => `${count} answers`).join(' | ')} |`,
  `| --- | --- | --- |${' --- |'.repeat(counts.length)}`,
];
writeFileSync(
  page,
  `${text.slice(0, text.indexOf(begin) + begin.length)}\n${[...head, ...rows].join('\n')}\n${text.slice(text.indexOf(end))}`,
);

/** So many answers on pairs drawn by chance, about the same number by each person; some pairs are answered by two. */
function answered(
  posts: readonly PlayedPost[],
  coins: readonly number[],
  count: number,
  seed: number,
): readonly Given[] {
  const random = createRandom(seed, count);
  const given: Given[] = [];
  let answers = 0;
  while (answers < count) {
    const post = posts[Math.floor(random() * posts.length)]!;
    const [one, other] = shuffled([...post.worths.keys()], random) as [number, number];
    const two = random() < shared / (1 - shared);
    const people = shuffled([...coins.keys()], random).slice(0, two ? 2 : 1);
    const said = people.map((person): Said => {
      const chance = random() < coins[person]! ? 0.5 : 1 / (1 + Math.exp(post.worths[other]! - post.worths[one]!));
      return { person, share: random() < chance ? 1 : 0 };
    });
    given.push({ post, one, other, said });
    answers += said.length;
  }
  return given;
}

/** Each person's reliability, as the app fits it; of those who share no pair, what is believed before. */
function trustOf(given: readonly Given[], people: number): (person: number) => number {
  const votes = given.map(({ said }) =>
    said.map(({ person, share }): Voted => ({ person, first: share, second: 1 - share })),
  );
  const fitted = toEnd(reliabilities(votes, people));
  return (person) => fitted[person]?.value ?? 0.8;
}

function splitOf(given: readonly Given[], validation: boolean, targetOf: (said: readonly Said[]) => number): Split {
  const byPost = Map.groupBy(
    given.filter(({ post }) => post.validation === validation),
    ({ post }) => post,
  );
  const groups = [...byPost].map(([{ group }, of]): PairGroup => {
    const turned = of.map(({ one, other, said }) =>
      one < other
        ? { first: one, second: other, said }
        : { first: other, second: one, said: said.map(({ person, share }) => ({ person, share: 1 - share })) },
    );
    const pairs = [...Map.groupBy(turned, ({ first, second }) => `${first} ${second}`).values()].map((same) => ({
      first: same[0]!.first,
      second: same[0]!.second,
      target: targetOf(same.flatMap(({ said }) => said)),
    }));
    return { ...group, pairs };
  });
  return { groups, answers: [] };
}

/** The mean, or how much more it is than another one's, seed by seed, with a 95% interval. */
function cellOf(values: readonly number[], plain: readonly number[] | null): string {
  const of = plain ? values.map((value, at) => value - plain[at]!) : values;
  const mean = of.reduce((a, b) => a + b, 0) / of.length;
  const error = Math.sqrt(of.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (of.length - 1) / of.length);
  const sign = plain ? (mean < 0 ? '−' : '+') : '';
  return `${sign}${digits(Math.abs(mean))} ± ${digits(1.96 * error)}`;
}

function digits(share: number): string {
  return share.toFixed(3).replace(/^0/, '');
}
