import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { endSwap, finishSwap, swapBack } from '../../../src-main/app/backup/swap.ts';
import { addPost } from '../../../src-main/store/add-post.ts';
import { totals } from '../../../src-main/store/counts.ts';
import { closeStore, openStore } from '../../../src-main/store/open.ts';
import { heldByOther } from '../../support/held-by-other.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const before = 'before-restore-2025-01-02-03-04-05-678';
const database = 'tiebreak.sqlite';
/** What is in a folder, but the file that is locked. */
const inFolder = (home: string, recursive = false): string[] =>
  (readdirSync(home, { recursive }) as string[]).filter((name) => name !== 'writing.lock').toSorted();

function fill(folder: string, posts: number, model: string): void {
  mkdirSync(join(folder, 'models', model), { recursive: true });
  writeFileSync(join(folder, 'models', model, 'manifest.json'), model);
  const store = openStore(join(folder, database));
  for (let n = 0; n < posts; n++) {
    const comments = ['a', 'b'].map((text) => ({ text, rank: null, votes: null }));
    const head = { key: `${n}`, title: null, text: 'p', context: null, group: `${n}`, split: 'train' as const };
    addPost(store, { ...head, comments }, { importId: null, line: null });
  }
  // A crash leaves the newest pages in the WAL: it is copied while the database is open.
  for (const name of [`${database}-wal`, `${database}-shm`, database]) {
    cpSync(join(folder, name), join(folder, `copy-${name}`));
  }
  closeStore(store);
  for (const name of [`${database}-wal`, `${database}-shm`, database]) {
    renameSync(join(folder, `copy-${name}`), join(folder, name));
  }
}

/** A data folder with 3 posts, and 5 posts waiting to be moved in, after the first moves of the swap. */
function brokenOff(moves: number): string {
  const home = temporaryFolder();
  fill(home, 3, 'old');
  const staging = join(home, 'restoring');
  fill(staging, 5, 'new');
  closeStore(openStore(join(staging, database)));
  writeFileSync(join(home, 'restoring.json'), JSON.stringify({ before }));
  const steps: readonly (() => void)[] = [
    () => mkdirSync(join(home, before)),
    ...[`${database}-wal`, `${database}-shm`, database].map(
      (name) => () => renameSync(join(home, name), join(home, before, name)),
    ),
    () => renameSync(join(staging, database), join(home, database)),
    () => renameSync(join(home, 'models'), join(home, before, 'models')),
    () => renameSync(join(staging, 'models'), join(home, 'models')),
  ];
  expect(moves).toBeLessThanOrEqual(steps.length);
  for (const step of steps.slice(0, moves)) step();
  return home;
}

function contentOf(folder: string): { posts: number; models: string[] } {
  const store = openStore(join(folder, database));
  const { posts } = totals(store);
  closeStore(store);
  return { posts, models: readdirSync(join(folder, 'models')) };
}

const points = [0, 1, 2, 3, 4, 5, 6, 7];

test.each(points)('broken off after %i moves, it is finished when the folder is opened', (moves) => {
  const home = brokenOff(moves);
  finishSwap(home);
  expect(contentOf(home)).toEqual({ posts: 5, models: ['new'] });
  expect(contentOf(join(home, before))).toEqual({ posts: 3, models: ['old'] });
  expect(inFolder(home)).toEqual([before, 'models', database]);
  finishSwap(home);
  expect(contentOf(home)).toEqual({ posts: 5, models: ['new'] });
});

test.each(points)('failed after %i moves, it is taken back', (moves) => {
  const home = brokenOff(moves);
  swapBack(home);
  expect(contentOf(home)).toEqual({ posts: 3, models: ['old'] });
  expect(inFolder(home)).toEqual(['models', database]);
});

test('what was unpacked and never moved is removed', () => {
  const home = temporaryFolder();
  fill(home, 3, 'old');
  fill(join(home, 'restoring'), 5, 'new');
  finishSwap(home);
  expect(existsSync(join(home, 'restoring'))).toBe(false);
  expect(contentOf(home)).toEqual({ posts: 3, models: ['old'] });
});

test('a journal that can not be read stops everything, and nothing is moved', () => {
  const home = brokenOff(4);
  writeFileSync(join(home, 'restoring.json'), '{"before": "../elsewhere"}');
  const list = inFolder(home, true);
  expect(() => finishSwap(home)).toThrow(expect.objectContaining({ code: 'damaged' }));
  expect(inFolder(home, true)).toEqual(list);
});

test('nobody finishes what another process is at', () => {
  const home = brokenOff(4);
  const letGo = heldByOther(home, 'restoring a backup');
  expect(() => finishSwap(home)).toThrow(expect.objectContaining({ code: 'busy' }));
  expect(JSON.parse(readFileSync(join(home, 'restoring.json'), 'utf8'))).toEqual({ before });
  letGo();
});

test('what can not be tidied up after a restore is no failure of it, and the next start does it', () => {
  const home = temporaryFolder();
  mkdirSync(join(home, 'restoring'));
  writeFileSync(join(home, 'restoring.json'), '{}');
  const asRoot = process.getuid?.() === 0;
  chmodSync(home, 0o555);
  // Root may remove anything.
  if (asRoot) process.seteuid!(65534);
  try {
    endSwap(home);
  } finally {
    if (asRoot) process.seteuid!(0);
    chmodSync(home, 0o755);
  }
  expect(readdirSync(home)).toEqual(process.platform === 'win32' ? [] : ['restoring', 'restoring.json']);
  endSwap(home);
  expect(readdirSync(home)).toEqual([]);
});
