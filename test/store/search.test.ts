import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countPosts, listPostIds } from '../../src-main/store/post-list.ts';
import { addedPost } from '../support/added-post.ts';
import { temporaryStore } from '../support/temporary.ts';

function add(store: ReturnType<typeof temporaryStore>, key: string, title: string | null, text: string): number {
  const comments = [{ text: 'one', rank: 0, votes: null }];
  return addedPost(store, { key, title, text, context: null, group: key, split: 'train', comments });
}

test('beginnings of words are found in title and text, whatever their case and accents', () => {
  const store = temporaryStore();
  const cat = add(store, 'k1', 'The Cat', 'sat on a mat');
  const cafe = add(store, 'k2', null, 'Un café crème, s’il vous plaît');
  const east = add(store, 'k3', null, '東京 は大きい。Москва тоже NEAR(1) "quoted"');
  const find = (search: string): readonly number[] => listPostIds(store, { search }, {}, 10);
  expect(find('ca')).toEqual([cat, cafe]);
  expect(find('c')).toEqual([cat, cafe]);
  expect(find('CAT mat')).toEqual([cat]);
  expect(find('mat the')).toEqual([cat]);
  expect(find('at')).toEqual([]);
  expect(find('cafe')).toEqual([cafe]);
  expect(find('CAFÉ plai')).toEqual([cafe]);
  expect(find('東京')).toEqual([east]);
  expect(find('москв')).toEqual([east]);
  expect(find('near "quoted"')).toEqual([east]);
  expect(find('')).toEqual([cat, cafe, east]);
  expect(find('  ')).toEqual([cat, cafe, east]);
});

test('what looks like an operator is no operator, and nothing that is typed is an error', () => {
  const store = temporaryStore();
  const words = add(store, 'a', null, 'and or not near cat');
  add(store, 'b', null, 'cat');
  const find = (search: string): readonly number[] => listPostIds(store, { search }, {}, 10);
  expect(find('cat AND')).toEqual([words]);
  expect(find('NOT cat')).toEqual([words]);
  expect(find('cat NEAR')).toEqual([words]);
  for (const search of [
    '"',
    '""',
    "'",
    '*',
    'NEAR(',
    'title:cat^',
    '-',
    '+',
    '(',
    '\0',
    '\ud800',
    '{a b}:',
    '%',
    ';--',
    '🙂',
    '́',
  ]) {
    expect(() => find(search), JSON.stringify(search)).not.toThrow();
    expect(() => countPosts(store, { search }, 10), JSON.stringify(search)).not.toThrow();
  }
  expect(find('"*')).toEqual([]);
  expect(find('cat"')).toHaveLength(2);
  expect(find(`${'a '.repeat(250)}`)).toEqual([words]);
  expect(find('x'.repeat(500))).toEqual([]);
  fc.assert(
    fc.property(fc.string({ maxLength: 500, unit: 'binary' }), (search) => {
      expect(find(search).length).toBeLessThanOrEqual(2);
    }),
  );
});

test('a post is found by its whole text, and by the beginning of it', () => {
  const store = temporaryStore();
  fc.assert(
    fc.property(fc.string({ maxLength: 60, unit: 'grapheme' }), fc.nat(60), (rest, length) => {
      const text = `Word${rest}`;
      const id = add(store, `Post with: ${text}`, null, text);
      const beginning = [...text].slice(0, length).join('');
      for (const search of [text, beginning]) {
        expect(listPostIds(store, { search }, { after: id - 1 }, 1), JSON.stringify(search)).toEqual([id]);
      }
    }),
    { numRuns: 300 },
  );
});

test('a post is found by its key and by its number as well, once', () => {
  const store = temporaryStore();
  const ids = Array.from({ length: 12 }, (_, i) => add(store, `thread/${i + 1}`, null, i === 4 ? 'number 12' : 'text'));
  const find = (search: string): readonly number[] => listPostIds(store, { search }, {}, 50);
  expect(find('thread/3')).toEqual([ids[2]]);
  expect(find('7')).toEqual([ids[6]]);
  expect(find('12')).toEqual([ids[4], ids[11]]);
  expect(countPosts(store, { search: '12' }, 50)).toBe(2);
  expect(countPosts(store, { search: '12' }, 1)).toBe(1);
  const same = add(store, 'wombat', null, 'a wombat');
  expect(find('wombat')).toEqual([same]);
  expect(countPosts(store, { search: 'wombat' }, 50)).toBe(1);
  expect(countPosts(store, { search: 'wombat', split: 'test' }, 50)).toBe(0);
});
