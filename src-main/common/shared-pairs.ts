/**
 * Pairs and ranks of a few comments, as nearly all posts have them: one object each for all posts that are alike, since posts are many and
 * these few.
 */

import type { PairGroup } from '../contract/engine.ts';

type Pairs = PairGroup['pairs'];
type Pair = Pairs[number];
type Ranks = NonNullable<PairGroup['ranks']>;

const common = new Map<string, Pairs | Pair | Ranks>();
const mostComments = 16;
const mostPairs = (mostComments * (mostComments - 1)) / 2;
const mostKinds = 4096;

/** The same pairs, which are not to be changed. */
export function sharedPairs(pairs: Pairs): Pairs {
  if (pairs.length > mostPairs || pairs.some(({ first, second }) => Math.max(first, second) >= mostComments)) {
    return pairs;
  }
  const each = pairs.map((pair) => shared(`pair ${nameOf(pair)}`, pair));
  return shared(`pairs ${pairs.map(nameOf).join()}`, each);
}

/** The same ranks, which are not to be changed. */
export function sharedRanks(ranks: Ranks): Ranks {
  return ranks.length > mostComments ? ranks : shared(`ranks ${ranks.join()}`, ranks);
}

const nameOf = ({ first, second, target }: Pair): string => `${first} ${second} ${target}`;

function shared<T extends Pairs | Pair | Ranks>(name: string, own: T): T {
  const known = common.get(name);
  if (known === undefined && common.size < mostKinds) common.set(name, own);
  return (known as T | undefined) ?? own;
}
