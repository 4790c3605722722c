import type { Strategy } from '../../contract/records.ts';
import type { Settings } from '../../contract/settings.ts';
import type { Random } from '../../labeling/next-pair.ts';
import type { Pair } from '../../store/answers.ts';
import { chosenPosts } from '../../store/chosen-posts.ts';
import { answersOfPost, postsAnsweredBy } from '../../store/labels.ts';
import { newestOfMethod } from '../../store/models.ts';
import type { ReadingStore } from '../../store/open.ts';
import { isOpen } from '../../store/open-pairs.ts';
import type { House } from '../kernel/house.ts';
import { settingsOf } from '../settings/settings.ts';
import { askedPosts } from './asked-posts.ts';
import { findList, findPair, type Question } from './finding.ts';
import { pairToFinish, postUnderWay } from './finish.ts';
import { type AskingModel, bestPairs } from './pool.ts';

/** Chooses questions as the settings say. */
export type Chooser = {
  readonly find: (kind: Question['kind'], reserved: readonly Question[]) => Question | null;
  /** Resolves when the pairs that the strategy holds best are there, or there are none. */
  readonly ready: () => Promise<void>;
};

type Pool = { readonly of: string; readonly store: ReadingStore; pairs: readonly Pair[] };

/** A pool with fewer pairs is filled anew, in the background. */
const low = 10;
/** A pool that did not come to anything is tried again after so long. */
const patienceMs = 30_000;

const asksModel = (strategy: Strategy): strategy is AskingModel =>
  strategy === 'uncertainty' || strategy === 'information';

/**
 * A chooser of one app. What a strategy holds best is found ahead of time, in the background, so that the next pair is there at once; until
 * then pairs are spread evenly.
 * @param given instead of what the settings say
 */
export function createChooser(
  house: House,
  random: Random,
  given: Partial<Pick<Settings, 'annotator' | 'strategy' | 'work' | 'only' | 'randomShare' | 'repeatShare'>> = {},
): Chooser {
  let pool: Pool | null = null;
  let filling: Promise<void> | null = null;
  let tried = Number.NEGATIVE_INFINITY;
  const settings = () => ({ ...settingsOf(house), ...given });
  const chosen = (only: Settings['only']) => (only === null ? null : chosenPosts(house.store));
  /** What a pool holds for: another model, person or strategy holds other pairs best, and so do other posts. */
  const nameOf = (annotator: string, strategy: Strategy): string =>
    JSON.stringify([annotator, strategy, settings().only, newestOfMethod(house.store, 'quick')?.id]);

  const fill = async (): Promise<void> => {
    const { annotator, strategy, device, only } = settings();
    if (!asksModel(strategy)) return;
    const [of, store] = [nameOf(annotator, strategy), house.store];
    tried = performance.now();
    const asked = askedPosts(store, chosen(only));
    pool = { of, store, pairs: asked ? await bestPairs(house, asked, annotator, strategy, device, random) : [] };
  };
  const fillOnce = (): Promise<void> => {
    filling ??= fill().finally(() => {
      filling = null;
    });
    return filling;
  };
  const refillWhereLow = (of: string): void => {
    const fits = pool?.of === of && pool.store === house.store;
    if (filling || (fits && pool!.pairs.length >= low)) return;
    if (fits && performance.now() - tried < patienceMs) return;
    // Pairs are spread evenly until it succeeds: nobody waits for it.
    void fillOnce().catch(() => undefined);
  };
  const take = (annotator: string, strategy: AskingModel, open: (pair: Pair) => boolean): Pair | null => {
    const of = nameOf(annotator, strategy);
    let found: Pair | null = null;
    if (pool?.of === of && pool.store === house.store) {
      const at = pool.pairs.findIndex((pair) => open(pair) && isOpen(house.store, annotator, pair));
      found = at < 0 ? null : pool.pairs[at]!;
      pool.pairs = pool.pairs.slice(at < 0 ? pool.pairs.length : at + 1);
    }
    refillWhereLow(of);
    return found;
  };

  return {
    ready: fillOnce,
    find: (kind, reserved) => {
      const { store } = house;
      const { annotator, strategy, work, only, randomShare, repeatShare } = settings();
      const posts = chosen(only);
      const asked = askedPosts(store, posts);
      if (kind !== 'pair') return findList(store, asked, annotator, kind, reserved, random);
      const isAsked = (postId: number): boolean => posts === null || posts.has(postId);
      const best = (open: (pair: Pair) => boolean): Pair | null => {
        const free = (pair: Pair): boolean => isAsked(pair.postId) && open(pair);
        if (asksModel(strategy)) return take(annotator, strategy, free);
        return strategy === 'finish' ? pairToFinish(house, annotator, free) : null;
      };
      const choice = {
        ...{ strategy, randomShare, best },
        repeatShare: work === 'post' ? betweenPosts(store, annotator, reserved, repeatShare) : repeatShare,
        underWay: (open: (pair: Pair) => boolean) =>
          work === 'post' ? postUnderWay(house, annotator, reserved, isAsked, open) : null,
      };
      return findPair(store, asked, annotator, reserved, choice, random);
    },
  };
}

/** Where posts are finished one by one, pairs come again between two posts alone: as often in all, and not twice in a row. */
function betweenPosts(
  store: ReadingStore,
  annotator: string,
  reserved: readonly Question[],
  repeatShare: number,
): number {
  const [last] = postsAnsweredBy(store, annotator, 1);
  if (repeatShare === 0 || last === undefined || reserved.at(-1)?.chosenBy === 'again') return 0;
  const answers = answersOfPost(store, last).filter((one) => one.annotator === annotator);
  return Math.min(1, repeatShare * answers.length);
}
