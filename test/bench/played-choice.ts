/** A played labeller whose next pair is chosen by a strategy of the product, with a quick training now and then. */

import { createRandom, shuffled } from '../../src-main/common/random.ts';
import type { PairGroup } from '../../src-main/contract/engine.ts';
import { headDeviations } from '../../src-main/engine/head/drawn-rewards.ts';
import type { DrawnHead } from '../../src-main/engine/head/head-folder.ts';
import { headReward } from '../../src-main/engine/head/score-head.ts';
import type { Start } from '../../src-main/engine/head/start.ts';
import { learnHead } from '../../src-main/engine/head/train-head.ts';
import { informationOf, uncertaintyOf } from '../../src-main/labeling/strategies.ts';
import type { AskedPost } from './asked-posts.ts';
import { headDataOf, type Split, type Vectors } from './drawn-answers.ts';

export const played = ['random', 'coverage', 'uncertainty', 'information'] as const;
export type PlayedStrategy = (typeof played)[number];

/** Where a training stood, with the head it gave and the answers on validation that it chose by. */
export type Stop = {
  readonly answers: number;
  readonly seconds: number;
  readonly head: DrawnHead;
  readonly held: readonly PairGroup[];
};

/** As the product has them by default. */
const randomShare = 0.2;
const spread = 4;
/** As app/choosing/pool.ts has them. */
const most = { pairs: 2000, pool: 50 } as const;
const wordsPerMinute = 250;
/** Seconds for a press of a key, with the decision. */
const press = 1;
const quiet = { onTried: () => {}, signal: new AbortController().signal };

type Place = { readonly post: number; readonly at: number };

/** Trains after so many answers each; pairs of posts of validation are drawn by chance. */
export async function* playedStops(
  posts: readonly AskedPost[],
  vectors: Vectors,
  strategy: PlayedStrategy,
  stops: readonly number[],
  start: Start,
  seed: number,
): AsyncGenerator<Stop> {
  const random = createRandom(seed, played.indexOf(strategy));
  const taken = posts.map(() => new Set<number>());
  const given = posts.map((): PairGroup['pairs'][number][] => []);
  let [seconds, answers] = [0, 0];
  let head: DrawnHead | null = null;
  let pool: Place[] = [];
  const open = (post: number): number[] => [...posts[post]!.pairs.keys()].filter((at) => !taken[post]!.has(at));
  const drawPost = (): number => {
    for (;;) {
      const post = Math.floor(random() * posts.length);
      if (taken[post]!.size < posts[post]!.pairs.length) return post;
    }
  };
  const ask = ({ post, at }: Place): void => {
    const { first, second, better, worse } = posts[post]!.pairs[at]!;
    const draw = random();
    given[post]!.push({ first, second, target: draw < better ? 1 : draw < better + worse ? 0 : 0.5 });
    taken[post]!.add(at);
    seconds += secondsFor(posts[post]!, at);
    answers += 1;
  };
  const groups = (validation: boolean): Split => ({
    groups: posts.flatMap(({ texts, ...post }, i) =>
      post.validation === validation && given[i]!.length > 0 ? [{ texts, pairs: given[i]! }] : [],
    ),
    answers: [],
  });
  for (const stop of stops) {
    pool = [];
    while (answers < stop) {
      const post = drawPost();
      const asksModel = strategy === 'uncertainty' || strategy === 'information';
      if (asksModel && head && !posts[post]!.validation && random() >= randomShare) {
        if (pool.length === 0) pool = bestPairs(posts, open, vectors, head, strategy, random);
        const next = pool.shift();
        if (next && !taken[next.post]!.has(next.at)) ask(next);
        continue;
      }
      const probes = [post, ...Array.from({ length: spread - 1 }, drawPost)];
      const fewest = probes.reduce((a, b) => (given[b]!.length < given[a]!.length ? b : a));
      const chosen = strategy === 'coverage' && random() >= randomShare ? fewest : post;
      ask({ post: chosen, at: shuffled(open(chosen), random)[0]! });
    }
    const held = groups(true);
    ({ head } = await learnHead(headDataOf(groups(false), vectors), headDataOf(held, vectors), quiet, start));
    yield { answers, seconds, head, held: held.groups };
  }
}

/** Reads the post and both comments, and presses a key. */
function secondsFor({ texts, pairs }: AskedPost, at: number): number {
  const words = (text: string): number => text.split(/\s+/).filter(Boolean).length;
  const { first, second } = pairs[at]!;
  const read = [texts[0]!.post, texts[first]!.comment, texts[second]!.comment].reduce(
    (sum, text) => sum + words(text),
    0,
  );
  return (60 * read) / wordsPerMinute + press;
}

/** The pairs on which an answer is worth most, no comment in two of them. */
function bestPairs(
  posts: readonly AskedPost[],
  open: (post: number) => readonly number[],
  vectors: Vectors,
  head: DrawnHead,
  strategy: 'uncertainty' | 'information',
  random: () => number,
): Place[] {
  const candidates: Place[] = [];
  for (const post of shuffled([...posts.keys()], random)) {
    if (posts[post]!.validation) continue;
    candidates.push(...open(post).map((at) => ({ post, at })));
    if (candidates.length >= 4 * most.pairs) break;
  }
  const scored = new Map<string, { readonly reward: number; readonly deviations: Float32Array }>();
  const score = (post: number, place: number) => {
    const text = posts[post]!.texts[place]!;
    const [of, comment] = [vectors.get(text.post)!, vectors.get(text.comment)!];
    const known = scored.get(`${post} ${place}`) ?? {
      reward: headReward(head, text, of, comment),
      deviations: headDeviations(head, text, of, comment),
    };
    scored.set(`${post} ${place}`, known);
    return known;
  };
  const worthOf = { uncertainty: uncertaintyOf, information: informationOf }[strategy];
  const valued = shuffled(candidates, random)
    .slice(0, most.pairs)
    .map(({ post, at }) => {
      const { first, second } = posts[post]!.pairs[at]!;
      const [one, other] = [score(post, first), score(post, second)];
      const deviations = one.deviations.map((value, i) => value - other.deviations[i]!);
      return { post, at, worth: worthOf({ gap: one.reward - other.reward, deviations }) };
    });
  const used = new Set<string>();
  const best: Place[] = [];
  for (const { post, at } of valued.sort((a, b) => b.worth - a.worth)) {
    const { first, second } = posts[post]!.pairs[at]!;
    const names = [`${post} ${first}`, `${post} ${second}`];
    if (names.some((name) => used.has(name))) continue;
    for (const name of names) used.add(name);
    best.push({ post, at });
    if (best.length === most.pool) break;
  }
  return best;
}
