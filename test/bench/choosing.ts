import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom, shuffled } from '../../src-main/common/random.ts';
import type { PairGroup } from '../../src-main/contract/engine.ts';
import { headDeviations } from '../../src-main/engine/head/drawn-rewards.ts';
import type { DrawnHead } from '../../src-main/engine/head/head-folder.ts';
import { headReward } from '../../src-main/engine/head/score-head.ts';
import type { Start } from '../../src-main/engine/head/start.ts';
import { learnHead } from '../../src-main/engine/head/train-head.ts';
import { countRight } from '../../src-main/evaluation/accuracy.ts';
import { calibrationSteps, temperatureSteps } from '../../src-main/evaluation/calibration.ts';
import { gainsOfRanks, ndcg } from '../../src-main/evaluation/ndcg.ts';
import { toEnd } from '../../src-main/evaluation/steps.ts';
import { type Candidate, informationOf, uncertaintyOf } from '../../src-main/labeling/strategies.ts';
import { type AskedPost, type AskedSet, askedByVotes, askedByWorkers } from './asked-posts.ts';
import { dataSets } from './data-sets.ts';
import { dataFolder, headDataOf, readSplit, type Split, type Vectors, vectorsOf } from './drawn-answers.ts';
import { comparisonsOf, startFromSets } from './learn-worth.ts';

const strategies = ['random', 'coverage', 'uncertainty', 'information'] as const;
type Strategy = (typeof strategies)[number];
const [, , results, named] = process.argv;
const folder = dataFolder(named);
const seeds = 10;
const stops = [50, 100, 200, 400, 800] as const;
const randomShare = 0.2;
const mostCandidates = 2000;
const wordsPerMinute = 250;
const press = 1;
const quiet = { onTried: () => {}, signal: new AbortController().signal };

const done = new Set(
  existsSync(results!)
    ? readFileSync(results!, 'utf8')
        .trim()
        .split('\n')
        .map((line) => {
          const { name, strategy, seed } = JSON.parse(line);
          return `${name} ${strategy} ${seed}`;
        })
    : [],
);
const sets: Record<string, AskedSet> = {
  captions: askedByVotes(join(folder, 'captions'), 0.75),
  ukp: askedByWorkers(join(folder, 'ukp')),
  stackexchange: askedByVotes(join(folder, 'stackexchange'), 0.75),
};
const ranked: Record<string, Split & { ranks?: number[][] }> = {};
const vectors = new Map<string, Vectors>();
const comparisons = new Map<string, ReturnType<typeof comparisonsOf>>();
for (const name of Object.keys(dataSets)) {
  const read = ['train', 'validation', 'test'].map((split) => readSplit(join(folder, name, `${split}.jsonl`)));
  const extra = [...sets[name]!.posts.map(({ texts }) => ({ texts, pairs: [] })), ...sets[name]!.test.groups];
  const known = await vectorsOf([...read, { groups: extra, answers: [] }]);
  vectors.set(name, known);
  comparisons.set(
    name,
    comparisonsOf(headDataOf({ groups: read.slice(0, 2).flatMap(({ groups }) => groups), answers: [] }, known)),
  );
  ranked[name] = read[2]!;
}

for (let seed = 1; seed <= seeds; seed++) {
  for (const name of Object.keys(sets)) {
    const start = startFromSets([...comparisons].filter(([other]) => other !== name).map(([, known]) => known));
    for (const strategy of strategies) {
      if (done.has(`${name} ${strategy} ${seed}`)) continue;
      const points = await curveOf(name, strategy, seed, start);
      appendFileSync(results!, `${JSON.stringify({ name, strategy, seed, points })}\n`);
      console.log(name, strategy, seed, points.map(({ accuracy }) => accuracy.toFixed(3)).join(' '));
    }
  }
}

async function curveOf(name: string, strategy: Strategy, seed: number, start: Start) {
  const { posts, test } = sets[name]!;
  const of = vectors.get(name)!;
  const random = createRandom(seed, strategies.indexOf(strategy));
  const taken = posts.map(() => new Set<number>());
  const given = posts.map((): PairGroup['pairs'][number][] => []);
  let seconds = 0;
  let asked = 0;
  let head: DrawnHead | null = null;
  const points = [];
  const words = (text: string): number => text.split(/\s+/).filter(Boolean).length;
  const cost = ({ texts, pairs }: AskedPost, at: number): number => {
    const { first, second } = pairs[at]!;
    return (
      (60 * (words(texts[0]!.post) + words(texts[first]!.comment) + words(texts[second]!.comment))) / wordsPerMinute +
      press
    );
  };
  const open = (post: number): number[] => [...posts[post]!.pairs.keys()].filter((at) => !taken[post]!.has(at));
  const ask = (post: number, at: number): void => {
    const { first, second, better, worse } = posts[post]!.pairs[at]!;
    const draw = random();
    const target = draw < better ? 1 : draw < better + worse ? 0 : 0.5;
    taken[post]!.add(at);
    given[post]!.push({ first, second, target });
    seconds += cost(posts[post]!, at);
    asked += 1;
  };
  const drawPost = (): number => {
    for (;;) {
      const post = Math.floor(random() * posts.length);
      if (taken[post]!.size < posts[post]!.pairs.length) return post;
    }
  };
  let pool: { post: number; at: number }[] = [];
  const refill = (): void => {
    const candidates: { post: number; at: number }[] = [];
    for (const post of shuffled([...posts.keys()], random)) {
      if (posts[post]!.validation) continue;
      for (const at of open(post)) candidates.push({ post, at });
      if (candidates.length >= 4 * mostCandidates) break;
    }
    const drawn = shuffled(candidates, random).slice(0, mostCandidates);
    const scored = new Map<string, { reward: number; deviations: Float32Array }>();
    const score = (post: number, place: number) => {
      const key = `${post} ${place}`;
      let known = scored.get(key);
      if (!known) {
        const text = posts[post]!.texts[place]!;
        const [p, c] = [of.get(text.post)!, of.get(text.comment)!];
        known = { reward: headReward(head!, text, p, c), deviations: headDeviations(head!, text, p, c) };
        scored.set(key, known);
      }
      return known;
    };
    const valued = drawn.map(({ post, at }) => {
      const { first, second } = posts[post]!.pairs[at]!;
      const [a, b] = [score(post, first), score(post, second)];
      const candidate: Candidate = {
        gap: a.reward - b.reward,
        deviations: a.deviations.map((value, i) => value - b.deviations[i]!),
      };
      const value = strategy === 'uncertainty' ? uncertaintyOf(candidate) : informationOf(candidate);
      return { post, at, value };
    });
    const used = new Set<string>();
    pool = [];
    for (const { post, at } of valued.sort((a, b) => b.value - a.value)) {
      const { first, second } = posts[post]!.pairs[at]!;
      const names = [`${post} ${first}`, `${post} ${second}`];
      if (names.some((each) => used.has(each))) continue;
      for (const each of names) used.add(each);
      pool.push({ post, at });
      if (pool.length >= 50) break;
    }
  };
  for (const stop of stops) {
    pool = [];
    while (asked < stop) {
      const post = drawPost();
      const active = strategy !== 'random' && strategy !== 'coverage' && head !== null;
      if (!active || posts[post]!.validation || random() < randomShare) {
        if (strategy === 'coverage') {
          const probes = [post, drawPost(), drawPost(), drawPost()];
          const chosen = probes.reduce((a, b) => (given[b]!.length < given[a]!.length ? b : a));
          ask(chosen, shuffled(open(chosen), random)[0]!);
        } else ask(post, shuffled(open(post), random)[0]!);
        continue;
      }
      if (pool.length === 0) refill();
      const next = pool.shift();
      if (next && !taken[next.post]!.has(next.at)) ask(next.post, next.at);
    }
    const groups = (validation: boolean): Split => ({
      groups: posts.flatMap(({ texts, ...post }, i) =>
        post.validation === validation && given[i]!.length > 0 ? [{ texts, pairs: given[i]! }] : [],
      ),
      answers: [],
    });
    const held = groups(true);
    ({ head } = await learnHead(headDataOf(groups(false), of), headDataOf(held, of), quiet, start));
    const trained = head;
    const judge = (split: readonly PairGroup[]) =>
      split.flatMap(({ texts, pairs }) => {
        const rewards = texts.map((text) => headReward(trained, text, of.get(text.post)!, of.get(text.comment)!));
        return pairs.map(({ first, second, target }) => ({ difference: rewards[first]! - rewards[second]!, target }));
      });
    const judged = judge(test.groups);
    const { right, of: all } = countRight(judged);
    const temperature = toEnd(temperatureSteps(judge(held.groups)));
    const error = toEnd(
      calibrationSteps(judged.map(({ difference, target }) => ({ difference: difference / temperature, target }))),
    ).error;
    let gain = 0;
    for (const { texts, pairs } of ranked[name]!.groups) {
      const rewards = texts.map((text) => headReward(trained, text, of.get(text.post)!, of.get(text.comment)!));
      const wins = texts.map(
        (_, i) => pairs.filter(({ first, second, target }) => (target === 1 ? first : second) === i).length,
      );
      gain += ndcg(gainsOfRanks(wins.map((w) => -w)), rewards) / ranked[name]!.groups.length;
    }
    points.push({
      stop,
      seconds,
      accuracy: right / all,
      error,
      ndcg: gain,
      held: held.groups.reduce((sum, { pairs }) => sum + pairs.length, 0),
    });
  }
  return points;
}
