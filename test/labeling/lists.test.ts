import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomFrom } from '../../src-main/common/random.ts';
import { chooseList, pairsOfList, wrongWith } from '../../src-main/labeling/lists.ts';

const said = (pairs: ReturnType<typeof pairsOfList>): string[] =>
  pairs.map(
    ({ leftId, rightId, choice }) => `${leftId} ${choice === 'tie' ? '=' : choice === 'left' ? '>' : '<'} ${rightId}`,
  );

test('the best and the worst of four say five of the six pairs, each with the sides of the screen', () => {
  const pairs = pairsOfList({ kind: 'best-worst', shown: [4, 7, 5, 9], pressed: [[5], [4]] });
  expect(said(pairs)).toEqual(['4 < 7', '4 < 5', '4 < 9', '7 < 5', '5 > 9']);
});

test('an order says every pair, and those of one place are a tie', () => {
  const pairs = pairsOfList({ kind: 'order', shown: [1, 2, 3, 4], pressed: [[3], [1, 4], [2]] });
  expect(said(pairs)).toEqual(['1 > 2', '1 < 3', '1 = 4', '2 < 3', '2 < 4', '3 > 4']);
});

test('a skip says nothing', () => {
  expect(pairsOfList({ kind: 'order', shown: [1, 2, 3], pressed: [] })).toEqual([]);
  expect(wrongWith({ kind: 'order', shown: [1, 2, 3], pressed: [] })).toBeNull();
});

test('where comments stood on the screen changes the sides of what an order says, and nothing else', () => {
  const orders = fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 3, maxLength: 6 }).chain((ids) =>
    fc.record({
      shown: fc.shuffledSubarray(ids, { minLength: ids.length }),
      again: fc.shuffledSubarray(ids, { minLength: ids.length }),
      pressed: fc.array(fc.boolean(), { minLength: ids.length, maxLength: ids.length }).map((joins) => {
        const places: number[][] = [];
        for (const [i, id] of ids.entries()) {
          if (joins[i] && places.length > 0) places.at(-1)!.push(id);
          else places.push([id]);
        }
        return places;
      }),
    }),
  );
  const facts = (pairs: ReturnType<typeof pairsOfList>): string[] =>
    pairs
      .map(({ leftId, rightId, choice }) => {
        const [better, worse] = choice === 'right' ? [rightId, leftId] : [leftId, rightId];
        return choice === 'tie' ? `${Math.min(better, worse)} = ${Math.max(better, worse)}` : `${better} > ${worse}`;
      })
      .sort();
  fc.assert(
    fc.property(orders, ({ shown, again, pressed }) => {
      const one = pairsOfList({ kind: 'order', shown, pressed });
      expect(one).toHaveLength((shown.length * (shown.length - 1)) / 2);
      expect(facts(pairsOfList({ kind: 'order', shown: again, pressed }))).toEqual(facts(one));
    }),
  );
});

test.each([
  ['two comments', { kind: 'order', shown: [1, 2], pressed: [[1], [2]] }, /3 to 6/],
  ['one twice on the screen', { kind: 'order', shown: [1, 1, 2], pressed: [[1], [2]] }, /different/],
  ['one that was not shown', { kind: 'order', shown: [1, 2, 3], pressed: [[1], [2], [4]] }, /not shown/],
  ['one twice', { kind: 'order', shown: [1, 2, 3], pressed: [[1], [2, 1], [3]] }, /twice/],
  ['one without a place', { kind: 'order', shown: [1, 2, 3], pressed: [[1], [2]] }, /every comment/],
  ['an empty place', { kind: 'order', shown: [1, 2, 3], pressed: [[1, 2, 3], []] }, /empty/],
  ['no worst', { kind: 'best-worst', shown: [1, 2, 3, 4], pressed: [[1]] }, /one best and one worst/],
  ['two best', { kind: 'best-worst', shown: [1, 2, 3, 4], pressed: [[1, 2], [3]] }, /one best and one worst/],
  ['five to choose from', { kind: 'best-worst', shown: [1, 2, 3, 4, 5], pressed: [[1], [2]] }, /needs 4/],
] as const)('%s is refused', (_, given, why) => {
  expect(wrongWith(given)).toMatch(why);
});

test('comments that are shown together have a pair that was not asked, as long as there is one', () => {
  const comments = [1, 2, 3, 4, 5];
  const all = comments.flatMap((a, i) => comments.slice(i + 1).map((b) => [a, b] as const));
  for (let open = 0; open < all.length; open++) {
    const taken = all.filter((_, i) => i !== open);
    const shown = chooseList(comments, taken, 'best-worst', randomFrom(open))!;
    expect(new Set(shown).size).toBe(4);
    expect(shown).toEqual(expect.arrayContaining([...all[open]!]));
  }
  expect(chooseList(comments, all, 'best-worst', randomFrom(1))).toBeNull();
  expect(chooseList([1, 2, 3], [], 'best-worst', randomFrom(1))).toBeNull();
  expect(chooseList([1, 2, 3], [], 'order', randomFrom(1))).toHaveLength(3);
  expect(chooseList([1, 2], [], 'order', randomFrom(1))).toBeNull();
});
