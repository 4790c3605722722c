import fc from 'fast-check';
import { createRandom } from '../../../src-main/common/random.ts';

/** Chance that repeats: the same seed, target and number of an input give the same input. */
export type Draw = {
  /** A whole number from 0 to below `end`. */
  readonly below: (end: number) => number;
  readonly chance: (share: number) => boolean;
  readonly one: <T>(among: readonly T[]) => T;
  /** What fast-check makes of this. */
  readonly of: <T>(arbitrary: fc.Arbitrary<T>) => T;
};

export function drawOf(seed: number, target: string, input: number): Draw {
  const random = createRandom(seed, ...Buffer.from(target), input);
  const below = (end: number): number => Math.floor(random() * end);
  return {
    below,
    chance: (share) => random() < share,
    one: (among) => among[below(among.length)]!,
    of: (arbitrary) => fc.sample(arbitrary, { seed: below(2 ** 31), numRuns: 1 })[0]!,
  };
}
