import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { App } from '../../../src-main/app.ts';
import { rows, scratchFolder } from '../../support/run-cli.ts';
import { clientOf, ended, give, openWithFakeEngine, resultOf } from '../../support/served.ts';

let scratch: ReturnType<typeof scratchFolder>;
let home: string;
let app: App;
let client: ReturnType<typeof clientOf>;

beforeEach(async () => {
  scratch = scratchFolder();
  home = join(scratch.folder, 'home');
  app = openWithFakeEngine(home);
  client = clientOf(app);
  await app.import({ files: [scratch.write('a.jsonl', rows(0, 10))], split: 'train' });
});
afterEach(async () => {
  vi.useRealTimers();
  await app.close();
  scratch.remove();
});

const at = (time: string) => vi.useFakeTimers({ toFake: ['Date'], now: new Date(time) });
const folders = async () => (await client.backup.putAside()).folders;

/** Makes a backup and restores it at this time. */
async function restoreAt(time: string): Promise<void> {
  const { file } = await resultOf(app, 'backup', (await client.backup.create()).task);
  at(time);
  const { handle } = await give(app, 'backup.zip', readFileSync(app.files.find(file.handle).path));
  await resultOf(app, 'restore', (await client.backup.restore({ file: handle })).task);
}

const name = 'before-restore-2030-01-02-03-04-05-678';

test('what a restore put aside is listed, and offered for removal after a week of work', async () => {
  expect(await folders()).toEqual([]);
  await restoreAt('2030-01-02T03:04:05.678Z');
  const [folder] = await folders();
  expect(folder).toEqual({ name, from: '2030-01-02T03:04:05.678Z', bytes: expect.any(Number), offered: false });
  expect(folder!.bytes).toBeGreaterThan(10_000);
  // A week without any work is none of use.
  at('2030-01-10T00:00:00.000Z');
  expect(await folders()).toMatchObject([{ name, offered: false }]);
  await expect(client.backup.removePutAside({ name })).rejects.toMatchObject({ code: 'bad-input' });
  // Nor is an answer on the day of the restore a week.
  at('2030-01-02T04:00:00.000Z');
  await app.addAnswer({ post: 'p1', chosen: 4, rejected: 5, annotator: 'ann' });
  expect(await folders()).toMatchObject([{ name, offered: false }]);
  at('2030-01-09T03:04:05.677Z');
  expect(await folders()).toMatchObject([{ name, offered: false }]);
  await expect(client.backup.removePutAside({ name })).rejects.toMatchObject({ code: 'bad-input' });
  at('2030-01-09T03:04:05.678Z');
  expect(await folders()).toMatchObject([{ name, offered: true }]);
  expect(existsSync(join(home, name))).toBe(true);

  const { task } = await client.backup.removePutAside({ name });
  expect(await resultOf(app, 'remove-put-aside', task)).toEqual({ name, bytes: folder!.bytes });
  expect(app.tasks.find(task).progress).toMatchObject({ phase: 'remove', done: folder!.bytes, total: folder!.bytes });
  expect(existsSync(join(home, name))).toBe(false);
  expect(await folders()).toEqual([]);
  expect(app.stats().totals).toMatchObject({ posts: 10, labels: 1 });
});

test('a later restore begins the week anew, for all folders', async () => {
  await restoreAt('2030-01-02T03:04:05.678Z');
  at('2030-01-05T00:00:00.000Z');
  await app.import({ files: [scratch.write('b.jsonl', rows(20, 2))] });
  at('2030-01-12T00:00:00.000Z');
  expect(await folders()).toMatchObject([{ offered: true }]);
  await restoreAt('2030-01-12T00:00:00.000Z');
  expect(await folders()).toMatchObject([
    { from: '2030-01-12T00:00:00.000Z', offered: false },
    { name, offered: false },
  ]);
  at('2030-01-20T00:00:00.000Z');
  await app.import({ files: [scratch.write('c.jsonl', rows(30, 2))] });
  expect(await folders()).toMatchObject([{ offered: true }, { name, offered: true }]);
});

/** A folder as a restore leaves it, whose removal is offered. */
function leave(folder: string): void {
  mkdirSync(join(folder, 'models', 'a'), { recursive: true });
  writeFileSync(join(folder, 'tiebreak.sqlite'), 'x'.repeat(1000));
  writeFileSync(join(folder, 'models', 'a', 'manifest.json'), 'y'.repeat(500));
}

test('nothing but such a folder is ever removed, and no link is followed', async () => {
  const old = 'before-restore-2020-01-02-03-04-05-678';
  const outside = join(scratch.folder, 'outside');
  leave(outside);
  leave(join(home, old));
  symlinkSync(outside, join(home, old, 'models', 'link'));
  symlinkSync(join(outside, 'tiebreak.sqlite'), join(home, old, 'file'));
  symlinkSync(outside, join(home, 'before-restore-2020-01-02-03-04-05-679'));
  leave(join(home, 'before-restore-2020-99-02-03-04-05-678'));
  writeFileSync(join(home, 'before-restore-2020-01-02-03-04-05-680'), 'a file');
  leave(join(home, 'before-restore-mine'));
  expect(await folders()).toMatchObject([{ name: old, offered: true }]);
  const { bytes } = (await folders())[0]!;
  expect(bytes).toBeGreaterThanOrEqual(1500);
  expect(bytes).toBeLessThan(2000);
  const others = readdirSync(home, { recursive: true }).filter((path) => !String(path).startsWith(old));
  for (const wrong of [
    'models',
    'before-restore-2020-01-02-03-04-05-679',
    'before-restore-2020-01-02-03-04-05-680',
    'before-restore-2020-99-02-03-04-05-678',
    'before-restore-mine',
    `../home/${old}`,
    `${old}/models`,
    '../outside',
    '.',
  ]) {
    await expect(client.backup.removePutAside({ name: wrong })).rejects.toMatchObject({ code: 'not-found' });
  }
  await resultOf(app, 'remove-put-aside', (await client.backup.removePutAside({ name: old })).task);
  expect(readdirSync(home, { recursive: true })).toEqual(others);
  expect(readdirSync(outside, { recursive: true }).toSorted()).toEqual([
    'models',
    'models/a',
    'models/a/manifest.json',
    'tiebreak.sqlite',
  ]);
});

test('a cancelled removal leaves the rest, which is listed and can be removed later', async () => {
  const old = 'before-restore-2020-01-02-03-04-05-678';
  leave(join(home, old));
  const { task } = await client.backup.removePutAside({ name: old });
  await client.tasks.cancel({ task });
  expect(await ended(app, task)).toMatchObject({
    state: 'cancelled',
    error: { message: expect.stringContaining('What is left of it stays') },
  });
  expect(await folders()).toMatchObject([{ name: old, offered: true }]);
  await resultOf(app, 'remove-put-aside', (await client.backup.removePutAside({ name: old })).task);
  expect(await folders()).toEqual([]);
});
