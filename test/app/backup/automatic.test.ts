import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isDue, keepBackingUp } from '../../../src-main/app/backup/daily.ts';
import { createChanges } from '../../../src-main/app/kernel/changes.ts';
import type { House } from '../../../src-main/app/kernel/house.ts';
import { createTasks } from '../../../src-main/app/kernel/tasks.ts';
import { type App, folderOf, openApp } from '../../../src-main/app.ts';
import { modelFiles } from '../../../src-main/checkpoint/folder-content.ts';
import { migrations } from '../../../src-main/store/migrations.ts';
import { closeStore, openStore } from '../../../src-main/store/open.ts';
import { rows, scratchFolder } from '../../support/run-cli.ts';
import { clientOf, ended, give, openWithFakeEngine, resultOf } from '../../support/served.ts';

/** Bytes that the disk has free; null for what it has. */
const disk = vi.hoisted(() => ({ free: null as number | null }));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const statfs = async (path: string) => (disk.free === null ? real.statfs(path) : { bavail: disk.free, bsize: 1 });
  return { ...real, statfs, default: { ...real, statfs } };
});

let scratch: ReturnType<typeof scratchFolder>;
let home: string;
let app: App;
let client: ReturnType<typeof clientOf>;

beforeEach(async () => {
  scratch = scratchFolder();
  home = join(scratch.folder, 'home');
  open();
  await app.import({ files: [scratch.write('a.jsonl', rows(0, 10))], split: 'train' });
});
afterEach(async () => {
  disk.free = null;
  await app.close();
  scratch.remove();
});

function open(): void {
  app = openWithFakeEngine(home);
  client = clientOf(app);
}

const inBackups = (...names: string[]): string[] => readdirSync(join(home, 'backups', ...names)).toSorted();
const answer = (post: number, annotator = 'ann') =>
  app.addAnswer({ post: `p${post}`, chosen: 3 * post + 1, rejected: 3 * post + 2, annotator });
const backUp = async () => resultOf(app, 'automatic-backup', (await client.backup.makeAutomatic()).task);
const restore = async (backup: string) =>
  resultOf(app, 'restore', (await client.backup.restoreAutomatic({ backup })).task);
const preview = async (what: Parameters<typeof client.backup.preview>[0]) =>
  resultOf(app, 'restore-preview', (await client.backup.preview(what)).task);

async function trainModel(): Promise<string> {
  const { model } = await app.train({ kind: 'reward', config: { epochs: 1 } });
  // The fake engine writes no more than a manifest.
  for (const file of modelFiles) writeFileSync(join(home, 'models', model, file), `${file} of ${model}`);
  return model;
}

test('a backup says what it holds, is restored with a preview, and the restore is undone by the backup before it', async () => {
  await trainModel();
  await answer(1);
  const first = await backUp();
  expect(first).toMatchObject({ reason: 'asked', about: null, models: ['reward-1'] });
  expect(first.holds).toEqual({ posts: 10, comments: 30, answers: 1, imports: 1, models: 1, runs: 1, reports: 0 });
  expect(inBackups()).toEqual([first.id, 'models']);
  expect(inBackups(first.id)).toEqual(['backup.json', 'tiebreak.sqlite']);
  expect(first.bytes).toBe(statSync(join(home, 'backups', first.id, 'tiebreak.sqlite')).size);

  await app.import({ files: [scratch.write('b.jsonl', rows(10, 7))], split: 'train' });
  await answer(2);
  await answer(3);
  await client.models.delete({ model: 'reward-1' });
  await client.reports.add({ runs: [1] });
  const before = app.stats();

  const seen = await preview({ backup: first.id });
  expect(seen).toMatchObject({ name: `the backup ${first.id}`, newerAnswers: 2, unreadable: [] });
  expect(seen.now).toMatchObject({ posts: 17, answers: 3, models: 0 });
  expect(seen.after).toEqual(first.holds);
  expect(seen.comes).toEqual({ posts: 0, comments: 0, answers: 0, imports: 0, models: 1, runs: 0, reports: 0 });
  expect(seen.goes).toEqual({ posts: 7, comments: 21, answers: 2, imports: 1, models: 0, runs: 0, reports: 1 });
  expect(app.stats()).toEqual(before);

  rmSync(join(home, 'models/reward-1'), { recursive: true });
  const { before: made, ...restored } = await restore(first.id);
  expect(restored).toMatchObject({ posts: 10, answers: 1, models: 1, unreadable: [] });
  expect(app.models().map(({ name }) => name)).toEqual(['reward-1']);
  for (const file of modelFiles) {
    expect(readFileSync(join(home, 'models/reward-1', file), 'utf8')).toBe(`${file} of reward-1`);
  }
  const { backups, trouble } = await client.backup.automatic();
  expect(trouble).toBeNull();
  expect(backups[0]).toMatchObject({ id: made, reason: 'restore', about: `the backup ${first.id}` });

  await restore(made!);
  expect(app.stats()).toEqual(before);
});

test('before an import is undone a backup is made, unless nothing was written since the last one', async () => {
  await app.import({ files: [scratch.write('b.jsonl', rows(10, 7))], split: 'train' });
  const undo = async (id: number) => resultOf(app, 'undo-import', (await client.data.undoImport({ import: id })).task);
  await undo(2);
  const [made] = (await client.backup.automatic()).backups;
  expect(made).toMatchObject({ reason: 'undo', about: 'b.jsonl', holds: { posts: 17, imports: 2 } });
  const seen = await preview({ backup: made!.id });
  expect(seen).toMatchObject({ comes: { posts: 7, comments: 21, imports: 1 }, goes: { posts: 0, imports: 0 } });
  await restore(made!.id);
  // As it was before: nothing of an undo was begun.
  expect((await client.data.imports()).imports).toMatchObject([{ undo: null, undoneAt: null }, { undo: null }]);
  const asked = await backUp();
  await undo(2);
  expect((await client.backup.automatic()).backups[0]!.id).toBe(asked.id);
  await client.settings.set({ automaticBackups: false });
  await undo(1);
  expect((await client.backup.automatic()).backups[0]!.id).toBe(asked.id);
});

test('a daily backup is due a day after the last one where anything was written, whatever the clock said then', async () => {
  const house = { home, store: openStore(join(home, 'tiebreak.sqlite')) };
  const due = (days: number): boolean => isDue(house, Date.now() + days * 24 * 3600 * 1000);
  try {
    expect(due(0)).toBe(true);
    await backUp();
    expect([due(0), due(2)]).toEqual([false, false]);
    await answer(1);
    expect([due(0.9), due(1.1), due(400)]).toEqual([false, true, true]);
    // One from the future says nothing of how long ago it was.
    expect(due(-30)).toBe(true);
    await client.settings.set({ automaticBackups: false });
    expect(due(2)).toBe(false);
  } finally {
    closeStore(house.store);
  }
  const empty = { home: join(scratch.folder, 'empty'), store: openStore(':memory:') };
  expect(isDue(empty)).toBe(false);
  closeStore(empty.store);
});

test('after a daily backup was made, the application ends in order', async () => {
  const path = join(home, 'tiebreak.sqlite');
  await app.close();
  const house = { home, store: openStore(path), tasks: createTasks({ write: () => {} }), changes: createChanges() };
  const closing = new AbortController();
  // All that it asks of a house.
  const going = keepBackingUp(house as unknown as House, closing.signal, { first: 1, next: 60_000 });
  try {
    await expect.poll(() => folderOf(home).backups().length).toBe(1);
    await expect.poll(() => house.tasks.list().length).toBe(0);
  } finally {
    closing.abort();
    await going;
    closeStore(house.store);
  }
});

test('a model is kept once for all backups, and goes with the last one that names it', async () => {
  await trainModel();
  const first = await backUp();
  await client.models.rename({ model: 'reward-1', to: 'mine' });
  const second = await backUp();
  expect([first.models, second.models]).toEqual([['reward-1'], ['mine']]);
  const [kept] = inBackups('models');
  expect(inBackups('models')).toHaveLength(1);
  const weights = (...names: string[]) => statSync(join(home, ...names, 'model.safetensors')).ino;
  expect(weights('backups/models', kept!)).toBe(weights('models/reward-1'));
  await client.backup.removeAutomatic({ backup: first.id });
  expect(inBackups('models')).toEqual([kept]);
  await client.backup.removeAutomatic({ backup: second.id });
  expect(inBackups()).toEqual(['models']);
  expect(inBackups('models')).toEqual([]);
  await expect(client.backup.removeAutomatic({ backup: second.id })).rejects.toMatchObject({ code: 'not-found' });
  expect(existsSync(join(home, 'models/reward-1/model.safetensors'))).toBe(true);
});

test('a backup is of one moment, while people go on answering', async () => {
  await app.import({ files: [scratch.write('many.jsonl', rows(10, 3000))], split: 'train' });
  const { task } = await client.backup.makeAutomatic();
  let given = 0;
  for (; app.tasks.find(task).state === 'running'; await turn()) await answer(1, `person ${given++}`);
  const made = await resultOf(app, 'automatic-backup', task);
  expect(given).toBeGreaterThan(3);
  expect(made.holds).toMatchObject({ posts: 3010 });
  expect(made.holds.answers).toBeLessThan(given);
  const seen = await preview({ backup: made.id });
  expect(seen.newerAnswers).toBe(given - made.holds.answers);
});

test('what a crash leaves is no backup, hurts nobody, and goes with the next start', async () => {
  const whole = await backUp();
  await app.close();
  const [cut, other] = [`${whole.id.slice(0, 11)}8`, `${whole.id.slice(0, 11)}9`];
  for (const id of [cut, other])
    cpSync(join(home, 'backups', whole.id), join(home, 'backups', id), { recursive: true });
  truncateSync(join(home, 'backups', cut, 'tiebreak.sqlite'), 4096);
  writeFileSync(join(home, 'backups', other, 'backup.json'), '{"format": 1, ');
  const half = join(home, 'backups', `.${whole.id.slice(0, 11)}10.0123456789ab.partial`);
  mkdirSync(half);
  writeFileSync(join(half, 'tiebreak.sqlite'), 'half');
  mkdirSync(join(home, 'backups', 'models', `.${'0'.repeat(64)}.0123456789ab.partial`), { recursive: true });
  open();
  expect((await client.backup.automatic()).backups.map(({ id }) => id)).toEqual([whole.id]);
  await expect(client.backup.preview({ backup: cut })).rejects.toMatchObject({ code: 'not-found' });
  await app.close();
  app = openApp({ home, alone: true, engineEntry: 'none' });
  client = clientOf(app);
  expect(existsSync(half)).toBe(false);
  expect(inBackups('models')).toEqual([]);
  // The next one has a number of its own.
  expect((await backUp()).id).toBe(`${whole.id.slice(0, 11)}10`);
});

test('where the disk has no room, or the database is damaged, none is made, nothing older goes, and work goes on', async () => {
  const first = await backUp();
  disk.free = 1000;
  await answer(1);
  const failed = await ended(app, (await client.backup.makeAutomatic()).task);
  expect(failed.error).toMatchObject({
    code: 'too-large',
    message: expect.stringMatching(/the disk has no room for it .*Earlier ones and all data are as they were/),
  });
  expect(await client.backup.automatic()).toMatchObject({
    trouble: failed.error!.message,
    backups: [{ id: first.id }],
  });
  await resultOf(app, 'undo-import', (await client.data.undoImport({ import: 1 })).task);
  expect(app.stats().totals.posts).toBe(1);
  disk.free = null;
  await backUp();
  expect((await client.backup.automatic()).trouble).toBeNull();

  await app.import({ files: [scratch.write('b.jsonl', rows(10, 900))], split: 'train' });
  const whole = await backUp();
  await app.close();
  const database = join(home, 'tiebreak.sqlite');
  const db = new Database(database);
  const leaves = db.prepare("SELECT pageno FROM dbstat WHERE name = 'comments' AND pagetype = 'leaf'").pluck().all();
  db.close();
  const bytes = readFileSync(database);
  const leaf = leaves[1] as number;
  writeFileSync(database, bytes.fill(0xee, (leaf - 1) * 4096, leaf * 4096));
  open();
  const damaged = await ended(app, (await client.backup.makeAutomatic()).task);
  expect(damaged.error).toMatchObject({ code: 'damaged', message: expect.stringMatching(/Earlier ones are kept/) });
  expect((await client.backup.automatic()).backups[0]!.id).toBe(whole.id);
  expect(inBackups().filter((name) => name.startsWith('.'))).toEqual([]);
  await app.close();

  // What can't be read comes from the last automatic backup, unless that is not wanted.
  const found = await folderOf(home).recover({});
  expect(found.backup).toBe(whole.id);
  expect(found.tables.find(({ table }) => table === 'comments')).toMatchObject({ broken: true });
  expect(found.tables.find(({ table }) => table === 'comments')!.fromBackup).toBeGreaterThan(10);
  open();
  expect(app.stats().totals).toMatchObject({ comments: 2703 });
});

test('before a database is brought up to date it is backed up as it is, where there is anything in it', async () => {
  await app.close();
  const old = join(scratch.folder, 'old');
  const make = (folder: string, content: string): void => {
    mkdirSync(folder);
    const db = new Database(join(folder, 'tiebreak.sqlite'));
    for (const step of migrations.slice(0, 9)) db.exec(step);
    db.exec(content);
    db.pragma('user_version = 9');
    db.close();
  };
  make(
    old,
    `INSERT INTO groups VALUES ('g', 'train');
     INSERT INTO posts (id, key, text, "group", split) VALUES (1, 'a', 'a post', 'g', 'train');`,
  );
  home = old;
  open();
  const { backups, trouble } = await client.backup.automatic();
  expect(trouble).toBeNull();
  expect(backups).toMatchObject([{ reason: 'migration', holds: { posts: 1, answers: 0 } }]);
  const copy = new Database(join(old, 'backups', backups[0]!.id, 'tiebreak.sqlite'), { readonly: true });
  expect(copy.pragma('user_version', { simple: true })).toBe(9);
  copy.close();
  expect(await preview({ backup: backups[0]!.id })).toMatchObject({ goes: { posts: 0 }, comes: { posts: 0 } });
  expect(await restore(backups[0]!.id)).toMatchObject({ posts: 1 });
  await app.close();
  open();
  expect((await client.backup.automatic()).backups.filter(({ reason }) => reason === 'migration')).toHaveLength(1);
  await app.close();

  home = join(scratch.folder, 'empty');
  make(home, '');
  open();
  expect((await client.backup.automatic()).backups).toEqual([]);
});

test('what a file would bring and take is shown, and a model that is gone is said', async () => {
  const { file } = await resultOf(app, 'backup', (await client.backup.create()).task);
  const zip = readFileSync(app.files.find(file.handle).path);
  await answer(1);
  const { handle } = await give(app, 'mine.zip', zip);
  expect(await preview({ file: handle })).toMatchObject({
    name: 'mine.zip',
    newerAnswers: 1,
    goes: { answers: 1, posts: 0 },
  });
  const { handle: wrong } = await give(app, 'wrong.zip', 'nothing');
  const failed = await ended(app, (await client.backup.preview({ file: wrong })).task);
  expect(failed.error).toMatchObject({
    code: 'damaged',
    message: expect.stringMatching(/wrong.zip is no backup.*Nothing was changed/),
  });
  expect(readdirSync(join(home, 'transfers')).filter((name) => name.startsWith('preview'))).toEqual([]);

  await trainModel();
  const made = await backUp();
  for (const folder of ['backups/models', 'models']) rmSync(join(home, folder), { recursive: true });
  const restoring = await ended(app, (await client.backup.restoreAutomatic({ backup: made.id })).task);
  expect(restoring.error?.message).toMatch(/the files of the model reward-1 are gone. Nothing was changed/);
});
