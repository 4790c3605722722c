import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { preferredSide, samplePairs } from '../../src-renderer/views/welcome/sample-pairs.ts';

const folder = new URL('../../resources/sample/', import.meta.url);
const rows = readdirSync(folder)
  .filter((name) => name.endsWith('.jsonl'))
  .flatMap((name) => readFileSync(new URL(name, folder), 'utf8').trim().split('\n'))
  .map((line) => JSON.parse(line) as { text: string; comments: readonly { text: string; votes: number }[] });

test('the pairs that a newcomer tries are those of the bundled sample, with what people said of them', () => {
  const flat = (text: string): string => text.replace(/\s+/g, ' ').trim();
  for (const { post, left, right } of samplePairs) {
    const row = rows.find(
      ({ text, comments }) => flat(text) === post && comments.some((comment) => comment.text === left.text),
    );
    expect(row?.comments, post).toEqual(
      expect.arrayContaining([expect.objectContaining(left), expect.objectContaining(right)]),
    );
  }
});

test('the better side is not always the same one, nor always the longer comment', () => {
  expect(new Set(samplePairs.map(preferredSide)).size).toBe(2);
  const longer = samplePairs.map((pair) => {
    const other = preferredSide(pair) === 'left' ? 'right' : 'left';
    return pair[preferredSide(pair)].text.length > pair[other].text.length;
  });
  expect(new Set(longer).size).toBe(2);
});
