import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeWholeFile, writeWholeFileNow, writeWholeFolder } from '../../src-main/disk/whole.ts';
import { temporaryFolder } from '../support/temporary.ts';

test('a file takes the place of one that was there, and nothing else is left', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'out.txt');
  writeFileSync(path, 'before');
  const given = await writeWholeFile(path, async (file) => {
    await file.writeFile('after');
    return 5;
  });
  expect(given).toBe(5);
  expect(readFileSync(path, 'utf8')).toBe('after');
  writeWholeFileNow(path, 'now');
  expect(readFileSync(path, 'utf8')).toBe('now');
  expect(readdirSync(folder)).toEqual(['out.txt']);
});

test('where the writing fails, what was there stays', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'out.txt');
  writeFileSync(path, 'before');
  const failing = writeWholeFile(path, async (file) => {
    await file.writeFile('half');
    throw new Error('no more');
  });
  await expect(failing).rejects.toThrow('no more');
  expect(readFileSync(path, 'utf8')).toBe('before');
  expect(readdirSync(folder)).toEqual(['out.txt']);
});

test('a folder that is not there is named, with what to do', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'missing', 'out.txt');
  const message = `${path} can't be written, because the folder ${join(folder, 'missing')} is not there. Nothing was changed: make that folder, or choose another place.`;
  for (const writing of [writeWholeFile(path, async () => {}), writeWholeFolder(path, async () => {})]) {
    await expect(writing).rejects.toMatchObject({ code: 'bad-input', message });
  }
  expect(readdirSync(folder)).toEqual([]);
});

test('a folder in the place of a file, and a file in that of a folder, are said', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'taken'));
  await expect(writeWholeFile(join(folder, 'taken'), async () => {})).rejects.toThrow('EISDIR, it is a folder');
  writeFileSync(join(folder, 'file'), '');
  await expect(writeWholeFile(join(folder, 'file', 'out'), async () => {})).rejects.toThrow(
    'ENOTDIR, it lies under a file',
  );
});

test('a folder appears whole, in the place of one that was there, or not at all', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'made');
  const fill = (text: string) => async (into: string) => {
    mkdirSync(join(into, 'deep'));
    writeFileSync(join(into, 'deep', 'a.txt'), text);
  };
  await writeWholeFolder(path, fill('first'));
  writeFileSync(join(path, 'old.txt'), '');
  await writeWholeFolder(path, fill('second'));
  expect(readdirSync(path)).toEqual(['deep']);
  expect(readFileSync(join(path, 'deep', 'a.txt'), 'utf8')).toBe('second');
  const failing = writeWholeFolder(path, async (into) => {
    await fill('third')(into);
    throw new Error('no more');
  });
  await expect(failing).rejects.toThrow('no more');
  expect(readFileSync(join(path, 'deep', 'a.txt'), 'utf8')).toBe('second');
  expect(readdirSync(folder)).toEqual(['made']);
});

test('a fixed name for what is not whole yet is written over', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'weights');
  writeFileSync(`${path}.partial`, 'left by a killed program, and longer');
  await writeWholeFile(path, (file) => file.writeFile('whole'), { partial: `${path}.partial` });
  expect(readFileSync(path, 'utf8')).toBe('whole');
  expect(existsSync(`${path}.partial`)).toBe(false);
});
