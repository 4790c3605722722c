import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect, test } from 'vitest';
import { fill } from '../../src-main/disk/fill.ts';
import { temporaryFolder } from '../support/temporary.ts';

test('a file is whole, and not written over', async () => {
  const path = join(temporaryFolder(), 'a');
  await fill(path, (target) => pipeline(Readable.from(['one ', 'two']), target));
  expect(readFileSync(path, 'utf8')).toBe('one two');
  await expect(fill(path, (target) => pipeline(Readable.from(['three']), target))).rejects.toThrow('EEXIST');
  expect(readFileSync(path, 'utf8')).toBe('one two');
});

test('what breaks off at once writes nothing afterwards: its folder can be removed', async () => {
  const folder = temporaryFolder();
  const broken = async function* () {
    yield 'a';
    throw new Error('broken');
  };
  for (let i = 0; i < 50; i++) {
    await expect(fill(join(folder, `${i}`), (target) => pipeline(broken(), target))).rejects.toThrow('broken');
    await rm(join(folder, `${i}`), { force: true });
    expect(readdirSync(folder)).toEqual([]);
  }
  await expect(fill(join(folder, 'never'), async () => Promise.reject(new Error('not begun')))).rejects.toThrow(
    'not begun',
  );
  await rm(folder, { recursive: true });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(existsSync(folder)).toBe(false);
});
