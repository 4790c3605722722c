import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const engine = new URL('../../../src-main/engine/', import.meta.url);
const comment = readFileSync(new URL('train/train.ts', engine), 'utf8').split('*/')[0]!;
const named = comment.match(/[\w/-]+\.ts/g)!;
const rooms = ['train/', 'run/', '', '../'];

test('the file to open first names every other file of a training', () => {
  const files = [...readdirSync(new URL('train/', engine)), ...readdirSync(new URL('run/', engine))];
  const shortNames = named.map((path) => path.split('/').at(-1)!);
  expect(files.filter((file) => file !== 'train.ts' && !shortNames.includes(file))).toEqual([]);
});

test.each(named)('%s, which it names, is there', (path) => {
  expect(rooms.some((room) => existsSync(new URL(`${room}${path}`, engine)))).toBe(true);
});
