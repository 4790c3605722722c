import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { House } from '../../../src-main/app/kernel/house.ts';
import { holdsLock, takeLock, withLock } from '../../../src-main/app/kernel/lock.ts';
import { heldByOther } from '../../support/held-by-other.ts';
import { scratchFolder } from '../../support/run-cli.ts';

const scratch = scratchFolder();
const store = { path: import.meta.filename, files: new Map() };
const house = { home: scratch.folder, store } as unknown as House;
const file = join(scratch.folder, 'tiebreak.lock');
afterEach(() => scratch.empty());

test('is there while it is held, and any number of calls of one process may hold it', async () => {
  await withLock(house, 'one thing', async () => {
    const release = takeLock(scratch.folder, 'another');
    release();
    expect(existsSync(file)).toBe(true);
    expect(holdsLock(scratch.folder)).toBe(true);
  });
  expect(existsSync(file)).toBe(false);
  expect(holdsLock(scratch.folder)).toBe(false);
});

test('is let go where the work fails', async () => {
  const work = withLock(house, 'failing', () => Promise.reject(new Error('no')));
  await expect(work).rejects.toThrow('no');
  expect(existsSync(file)).toBe(false);
});

test('of another is respected, and the sentence says what it does', () => {
  const letGo = heldByOther(scratch.folder, 'training');
  expect(() => takeLock(scratch.folder, 'importing')).toThrow(/\(process \d+\).*\(training\).*wait until it is done/s);
  expect(existsSync(file)).toBe(true);
  letGo();
  takeLock(scratch.folder, 'importing')();
});

test('counts as long as its process lives, whatever the clock says, and not a moment longer', async () => {
  const taking = [
    `const { takeLock } = await import(${JSON.stringify(new URL('../../../src-main/app/kernel/lock.ts', import.meta.url).href)});`,
    `takeLock(process.argv[1], 'open');`,
    `console.log('taken');`,
    `setInterval(() => {}, 1000);`,
  ].join('\n');
  const args = ['--input-type=module', '--eval', taking, '--', scratch.folder];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  // As after a clock that jumped further than the machine is up: the lock seems to be from before its start.
  for (const year of [1990, 2090]) {
    const then = Date.parse(`${year}-01-01`) / 1000;
    for (const name of readdirSync(scratch.folder)) utimesSync(join(scratch.folder, name), then, then);
    expect(() => takeLock(scratch.folder, 'importing')).toThrow(
      `open on this data folder already (process ${child.pid})`,
    );
  }
  child.kill('SIGKILL');
  await once(child, 'close');
  // What it said of itself is still there.
  expect(existsSync(file)).toBe(true);
  takeLock(scratch.folder, 'importing')();
  expect(existsSync(file)).toBe(false);
});

test('of an earlier process whose number lives again counts no more', () => {
  writeFileSync(file, JSON.stringify({ pid: process.ppid, doing: 'training' }));
  takeLock(scratch.folder, 'a')();
  writeFileSync(file, '');
  takeLock(scratch.folder, 'b')();
  expect(existsSync(file)).toBe(false);
});
