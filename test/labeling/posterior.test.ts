import { describe, expect, test } from 'vitest';
import { createNormal, randomFrom } from '../../src-main/common/random.ts';
import type { Habits, Scale } from '../../src-main/contract/scale.ts';
import { toEnd } from '../../src-main/evaluation/steps.ts';
import { chancesOf, logChance, type Outcome } from '../../src-main/labeling/davidson.ts';
import { differenceOf, posteriorOf, type Said } from '../../src-main/labeling/post-posterior.ts';
import { believed, learnScale, slopeOf, usualScale } from '../../src-main/labeling/scale.ts';
import {
  bestQuestion,
  chanceAbove,
  expectedRight,
  information,
  standingsOf,
} from '../../src-main/labeling/standings.ts';
import { fixtureJson } from '../support/fixtures.ts';

type Reference = {
  readonly strengths: { readonly won: readonly (readonly [number, number])[]; readonly strengths: readonly number[] };
  readonly posterior: Habits & {
    readonly means: readonly number[];
    readonly width: number;
    readonly said: readonly (readonly [number, number, Outcome])[];
    readonly mode: readonly number[];
    readonly covariance: readonly (readonly number[])[];
  };
};
const reference = fixtureJson('statistics/expected.json') as Reference;

const outcomes = ['left', 'right', 'tie'] as const;
const noHabits: Habits = { ties: 0, side: 0 };
const says = (left: number, right: number, outcome: Outcome, weight = 1): Said => ({ left, right, outcome, weight });

describe('the chances of answers', () => {
  test('without ties they are a logistic curve, and always add up to 1', () => {
    for (const difference of [-800, -3, 0, 0.5, 800]) {
      const { left, tie } = chancesOf(difference, noHabits);
      expect(left).toBeCloseTo(1 / (1 + Math.exp(-difference)), 12);
      expect(tie).toBe(0);
      const all = chancesOf(difference, { ties: 0.7, side: 0.3 });
      expect(all.left + all.right + all.tie).toBeCloseTo(1, 12);
    }
    expect(chancesOf(0, { ties: 1, side: 0 })).toEqual({ left: 1 / 3, right: 1 / 3, tie: 1 / 3 });
  });

  test.each(outcomes)('slope and bend of %s are those of its log chance', (outcome) => {
    const habits = { ties: 0.6, side: -0.2 };
    const at = (difference: number) => logChance(outcome, difference, habits);
    for (const difference of [-2, 0.3, 1.7]) {
      const step = 1e-4;
      const slope = (at(difference + step).value - at(difference - step).value) / (2 * step);
      const bend = (at(difference + step).slope - at(difference - step).slope) / (2 * step);
      expect(at(difference).slope).toBeCloseTo(slope, 6);
      expect(at(difference).bend).toBeCloseTo(bend, 6);
      expect(at(difference).value).toBeCloseTo(Math.log(chancesOf(difference, habits)[outcome]), 12);
    }
  });
});

describe('beside other programs', () => {
  test('where nothing is believed beforehand, worths are the strengths that choix finds', () => {
    const { won, strengths } = reference.strengths;
    const { mean } = posteriorOf(
      strengths.map(() => 0),
      1e4,
      won.map(([better, worse]) => says(better, worse, 'left')),
      noHabits,
    );
    for (const [i, strength] of strengths.entries())
      expect(mean[i]! - mean[0]!).toBeCloseTo(strength - strengths[0]!, 4);
  });

  test('the mode and the covariance are those that SciPy finds', () => {
    const { means, width, said, mode, covariance, ...habits } = reference.posterior;
    const found = posteriorOf(
      means,
      width,
      said.map(([left, right, outcome]) => says(left, right, outcome)),
      habits,
    );
    for (const [i, value] of mode.entries()) expect(found.mean[i]).toBeCloseTo(value, 5);
    const n = found.linked.length;
    for (const [a, i] of found.linked.entries()) {
      for (const [b, j] of found.linked.entries()) {
        expect(found.covariance[a * n + b]).toBeCloseTo(covariance[i]![j]!, 4);
      }
    }
  });
});

describe('what answers do', () => {
  const means = [1, 0.4, 0, -0.5];
  const with_ = (said: readonly Said[], habits: Habits = { ties: 0.5, side: 0 }) => posteriorOf(means, 1, said, habits);

  test('swapped sides change nothing where no side is preferred', () => {
    const one = with_([says(0, 1, 'right'), says(2, 1, 'tie'), says(0, 2, 'left')]);
    const other = with_([says(1, 0, 'left'), says(1, 2, 'tie'), says(2, 0, 'right')]);
    expect([...other.mean]).toEqual([...one.mean].map((value) => expect.closeTo(value, 12)));
    expect(other.evidence).toBeCloseTo(one.evidence, 12);
  });

  test('a tie moves two worths together, and leaves the others where they are', () => {
    const { mean } = with_([says(0, 3, 'tie')]);
    expect(mean[0]! - mean[3]!).toBeLessThan(means[0]! - means[3]!);
    expect(mean[0]! - mean[3]!).toBeGreaterThan(0);
    expect([mean[1], mean[2]]).toEqual([0.4, 0]);
  });

  test('two answers at half the weight are one, and more of them make it surer', () => {
    const one = with_([says(1, 2, 'right')]);
    const halves = with_([says(1, 2, 'right', 0.5), says(1, 2, 'right', 0.5)]);
    expect([...halves.mean]).toEqual([...one.mean].map((value) => expect.closeTo(value, 9)));
    const many = with_(Array.from({ length: 20 }, () => says(1, 2, 'right')));
    expect(differenceOf(many, 1, 2).deviation).toBeLessThan(0.7 * differenceOf(one, 1, 2).deviation);
    expect(chanceAbove(many, 2, 1)).toBeGreaterThan(0.99);
  });

  test('an answer on the side that people lean to says less', () => {
    const leaning = { ties: 0.5, side: 1 };
    const chosen = (left: number, right: number, outcome: Outcome) => with_([says(left, right, outcome)], leaning).mean;
    const [left, right] = [chosen(1, 2, 'left'), chosen(2, 1, 'right')];
    expect(left[1]! - left[2]!).toBeLessThan(right[1]! - right[2]!);
  });

  test('a hundred upsets far from what was believed are taken in all the same', () => {
    const { mean } = posteriorOf(
      [30, -30],
      1,
      Array.from({ length: 100 }, () => says(0, 1, 'right')),
      noHabits,
    );
    expect(mean.every(Number.isFinite)).toBe(true);
    expect(mean[0]! - mean[1]!).toBeLessThan(10);
  });
});

/** Posts whose worths are as a scale says, with answers as it says. */
function planted(count: number, answers: number, scale: Scale, seed: number) {
  const random = randomFrom(seed);
  const normal = createNormal(random);
  return Array.from({ length: count }, () => {
    const rewards = Array.from({ length: 5 }, normal);
    const worths = rewards.map((reward) => slopeOf(scale) * reward + scale.width * normal());
    const said = Array.from({ length: answers }, (): Said => {
      const left = Math.floor(random() * 5);
      const right = (left + 1 + Math.floor(random() * 4)) % 5;
      const chances = chancesOf(worths[left]! - worths[right]!, scale);
      const drawn = random();
      return says(left, right, drawn < chances.left ? 'left' : drawn < chances.left + chances.tie ? 'tie' : 'right');
    });
    return { rewards, said, worths };
  });
}

describe('on planted rankings', () => {
  const scale: Scale = { width: 1.1, ties: 0.8, side: 0.25, votes: 0 };

  test.each([0, 3, 10])(
    'with %s answers a post, intervals for 90 of 100 cases hold the truth in 88 to 92 of them',
    (answers) => {
      const random = randomFrom(1);
      let [held, placed, beats, expected, pairs, right, sure] = [0, 0, 0, 0, 0, 0, 0];
      const posts = planted(600, answers, scale, 7);
      for (const post of posts) {
        const posterior = believed(post, scale);
        const standings = standingsOf(posterior, random);
        const places = post.worths.map((worth) => post.worths.filter((other) => other > worth).length);
        for (const [i, { comment, interval, places: between, beatsNext }] of standings.entries()) {
          const worth = post.worths[comment]!;
          held += Number(interval[0] <= worth && worth <= interval[1]);
          placed += Number(between![0] <= places[comment]! && places[comment]! <= between![1]);
          if (beatsNext === null) continue;
          pairs += 1;
          expected += beatsNext;
          beats += Number(worth > post.worths[standings[i + 1]!.comment]!);
        }
        for (const [i, { comment }] of standings.entries()) {
          right += standings.slice(i + 1).filter((other) => post.worths[comment]! > post.worths[other.comment]!).length;
        }
        sure += 10 * expectedRight(posterior);
      }
      const all = 5 * posts.length;
      expect(held / all).toBeGreaterThan(0.88);
      expect(held / all).toBeLessThan(0.92);
      // Places are whole numbers, so their intervals may hold more.
      expect(placed / all).toBeGreaterThan(0.88);
      expect(expected / pairs).toBeCloseTo(beats / pairs, 1);
      expect(sure / (10 * posts.length)).toBeCloseTo(right / (10 * posts.length), 1);
    },
  );

  test('the scale is learned again, few answers move it little, and none not at all', () => {
    const found = toEnd(learnScale(planted(400, 12, scale, 9), 0));
    expect(Math.abs(Math.log(found.width / scale.width))).toBeLessThan(0.15);
    expect(Math.abs(Math.log(found.ties / scale.ties))).toBeLessThan(0.15);
    expect(Math.abs(found.side - scale.side)).toBeLessThan(0.1);
    expect(toEnd(learnScale(planted(5, 0, scale, 9), 0.3))).toEqual(usualScale(0.3));
    const few = toEnd(learnScale(planted(2, 2, scale, 9), 0));
    expect(Math.abs(Math.log(few.width / usualScale().width))).toBeLessThan(0.25);
  });

  test.each([0, 1])(
    'before anybody answered, chances are those of the calibrated rewards (share of votes %s)',
    (votes) => {
      const random = randomFrom(2);
      const normal = createNormal(random);
      const posterior = believed({ rewards: [0.9, 0], said: [] }, usualScale(votes));
      const { mean, deviation } = differenceOf(posterior, 0, 1);
      const answers = Array.from({ length: 20_000 }, () => {
        const difference = mean + deviation * normal();
        return votes === 1 ? Number(difference > 0) : 1 / (1 + Math.exp(-difference));
      });
      const share = answers.reduce((sum, value) => sum + value, 0) / answers.length;
      expect(Math.abs(share - 1 / (1 + Math.exp(-0.9)))).toBeLessThan(0.02);
    },
  );
});

describe('the next question', () => {
  const means = [3, 0.1, 0, -3];
  const habits: Habits = { ties: 0.3, side: 0 };

  test('is the one whose answer tells most: of two that are close, and not of two that are clear', () => {
    const posterior = posteriorOf(means, 0.7, [], habits);
    expect(bestQuestion(posterior, habits, () => false)).toMatchObject({ one: 1, other: 2 });
    expect(information(posterior, 1, 2, habits)).toBeGreaterThan(5 * information(posterior, 0, 3, habits));
    expect(information(posterior, 1, 2, habits)).toBeCloseTo(information(posterior, 2, 1, habits), 12);
    expect(bestQuestion(posterior, habits, (one, other) => one + other === 3)).not.toMatchObject({ one: 1, other: 2 });
    expect(bestQuestion(posterior, habits, () => true)).toBeNull();
  });

  test('tells less with every answer', () => {
    const bits = [0, 1, 5, 20].map((count) =>
      information(
        posteriorOf(
          means,
          0.7,
          Array.from({ length: count }, () => says(1, 2, 'left')),
          habits,
        ),
        1,
        2,
        habits,
      ),
    );
    expect(bits).toEqual(bits.toSorted((a, b) => b - a));
    expect(bits[0]! / bits[3]!).toBeGreaterThan(3);
  });

  test('of a thousand comments is found in a moment, among neighbours', () => {
    const many = posteriorOf(
      Array.from({ length: 1000 }, (_, i) => -i / 100),
      1,
      [says(3, 4, 'tie')],
      habits,
    );
    const { one, other } = bestQuestion(many, habits, () => false)!;
    expect(Math.abs(one - other)).toBeLessThanOrEqual(5);
  });
});
