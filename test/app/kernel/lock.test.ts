import { spawn } from 'node:child_process';
import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { House } from '../../../src-main/app/kernel/house.ts';
import { holdsLock, takeLock, withLock } from '../../../src-main/app/kernel/lock.ts';
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

test('of a living process is respected, and the sentence says what it does', () => {
  writeFileSync(file, JSON.stringify({ pid: process.ppid, doing: 'training' }));
  expect(() => takeLock(scratch.folder, 'importing')).toThrow(/training.*wait until it is done/s);
  expect(existsSync(file)).toBe(true);
});

test('of a process that is gone, of an earlier start of the machine, or without content counts no more', async () => {
  const child = spawn(process.execPath, ['--version']);
  await new Promise((resolve) => child.on('close', resolve));
  writeFileSync(file, JSON.stringify({ pid: child.pid, doing: 'training' }));
  takeLock(scratch.folder, 'a')();
  writeFileSync(file, JSON.stringify({ pid: process.ppid, doing: 'training' }));
  const earlier = Date.now() / 1000 - uptime() - 3600;
  utimesSync(file, earlier, earlier);
  takeLock(scratch.folder, 'b')();
  writeFileSync(file, '');
  utimesSync(file, Date.now() / 1000 - 60, Date.now() / 1000 - 60);
  takeLock(scratch.folder, 'c')();
  expect(existsSync(file)).toBe(false);
});
