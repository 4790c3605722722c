import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../src-main/common/random.ts';
import type { PeopleFigures, PersonFigures } from '../../src-main/contract/people.ts';
import type { Preference } from '../../src-main/contract/records.ts';
import { toEnd } from '../../src-main/evaluation/steps.ts';
import { wilsonInterval } from '../../src-main/evaluation/wilson.ts';
import { peopleSteps } from '../../src-main/labeling/people.ts';
import type { PersonAnswer } from '../../src-main/labeling/shared-pairs.ts';
import { fixtureJson } from '../support/fixtures.ts';

type Reference = {
  readonly people: {
    readonly said: readonly (readonly (number | null)[])[];
    readonly alpha: number;
    readonly odds: readonly number[];
    readonly deviations: readonly number[];
  };
  readonly wilson: readonly { readonly yes: number; readonly cases: number; readonly interval: [number, number] }[];
};
const reference = fixtureJson('statistics/expected.json') as Reference;

const figures = (answers: readonly PersonAnswer[]): PeopleFigures => toEnd(peopleSteps(answers));
const person = ({ people }: PeopleFigures, name: string): PersonFigures =>
  people.find(({ annotator }) => annotator === name)!;

let moments = 0;
/** A person says this of the pair: comments 2n and 2n + 1, on the post n / 10. */
const says = (annotator: string, pair: number, choice: Preference, more: Partial<PersonAnswer> = {}): PersonAnswer => ({
  postId: Math.floor(pair / 10),
  leftId: 2 * pair,
  rightId: 2 * pair + 1,
  choice,
  annotator,
  origin: 'compare',
  createdAt: new Date(1000 * moments++).toISOString(),
  durationMs: null,
  ...more,
});

const mirror: Readonly<Record<Preference, Preference>> = { left: 'right', right: 'left', tie: 'tie', bad: 'bad' };
const swapped = (answer: PersonAnswer): PersonAnswer => ({
  ...answer,
  leftId: answer.rightId,
  rightId: answer.leftId,
  choice: mirror[answer.choice],
});

describe('beside other programs', () => {
  test.each(reference.wilson)('Wilson of $yes of $cases', ({ yes, cases, interval }) => {
    const found = wilsonInterval(yes / cases, cases);
    expect(found[0]).toBeCloseTo(interval[0], 10);
    expect(found[1]).toBeCloseTo(interval[1], 10);
  });

  test('alpha as krippendorff has it, reliabilities and their intervals as SciPy', () => {
    const { said, alpha, odds, deviations } = reference.people;
    const answers = said.flatMap((row, who) =>
      row.flatMap((value, pair) => {
        if (value === null) return [];
        return [says(`p${who}`, pair, value === 0.5 ? 'tie' : value === 1 ? 'left' : 'right')];
      }),
    );
    const found = figures(answers);
    expect(found.agreement.alpha).toBeCloseTo(alpha, 10);
    const toOdds = (share: number): number => Math.log(share / (1 - share));
    for (const [who, value] of odds.entries()) {
      const { reliability } = person(found, `p${who}`);
      expect(toOdds(reliability!.value)).toBeCloseTo(value, 4);
      const [low, high] = reliability!.interval!.map(toOdds) as [number, number];
      expect((high - low) / 2 / 1.644853627).toBeCloseTo(deviations[who]!, 4);
    }
  });
});

describe('what is said of a person', () => {
  test('agreement is with the others on shared pairs, and several others count as one', () => {
    const found = figures([
      says('a', 1, 'left'),
      says('b', 1, 'left'),
      says('c', 1, 'tie'),
      says('a', 2, 'right'),
      says('b', 2, 'left'),
      says('a', 3, 'left'),
    ]);
    expect(person(found, 'a')).toMatchObject({ answers: 3, shared: 2, agreement: { value: 0.25, interval: null } });
    expect(person(found, 'c')).toMatchObject({ shared: 1, agreement: { value: 0 } });
    expect(found.agreement).toMatchObject({ pairs: 2, share: 0, shareInterval: null });
  });

  test('who answers a pair again is held against themselves, whichever side the comments stood on', () => {
    const found = figures([
      says('a', 1, 'left'),
      swapped(says('a', 1, 'left')),
      says('a', 2, 'left'),
      says('a', 2, 'right'),
      says('a', 3, 'tie'),
    ]);
    expect(person(found, 'a')).toMatchObject({ repeated: 2, consistency: { value: 0.5 }, shared: 0, agreement: null });
    expect(person(found, 'a').reliability).toBeNull();
  });

  test('seconds are the median, ties are of both kinds, and sides count where a coin chose them', () => {
    const found = figures([
      says('a', 1, 'left', { durationMs: 1000 }),
      says('a', 2, 'right', { durationMs: 9000 }),
      says('a', 3, 'bad', { durationMs: 4000 }),
      says('a', 4, 'tie'),
      says('a', 5, 'left', { origin: 'terminal' }),
      says('a', 6, 'left', { origin: 'import' }),
    ]);
    expect(person(found, 'a')).toMatchObject({ seconds: 4, ties: 2 / 6, sided: 2, left: { value: 0.5 }, change: null });
  });

  test('halves are those of the time, whatever came in first', () => {
    const early = Array.from({ length: 12 }, (_, pair) => says('a', pair, 'left', { durationMs: 8000 }));
    const late = Array.from({ length: 12 }, (_, pair) => says('a', 20 + pair, 'left', { durationMs: 2000 }));
    const others = [...early.map((one) => says('b', one.leftId / 2, 'left')), says('b', 20, 'right')];
    const found = figures([...late, ...early, ...others]);
    expect(person(found, 'a').change).toEqual([
      { agreement: 1, seconds: 8 },
      { agreement: 0, seconds: 2 },
    ]);
  });

  test('posts on whose pairs people differ most come first, and those on which they do not are left out', () => {
    const found = figures([
      ...[1, 2].flatMap((pair) => [says('a', pair, 'left'), says('b', pair, 'right')]),
      ...[11].flatMap((pair) => [says('a', pair, 'left'), says('b', pair, 'tie')]),
      ...[21].flatMap((pair) => [says('a', pair, 'left'), says('b', pair, 'left')]),
    ]);
    expect(found.disputed).toEqual([
      { post: 0, pairs: 2, people: 2, share: 0 },
      { post: 1, pairs: 1, people: 2, share: 0 },
    ]);
    expect(found.disputedTotal).toBe(2);
  });
});

const someAnswers = fc
  .array(
    fc.record({
      annotator: fc.constantFrom('a', 'b', 'c', 'd'),
      pair: fc.nat(14),
      choice: fc.constantFrom<Preference>('left', 'right', 'tie', 'bad'),
      turned: fc.boolean(),
      durationMs: fc.option(fc.nat(9000)),
    }),
    { minLength: 1, maxLength: 80 },
  )
  .map((all) =>
    all.map(({ annotator, pair, choice, turned, durationMs }) => {
      const answer = says(annotator, pair, choice, { durationMs });
      return turned ? swapped(answer) : answer;
    }),
  );

describe('whatever people say', () => {
  test('another name changes nothing but the name', () => {
    const others: Readonly<Record<string, string>> = { a: 'z', b: 'a', c: 'é', d: 'b c' };
    fc.assert(
      fc.property(someAnswers, (answers) => {
        const found = figures(answers);
        const renamed = figures(answers.map((answer) => ({ ...answer, annotator: others[answer.annotator]! })));
        const people = found.people.map((one) => ({ ...one, annotator: others[one.annotator]! }));
        expect(renamed).toEqual({ ...found, people });
      }),
    );
  });

  test('swapped sides change nothing but the side that is chosen, which is the other one', () => {
    fc.assert(
      fc.property(someAnswers, (answers) => {
        const found = figures(answers);
        const other = figures(answers.map(swapped));
        for (const one of other.people) {
          const { left, ...rest } = person(found, one.annotator);
          const { left: turned, ...same } = one;
          expect(same).toEqual(rest);
          if (left) expect(turned!.value).toBeCloseTo(1 - left.value, 12);
        }
        expect({ ...other, people: [] }).toEqual({ ...found, people: [] });
      }),
    );
  });
});

describe('what was planted', () => {
  const habits = [
    { name: 'a', right: 0.93, side: 0 },
    { name: 'b', right: 0.85, side: 0.3 },
    { name: 'c', right: 0.78, side: 0 },
    { name: 'd', right: 0.65, side: -0.2 },
  ];

  /** So many pairs, of which each person answers most; whoever has a side presses it in so many cases without looking. */
  function planted(seed: number, pairs: number): readonly PersonAnswer[] {
    const random = randomFrom(seed);
    return Array.from({ length: pairs }, (_, pair) => {
      const better = random() < 0.5;
      return habits.flatMap(({ name, right, side }) => {
        if (random() < 0.3) return [];
        const turned = random() < 0.5;
        const first = random() < right ? better : !better;
        const looked = random() >= Math.abs(side);
        const left = looked ? first !== turned : side > 0;
        const tie = random() < 0.1;
        const [leftId, rightId] = turned ? [2 * pair + 1, 2 * pair] : [2 * pair, 2 * pair + 1];
        return [says(name, pair, tie ? 'tie' : left ? 'left' : 'right', { leftId, rightId })];
      });
    }).flat();
  }

  test('reliabilities lie in their 90% intervals, and sides in their 95% intervals, as often as they should', () => {
    const within = { reliability: 0, left: 0 };
    const runs = 60;
    for (let seed = 0; seed < runs; seed++) {
      const found = figures(planted(seed, 150));
      for (const { name, right, side } of habits) {
        // Who presses without looking is right in half of these cases.
        const truth = (1 - Math.abs(side)) * right + Math.abs(side) / 2;
        const { reliability, left } = person(found, name);
        const holds = ({ interval }: typeof reliability & object, value: number): number =>
          Number(interval![0] <= value && value <= interval![1]);
        within.reliability += holds(reliability!, truth);
        within.left += holds(left!, 0.5 + side / 2);
      }
    }
    const all = runs * habits.length;
    expect(within.reliability / all).toBeGreaterThan(0.85);
    expect(within.reliability / all).toBeLessThan(0.95);
    expect(within.left / all).toBeGreaterThan(0.91);
    expect(within.left / all).toBeLessThan(0.99);
  });

  test('two people who answered the same pairs alone keep wide intervals, however many the pairs', () => {
    const widths = (answers: readonly PersonAnswer[]): readonly number[] =>
      ['a', 'd'].map((name) => {
        const [low, high] = person(figures(answers), name).reliability!.interval!;
        return high - low;
      });
    const alone = ({ annotator }: PersonAnswer): boolean => annotator === 'a' || annotator === 'd';
    const [few, many] = [planted(3, 600), planted(3, 2400)];
    const among = { few: widths(few), many: widths(many) };
    const by = { few: widths(few.filter(alone)), many: widths(many.filter(alone)) };
    for (const at of [0, 1]) {
      expect(among.many[at]!).toBeLessThan(0.6 * among.few[at]!);
      expect(by.many[at]!).toBeGreaterThan(0.8 * by.few[at]!);
    }
  });
});

describe('who is listed', () => {
  test('whoever sits at the screen is, also beyond the hundred with the most answers', () => {
    const many = Array.from({ length: 101 }, (_, who) => [
      says(`p${who}`, who, 'left'),
      says(`p${who}`, who + 200, 'left'),
    ]);
    const answers = [...many.flat(), says('last', 0, 'left'), says('other', 1, 'right')];
    const listed = (own?: string) => toEnd(peopleSteps(answers, own)).people.map(({ annotator }) => annotator);
    expect(listed()).toHaveLength(100);
    expect(listed('p3')).toEqual(listed());
    expect(listed('last')).toEqual([...listed(), 'last']);
    expect(toEnd(peopleSteps(answers, 'last'))).toMatchObject({ total: 103 });
    const own = toEnd(peopleSteps(answers, 'last')).people.at(-1);
    expect(own).toMatchObject({ annotator: 'last', answers: 1, shared: 1, agreement: { value: 1 } });
    // Those of the row's own person, and not of the one who has the hundred-and-first place.
    const bad = toEnd(peopleSteps(answers, 'other')).people.at(-1);
    expect(bad!.reliability!.value).toBeLessThan(own!.reliability!.value);
    expect(listed('nobody')).toEqual(listed());
  });

  test('pairs that were chosen by what comments say count for numbers and times, and for no figure of agreement', () => {
    const drawn = [says('a', 0, 'left'), says('b', 0, 'left'), says('a', 1, 'left'), says('b', 1, 'left')];
    const hard = ['information', 'uncertainty', 'finish', 'picked'] as const;
    const chosen = hard.flatMap((chosenBy, i) =>
      [says('a', 2 + i, 'left'), says('b', 2 + i, 'right')].map((answer) => ({ ...answer, chosenBy })),
    );
    const [plain, more] = [figures(drawn), figures([...drawn, ...chosen])];
    expect(more.agreement).toEqual(plain.agreement);
    expect(person(more, 'a')).toMatchObject({ answers: 6, shared: 2, agreement: { value: 1 } });
    expect(person(more, 'a').reliability).toEqual(person(plain, 'a').reliability);
    expect(more.disputedTotal).toBeGreaterThan(0);
    const blind = chosen.map((answer) => ({ ...answer, chosenBy: 'coverage' as const }));
    expect(person(figures([...drawn, ...blind]), 'a').agreement!.value).toBeCloseTo(1 / 3, 10);
  });

  test('verdicts change no figure', () => {
    const answers = [says('a', 1, 'left'), says('b', 1, 'right'), says('a', 2, 'left'), says('a', 2, 'right')];
    const verdicts = [says('a', 1, 'left', { verdict: true }), says('c', 2, 'right', { verdict: true })];
    expect(figures([...answers, ...verdicts])).toEqual(figures(answers));
  });

  test("a person's newest answer on a pair is the one given last, whichever came in last", () => {
    const [old, later] = [says('a', 1, 'left'), says('a', 1, 'right')];
    const other = says('b', 1, 'right');
    expect(figures([old, later, other]).agreement).toMatchObject({ share: 1 });
    expect(figures([later, old, other]).agreement).toMatchObject({ share: 1 });
  });
});
