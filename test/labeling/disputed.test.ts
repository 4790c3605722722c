import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decisive } from '../../src-main/common/verdicts.ts';
import type { Preference } from '../../src-main/contract/records.ts';
import { toEnd } from '../../src-main/evaluation/steps.ts';
import { agreementOf } from '../../src-main/labeling/agreement.ts';
import { type Disputed, disputedSteps } from '../../src-main/labeling/disputed.ts';
import { saidOf } from '../../src-main/labeling/said.ts';
import type { PersonAnswer } from '../../src-main/labeling/shared-pairs.ts';

/** A person says this of the pair: comments 2n and 2n + 1. */
const says = (annotator: string, pair: number, choice: Preference, more: Partial<PersonAnswer> = {}): PersonAnswer => ({
  postId: 1,
  leftId: 2 * pair,
  rightId: 2 * pair + 1,
  choice,
  annotator,
  origin: 'compare',
  createdAt: '2026-01-01T00:00:00.000Z',
  durationMs: null,
  ...more,
});
const disputed = (answers: readonly PersonAnswer[]): readonly Disputed[] => toEnd(disputedSteps(answers));
const pairsIn = (found: readonly Disputed[]): readonly number[] => found.map(({ firstId }) => firstId / 2);

describe('which pairs are disputed', () => {
  test('one side against the other, more than a tie against a side; who agrees, or is alone, disputes nothing', () => {
    const answers = [
      ...[says('a', 1, 'tie'), says('b', 1, 'left')],
      ...[says('a', 2, 'left'), says('b', 2, 'right')],
      ...[says('a', 3, 'left'), says('b', 3, 'left')],
      ...[says('a', 4, 'tie'), says('b', 4, 'bad')],
      ...[says('a', 5, 'left'), says('a', 5, 'right')],
    ];
    const found = disputed(answers);
    expect(pairsIn(found)).toEqual([2, 1]);
    expect(found[0]).toMatchObject({ firstId: 4, secondId: 5, dispute: 1 });
    expect(found[0]!.voices).toEqual([
      { annotator: 'a', says: 'first' },
      { annotator: 'b', says: 'second' },
    ]);
    expect(found[1]!.dispute).toBe(0.5);
  });

  test('three against two is more disputed than one against one, and that than five against one, which is less even', () => {
    const of = (pair: number, lefts: number, rights: number): readonly PersonAnswer[] => [
      ...Array.from({ length: lefts }, (_, who) => says(`l${who}`, pair, 'left')),
      ...Array.from({ length: rights }, (_, who) => says(`r${who}`, pair, 'right')),
    ];
    expect(pairsIn(disputed([...of(1, 5, 1), ...of(2, 1, 1), ...of(3, 3, 2), ...of(4, 6, 0)]))).toEqual([3, 2, 1]);
  });

  test('a verdict settles a pair, whichever way round it was given', () => {
    const two = [says('a', 1, 'left'), says('b', 1, 'right')];
    expect(pairsIn(disputed(two))).toEqual([1]);
    expect(disputed([...two, says('c', 1, 'left', { leftId: 3, rightId: 2, verdict: true })])).toEqual([]);
    expect(disputed([says('a', 1, 'left'), says('b', 1, 'right', { verdict: true })])).toEqual([]);
  });

  test('swapped sides, another order and other names change nothing', () => {
    const mirror: Readonly<Record<Preference, Preference>> = { left: 'right', right: 'left', tie: 'tie', bad: 'bad' };
    const answer = fc.record({
      annotator: fc.constantFrom('a', 'b', 'c', 'd'),
      pair: fc.integer({ min: 0, max: 4 }),
      choice: fc.constantFrom<Preference>('left', 'right', 'tie', 'bad'),
      swapped: fc.boolean(),
      verdict: fc.boolean(),
      place: fc.integer(),
    });
    const plain = ({ firstId, dispute, voices }: Disputed) =>
      [firstId, dispute.toFixed(9), voices.map(({ says: said }) => said).sort()] as const;
    fc.assert(
      fc.property(fc.array(answer, { maxLength: 40 }), (drawn) => {
        const made = drawn.map(({ annotator, pair, choice, verdict }) => says(annotator, pair, choice, { verdict }));
        const other = drawn
          .map((one) => ({
            place: one.place,
            answer: one.swapped
              ? says(`x${one.annotator}`, one.pair, mirror[one.choice], {
                  leftId: 2 * one.pair + 1,
                  rightId: 2 * one.pair,
                  verdict: one.verdict,
                })
              : says(`x${one.annotator}`, one.pair, one.choice, { verdict: one.verdict }),
          }))
          .sort((a, b) => a.place - b.place)
          .map(({ answer: made }) => made);
        const sorted = (found: readonly Disputed[]) => found.map(plain).sort((a, b) => a[0] - b[0]);
        expect(sorted(disputed(other))).toEqual(sorted(disputed(made)));
      }),
    );
  });
});

describe('what a verdict does to its pair', () => {
  const answers = [
    says('a', 1, 'left'),
    says('b', 1, 'right'),
    says('c', 1, 'right', { verdict: true }),
    says('a', 2, 'left'),
  ];

  test('the other answers on it are not used, those on other pairs are', () => {
    expect(decisive(answers)).toEqual([answers[2], answers[3]]);
    const without = answers.slice(0, 2);
    expect(decisive(without)).toBe(without);
  });

  test('beside a model it weighs as much as all who spoke of the pair, and several verdicts share that', () => {
    expect(saidOf(answers, [2, 3, 4, 5])).toEqual([
      { left: 0, right: 1, outcome: 'right', weight: 3 },
      { left: 2, right: 3, outcome: 'left', weight: 1 },
    ]);
    const shared = saidOf([...answers, says('d', 1, 'left', { verdict: true })], [2, 3, 4, 5]);
    expect(shared.map(({ weight, outcome }) => [outcome, weight])).toEqual([
      ['right', 2],
      ['left', 1],
      ['left', 2],
    ]);
  });

  test('how far people agree is another question: it is no answer there', () => {
    expect(agreementOf(answers)).toEqual(agreementOf(answers.filter(({ verdict }) => !verdict)));
    expect(agreementOf(answers)).toMatchObject({ pairs: 1, share: 0 });
  });
});
