import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leaveOuts } from '../../../src-main/app/ranking/leave-out.ts';

const two = (first: string, second: string, post = 'A post') =>
  [
    { post, comment: first },
    { post, comment: second },
  ] as const;

/** The comments without each kind of evidence. */
function without(first: string, second: string, post?: string): Record<string, readonly string[]> {
  const found = leaveOuts(two(first, second, post));
  return Object.fromEntries(
    found.map(({ what, texts }) => [
      'kind' in what ? what.kind : `${what.of}: ${what.sentence}`,
      texts.map(({ post: shown, comment }) => (shown === '' ? comment : `${shown}: ${comment}`)),
    ]),
  );
}

test('one kind of evidence is left out at a time, and each sentence', () => {
  expect(without('Well, NO!\n\nIt is wrong. Go home.', 'I like it')).toEqual({
    length: ['A post: Well, NO!\n\nIt', 'A post: I like it'],
    form: ['A post: well no it is wrong go home', 'A post: i like it'],
    order: ['A post: Go It NO! Well, home. is wrong.', 'A post: I it like'],
    post: ['Well, NO!\n\nIt is wrong. Go home.', 'I like it'],
    'first: Well, NO!': ['A post: It is wrong. Go home.', 'A post: I like it'],
    'first: It is wrong.': ['A post: Well, NO!\n\nGo home.', 'A post: I like it'],
    'first: Go home.': ['A post: Well, NO!\n\nIt is wrong.', 'A post: I like it'],
  });
});

test('what would change nothing is not tried', () => {
  expect(without('a b c', 'd e f')).toEqual({ post: ['a b c', 'd e f'] });
  expect(without('a b c', 'd e f', '')).toEqual({});
  // Without their form nothing of these would be left.
  expect(without(':-)', '?!')).toEqual({ post: [':-)', '?!'] });
  expect(Object.keys(without("don't", 'so what'))).toEqual(['length', 'post']);
});

test('of a long comment the ten longest sentences are tried', () => {
  const sentences = Array.from({ length: 14 }, (_, i) => `This is it${'!'.repeat(i + 1)}`);
  const kinds = Object.keys(without(sentences.join(' '), 'No.')).filter((what) => what.startsWith('first'));
  expect(kinds).toEqual(sentences.slice(4).map((sentence) => `first: ${sentence}`));
});

test('whatever the texts are: no comment is left empty, and the length of none grows', () => {
  const text = fc
    .oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.lorem({ mode: 'sentences', maxCount: 4 }))
    .filter((words) => words.trim() !== '');
  fc.assert(
    fc.property(text, text, (first, second) => {
      for (const { what, texts } of leaveOuts(two(first, second))) {
        for (const { comment } of texts) expect(comment.trim()).not.toBe('');
        if ('kind' in what && what.kind === 'length') {
          const [one, other] = texts.map(({ comment }) => comment.match(/\S+/gu)!.length);
          expect(one).toBe(other);
        }
      }
    }),
  );
});
