import { hash } from 'node:crypto';
import { createRandom, shuffled } from '../common/random.ts';

/**
 * Draws the groups of posts that are held out of a training, so that no post is on both sides: always the same ones for the
 * same groups and seed, at least one, and never all. Empty where there is nothing to divide, or nothing is to be held out.
 * @param share of the groups, 0 to 1, rounded up
 */
export function drawHeldOut(groups: ReadonlySet<string>, share: number, seed: number): ReadonlySet<string> {
  if (share === 0) return new Set();
  const count = Math.min(Math.ceil(share * groups.size), groups.size - 1);
  return new Set(shuffled([...groups].toSorted(), createRandom(seed)).slice(0, Math.max(0, count)));
}

/**
 * Whether a group of posts is among those that are held out, by its hash alone: always the same ones, whatever comes in meanwhile.
 * @param share of the groups, 0 to 1
 */
export function isHeldOut(group: string, share: number): boolean {
  // The first four bytes say which split a group is of (dataset/split.ts).
  return hash('sha256', group, 'buffer').readUInt32BE(4) / 2 ** 32 < share;
}
