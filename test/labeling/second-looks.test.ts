import { describe, expect, test } from 'vitest';
import { createNormal, randomFrom } from '../../src-main/common/random.ts';
import { chancesOf, type Outcome } from '../../src-main/labeling/davidson.ts';
import type { Said } from '../../src-main/labeling/post-posterior.ts';
import { slopeOf, usualScale } from '../../src-main/labeling/scale.ts';
import { doubtsOf, isInDoubt, worthASecondLook } from '../../src-main/labeling/second-looks.ts';

const scale = usualScale();
const says = (left: number, right: number, outcome: Outcome): Said => ({ left, right, outcome, weight: 1 });
const turned = (outcome: Outcome): Outcome => (outcome === 'left' ? 'right' : outcome === 'right' ? 'left' : 'tie');

/** Answers as the scale says, every tenth of which that is no tie is turned round. */
function withSlips(count: number, answers: number) {
  const random = randomFrom(3);
  const normal = createNormal(random);
  return Array.from({ length: count }, () => {
    const rewards = Array.from({ length: 5 }, normal);
    const worths = rewards.map((reward) => slopeOf(scale) * reward + scale.width * normal());
    const given = Array.from({ length: answers }, () => {
      const left = Math.floor(random() * 5);
      const right = (left + 1 + Math.floor(random() * 4)) % 5;
      const chances = chancesOf(worths[left]! - worths[right]!, scale);
      const drawn = random();
      const meant = drawn < chances.left ? 'left' : drawn < chances.left + chances.tie ? 'tie' : 'right';
      const slip = meant !== 'tie' && random() < 0.1;
      return { slip, said: says(left, right, slip ? turned(meant) : meant) };
    });
    return { rewards, given };
  });
}

describe('answers for a second look', () => {
  test.each([5, 10, 20])(
    'with a tenth turned round, half of these are among the first 15 of 100 (%s answers a post)',
    (answers) => {
      const offered = withSlips(300, answers)
        .flatMap(({ rewards, given }) => {
          const doubts = doubtsOf({ rewards, said: given.map(({ said }) => said) }, scale);
          return given.map(({ slip }, i) => ({ slip, worth: worthASecondLook(doubts[i]!) }));
        })
        .toSorted((a, b) => b.worth - a.worth);
      const all = offered.filter(({ slip }) => slip).length;
      const first = offered.slice(0, Math.round(0.15 * offered.length)).filter(({ slip }) => slip).length;
      expect(first / all).toBeGreaterThan(0.5);
    },
  );

  const rewards = [1.5, 0, -1];
  const said = [says(0, 1, 'left'), says(1, 0, 'right'), says(0, 1, 'right'), says(2, 1, 'tie')];

  test('the one that all others contradict comes first, and swapped sides change nothing', () => {
    const doubts = doubtsOf({ rewards, said }, scale);
    const order = doubts.map((doubt, i) => [worthASecondLook(doubt), i] as const).sort(([a], [b]) => b - a);
    expect(order[0]![1]).toBe(2);
    expect(doubts.map(isInDoubt)).toEqual([false, false, true, expect.any(Boolean)]);
    const swapped = said.map(({ left, right, outcome }) => says(right, left, turned(outcome)));
    expect(doubtsOf({ rewards, said: swapped }, scale).map(({ chance }) => chance)).toEqual(
      doubts.map(({ chance }) => expect.closeTo(chance, 9)),
    );
  });

  test('an answer is not held against itself', () => {
    const alone = doubtsOf({ rewards: [0, 0], said: [says(0, 1, 'left')] }, { ...scale, ties: 0 });
    expect(alone[0]!.chance).toBeCloseTo(0.5, 9);
    expect(alone[0]!.moves).toBeGreaterThan(0);
  });
});
