import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src-main/common/random.ts';
import { areCounts, sureness, surenessInWords } from '../../src-main/common/sureness.ts';
import {
  clearsMargin,
  createTimeFit,
  judgeOf,
  plainVotes,
  type Voted,
  type VotesRule,
} from '../../src-main/recipe/votes.ts';

const start = '2024-03-01T12:00:00.000Z';
/** A time so many minutes after the post. */
const after = (minutes: number): string => new Date(Date.parse(start) + 60_000 * minutes).toISOString();
/** A list in the order of its votes, equal votes in one place. */
function listOf(votes: readonly number[], minutes?: readonly number[]): readonly Voted[] {
  return votes.map((value, i) => ({
    place: votes.filter((other) => other > value).length,
    votes: value,
    createdAt: minutes ? after(minutes[i]!) : null,
  }));
}
/** All pairs of a list by a rule, each as 'first second target'. */
function judged(list: readonly Voted[], rule: Partial<VotesRule>): readonly string[] {
  const judge = judgeOf(list, start, { ...plainVotes, ...rule });
  const found: string[] = [];
  for (let first = 0; first < list.length; first++) {
    for (let second = first + 1; second < list.length; second++) {
      const target = judge(first, second);
      if (target !== null) found.push(`${first} ${second} ${target}`);
    }
  }
  return found;
}
const drawn = createRandom(7);
const drawVotes = (): number => Math.round(Math.exp(7 * drawn()) * (drawn() < 0.2 ? -1 : 1));
const manyVotes = Array.from({ length: 300 }, drawVotes);

describe('margin', () => {
  test('a difference below it is no preference, one of exactly it is', () => {
    expect(judged(listOf([10, 8, 7, 2]), { margin: 2 })).toEqual(['0 1 1', '0 2 1', '0 3 1', '1 3 1', '2 3 1']);
    expect(judged(listOf([10, 8, 7, 2]), { margin: 9 })).toEqual([]);
  });

  test('averages clear a margin that they differ by, though neither is an exact binary number', () => {
    expect(0.3 - 0.1).toBeLessThan(0.2);
    expect(clearsMargin(0.3, 0.1, 0.2)).toBe(true);
    expect(clearsMargin(0.3, 0.1, 0.2001)).toBe(false);
    expect(clearsMargin(4, 4, 0)).toBe(false);
  });

  test('leaves exactly the pairs that differ by as much, whatever the votes are', () => {
    for (const margin of [0, 1, 5, 50, 1000]) {
      const list = listOf(manyVotes.slice(0, 40));
      const wanted = list.flatMap(({ votes: one }, first) =>
        list.flatMap(({ votes: other }, second) =>
          second > first && one !== other && Math.abs(one! - other!) >= margin
            ? [`${first} ${second} ${one! > other! ? 1 : 0}`]
            : [],
        ),
      );
      expect(judged(list, { margin })).toEqual(wanted);
    }
  });

  test('places that are not the order of the votes stand as they are, with every rule', () => {
    const given = listOf([3, 90, 1]).map((comment, place) => ({ ...comment, place, createdAt: after(place) }));
    const unvoted = given.map((comment) => ({ ...comment, votes: null }));
    for (const rule of [
      { margin: 50 },
      { votes: 'sure' },
      { time: 'later' },
      { time: 'regress', slope: -9 },
    ] as const) {
      expect(judged(given, rule)).toEqual(['0 1 1', '0 2 1', '1 2 1']);
      expect(judged(unvoted, rule)).toEqual(['0 1 1', '0 2 1', '1 2 1']);
    }
  });
});

describe('sureness', () => {
  test('is a half for equal votes, and what one gains the other loses', () => {
    for (const [i, one] of manyVotes.entries()) {
      const other = manyVotes[(i + 1) % manyVotes.length]!;
      expect(sureness(one, one)).toBe(0.5);
      expect(sureness(one, other) + sureness(other, one)).toBeCloseTo(1, 12);
    }
  });

  test('rises with the votes of the first, and falls with those of the second', () => {
    for (const other of [-40, -1, 0, 1, 3, 37, 400]) {
      const along = Array.from({ length: 200 }, (_, i) => sureness(i - 60, other));
      for (let i = 1; i < along.length; i++) expect(along[i]!).toBeGreaterThanOrEqual(along[i - 1]!);
      expect(along[0]!).toBeLessThan(along.at(-1)!);
    }
  });

  test('the same difference says more of few votes than of many, the same ratio less', () => {
    expect(sureness(412, 37)).toBeGreaterThan(0.999);
    expect(sureness(3, 2)).toBeLessThan(0.7);
    expect(sureness(12, 2)).toBeGreaterThan(sureness(110, 100));
    expect(sureness(20, 10)).toBeGreaterThan(sureness(2, 1));
  });

  test('is said in words, and not where the figures say nothing', () => {
    expect(surenessInWords(412, 37)).toBe('412 over 37: sure');
    expect(surenessInWords(2, 3)).toBe('3 over 2: could be chance');
    expect(surenessInWords(8, 4)).toBe('8 over 4: likely');
    expect(surenessInWords(1, -3)).toBe('1 over −3: sure');
    expect(surenessInWords(4, 4)).toBeNull();
    expect(surenessInWords(2.5, 1)).toBeNull();
  });

  test("is near the exact posterior of two Poisson rates under Jeffreys' prior", () => {
    for (let one = 0; one <= 40; one++) {
      for (let other = 0; other <= 40; other++) {
        const near = Math.min(one, other) >= 4 ? 0.01 : 0.04;
        expect(Math.abs(sureness(one, other) - exactSureness(one, other))).toBeLessThan(near);
      }
    }
  });

  test('becomes the target of a pair, but for averages, of which the figures alone say nothing', () => {
    const list = listOf([3, 2]);
    expect(judgeOf(list, null, { ...plainVotes, votes: 'sure' })(0, 1)).toBe(sureness(3, 2));
    expect(judgeOf(list, null, { ...plainVotes, votes: 'sure' })(1, 0)).toBe(sureness(2, 3));
    expect(areCounts([3, 2, -1])).toBe(true);
    expect(areCounts([3, 2.5])).toBe(false);
    expect(judged(listOf([2.5, 2, 1]), { votes: 'sure' })).toEqual(['0 1 1', '0 2 1', '1 2 1']);
  });
});

describe('time', () => {
  test('an effect that was made up is found again, whatever the threads have for readers', () => {
    const random = createRandom(11);
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    for (const slope of [-0.6, 0, 0.3]) {
      const fit = createTimeFit();
      for (let thread = 0; thread < 400; thread++) {
        // Busy threads are answered later: over all comments together, late ones would seem to have more votes.
        const busy = 8 * random();
        const minutes = Array.from({ length: 8 }, () => Math.exp(busy) * random());
        const votes = minutes.map((at) => Math.expm1(busy + 8 + slope * Math.log1p(at) + 0.5 * normal()));
        fit.add(listOf(votes, minutes), start);
      }
      const { slope: found, lists, comments } = fit.effect();
      expect(Math.abs(found - slope)).toBeLessThan(0.05);
      expect([lists, comments]).toEqual([400, 3200]);
    }
  });

  test('nothing is found where no list has votes and different times', () => {
    const fit = createTimeFit();
    fit.add(listOf([5, 1]), start);
    fit.add(listOf([5, 1], [3, 3]), start);
    fit.add([], start);
    fit.add(
      listOf([1, 5], [3, 4]).map((comment, place) => ({ ...comment, place })),
      start,
    );
    expect(fit.effect()).toEqual({ slope: 0, lists: 0, comments: 0 });
  });

  test('taking it out turns a pair whose better side only came earlier, and no other', () => {
    const list = listOf([12, 10, 2], [1, 500, 2]);
    const rule = { time: 'regress', slope: -0.4 } as const;
    expect(judged(list, rule)).toEqual(['0 1 0', '0 2 1', '1 2 1']);
    expect(judged(list, { ...rule, slope: 0 })).toEqual(judged(list, {}));
    expect(judged(list, { ...rule, margin: 5 })).toEqual(['0 2 1', '1 2 1']);
  });

  test('with how sure it is: on the same side, and no surer for votes that were multiplied', () => {
    const list = listOf([12, 10, 2], [1, 500, 2]);
    const judge = judgeOf(list, start, { ...plainVotes, votes: 'sure', time: 'regress', slope: -0.4 });
    expect(judge(0, 1)).toBeLessThan(0.5);
    expect(judge(0, 1)! + judge(1, 0)!).toBeCloseTo(1, 12);
    const stretched = judgeOf(listOf([3, 2], [500, 1]), start, {
      ...plainVotes,
      votes: 'sure',
      time: 'regress',
      slope: -0.5,
    });
    // They become about 15 and 0; but 15 that were counted would say more than 3 that were made 15.
    expect(stretched(0, 1)).toBeGreaterThan(sureness(3, 2));
    expect(stretched(0, 1)).toBeLessThan(sureness(14, 0));
  });

  test('the rule of SHP keeps the pairs whose later comment has more votes', () => {
    const list = listOf([30, 20, 10, 5], [60, 10, 90, 10]);
    expect(judged(list, { time: 'later' })).toEqual(['0 1 1', '0 3 1', '1 3 1', '2 3 1']);
    expect(judged(listOf([30, 20]), { time: 'later' })).toEqual([]);
  });

  test('where a time is missing, votes are compared as they are', () => {
    const list = listOf([12, 10, 2], [1, 500, 2]).map((comment, i) =>
      i === 1 ? { ...comment, createdAt: null } : comment,
    );
    expect(judged(list, { time: 'regress', slope: -0.4 })).toEqual(['0 1 1', '0 2 1', '1 2 1']);
  });

  test('the first comment stands in for a post without a date', () => {
    const minutes = [100, 101, 400];
    const fit = (startedAt: string | null): number => {
      const made = createTimeFit();
      made.add(listOf([9, 5, 1], minutes), startedAt);
      return made.effect().slope;
    };
    expect(fit(null)).toBe(fit(after(100)));
    expect(fit(null)).not.toBe(fit(start));
  });
});

/** P(Beta(one + 1/2, other + 1/2) > 1/2), by Simpson's rule over the angle of which sin² has that distribution. */
function exactSureness(one: number, other: number): number {
  const density = (angle: number): number => Math.sin(angle) ** (2 * one) * Math.cos(angle) ** (2 * other);
  const over = (from: number, to: number): number => {
    const steps = 400;
    const width = (to - from) / steps;
    let sum = density(from) + density(to);
    for (let i = 1; i < steps; i++) sum += (i % 2 === 1 ? 4 : 2) * density(from + i * width);
    return (sum * width) / 3;
  };
  return over(Math.PI / 4, Math.PI / 2) / over(0, Math.PI / 2);
}
