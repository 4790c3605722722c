import { readdirSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createFiles } from '../../../src-main/app/kernel/files.ts';
import { temporaryFolder } from '../../support/temporary.ts';

test('a file that is made while all are removed for good is none, and that is said', async () => {
  const files = createFiles(temporaryFolder());
  const kept = await files.offer('before.csv', (path) => writeFile(path, 'a'));
  const made = files.offer('ranking.csv', async (path) => {
    await writeFile(path, 'a,b');
    files.forgetCopies();
  });
  await expect(made).rejects.toMatchObject({
    code: 'busy',
    message: expect.stringContaining('Something was deleted for good meanwhile'),
  });
  expect(() => files.find(kept.handle)).toThrow('This file is no longer there');
});

test('a copy that nobody asks for goes: what is offered after an hour, what came in after a day; a file where it lies stays', async () => {
  const home = temporaryFolder();
  let [hours, own] = [0, join(home, 'own.txt')];
  const files = createFiles(home, () => hours * 3_600_000);
  writeFileSync(own, 'own');
  const write = (path: string) => writeFile(path, 'x');
  const chosen = await files.takePath(own);
  const taken = await files.takeMade('in.txt', write);
  const asked = await files.offer('asked.txt', write);
  const unasked = await files.offer('unasked.txt', write);
  const left = async (at: number) => {
    hours = at;
    // Whatever is made next looks.
    await files.offer('next.txt', write);
    return readdirSync(join(home, 'transfers')).length;
  };
  expect(await left(0.9)).toBe(4);
  files.find(asked.handle);
  expect(await left(1.5)).toBe(4);
  expect(() => files.find(unasked.handle)).toThrow('no longer there');
  expect(files.find(asked.handle).bytes).toBe(1);
  expect(await left(4)).toBe(2);
  expect(files.find(taken.handle).name).toBe('in.txt');
  expect(await left(40)).toBe(1);
  expect(() => files.find(taken.handle)).toThrow('no longer there');
  expect(files.find(chosen.handle).path).toBe(own);
  files.close();
});
