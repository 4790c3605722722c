import { describe, expect, test } from 'vitest';
import type { Preference } from '../../src-main/contract/records.ts';
import { agreementIntervals, agreementOf, nominalAlpha } from '../../src-main/labeling/agreement.ts';

/** Turns rows of one observer each into units; a point is a missing value. */
function units(...observers: readonly string[]): string[][] {
  const values = observers.map((row) => row.split(' '));
  return values[0]!.map((_, unit) => values.map((row) => row[unit]!).filter((value) => value !== '.'));
}

// K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), examples A, B and C.
describe('the published values', () => {
  test('two values, two observers', () => {
    expect(nominalAlpha(units('0 1 0 0 0 0 0 0 1 0', '1 1 1 0 0 1 0 0 0 0'))).toBeCloseTo(0.095, 3);
  });

  test('nominal values, two observers', () => {
    expect(nominalAlpha(units('a a b b d c c c e d d a', 'b a b b b c c c e d d d'))).toBeCloseTo(0.692, 3);
  });

  test('nominal values, any number of observers, values missing', () => {
    const found = nominalAlpha(
      units('1 2 3 3 2 1 4 1 2 . . .', '1 2 3 3 2 2 4 1 2 5 . 3', '. 3 3 3 2 3 4 2 2 5 1 .', '1 2 3 3 2 4 4 1 2 5 1 .'),
    );
    expect(found).toBeCloseTo(0.743, 3);
  });
});

describe('agreement on pairs', () => {
  const answer = (annotator: string, leftId: number, rightId: number, choice: Preference) => ({
    annotator,
    leftId,
    rightId,
    choice,
  });

  test('the side a comment was shown on does not matter', () => {
    const said = [
      answer('a', 1, 2, 'left'),
      answer('b', 2, 1, 'right'),
      answer('a', 3, 4, 'tie'),
      answer('b', 3, 4, 'left'),
    ];
    expect(agreementOf(said)).toMatchObject({ pairs: 2, share: 0.5 });
    expect(agreementOf(said.slice(0, 2))).toMatchObject({ pairs: 1, share: 1, alpha: 1 });
  });

  test('that both are bad is a tie', () => {
    expect(agreementOf([answer('a', 1, 2, 'tie'), answer('b', 2, 1, 'bad')])).toMatchObject({ pairs: 1, share: 1 });
  });

  test('pairs that one person answered do not count', () => {
    expect(agreementOf([answer('a', 1, 2, 'left')])).toEqual({ pairs: 0, share: null, alpha: null });
  });
});

describe('intervals of agreement', () => {
  const choices = ['left', 'right', 'tie'] as const;
  /** Each text is a pair, each letter what one person said of it. */
  const said = (...pairs: readonly string[]) =>
    pairs.flatMap((pair, at) =>
      [...pair].map((letter, person) => ({
        annotator: `p${person}`,
        leftId: 2 * at,
        rightId: 2 * at + 1,
        choice: choices['lrt'.indexOf(letter)]!,
      })),
    );

  test('where all pairs are alike, every drawing has the alpha and the share of the whole', () => {
    for (const pair of ['llr', 'ltt', 'lrt', 'lllr']) {
      const answers = said(pair, pair, pair, pair);
      const { share, alpha } = agreementOf(answers);
      const found = agreementIntervals(answers, 1, 20)!;
      expect(found.share).toEqual([share, share]);
      for (const end of found.alpha) expect(end).toBeCloseTo(alpha!, 12);
    }
  });

  test('holds the figure, and is narrower with more pairs', () => {
    const some = said(...Array<string>(8).fill('ll'), 'lr', 'lt');
    const many = said(...Array(30).fill(['ll', 'll', 'll', 'll', 'lr']).flat());
    const width = (interval: readonly [number, number]): number => interval[1] - interval[0];
    for (const answers of [some, many]) {
      const { alpha, share } = agreementOf(answers);
      const found = agreementIntervals(answers, 1)!;
      expect(found.alpha[0]).toBeLessThan(alpha!);
      expect(found.alpha[1]).toBeGreaterThan(alpha!);
      expect(found.share[0]).toBeLessThan(share!);
    }
    expect(width(agreementIntervals(many, 1)!.alpha)).toBeLessThan(width(agreementIntervals(some, 1)!.alpha) / 2);
    expect(agreementIntervals(said('l', 'r'), 1)).toBeNull();
  });
});
