import { expect, test } from 'vitest';
import { guessColumns } from '../../../src-main/dataset/shapes/guess-columns.ts';

const guess = (names: readonly string[], ...rows: readonly (readonly string[])[]) => {
  const values = rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at]])));
  const found = guessColumns(names, values);
  return found && Object.fromEntries(found);
};

test('the post recurs, the comment does not, votes are figures, and who and when tell themselves', () => {
  const names = ['n', 'wer', 'x', 'y', 'z', 'w'];
  expect(
    guess(
      names,
      ['1', 'ada', 'How do you cook rice?', '12', 'In a pot with a lid on.', '2024-05-01'],
      ['2', 'bob', 'How do you cook rice?', '3', 'Just buy it cooked.', '2024-05-02'],
      ['3', 'cy', 'Which bike is best?', '12', 'The one you ride.', '2024-05-03'],
      ['4', 'ada', 'Which bike is best?', '-1', 'None of them, walk.', '2024-05-04'],
    ),
  ).toEqual({ wer: 'author', x: 'text', y: 'votes', z: 'comment', w: 'date' });
});

test('where each row has a post of its own, or there are two columns of figures, nothing is guessed of them', () => {
  expect(guess(['a', 'b'], ['One text here', 'Another text here'], ['Two texts here', 'More texts here'])).toBeNull();
  const two = guess(
    ['a', 'b', 'c', 'd'],
    ['The same post', 'one of them', '3', '9'],
    ['The same post', 'another one', '5', '2'],
  );
  expect(two).toEqual({ a: 'text', b: 'comment' });
});

test('a value that says itself how it is written is none', () => {
  const strange = { toString: 1, valueOf: 'x' };
  const rows = [strange, [strange], 'words'].map((value) => ({
    a: value,
    b: 'A whole sentence.',
    c: 'The same post.',
  }));
  expect(guessColumns(['a', 'b', 'c'], rows)).toBeNull();
});
