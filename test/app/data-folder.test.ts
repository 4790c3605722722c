import { chmodSync, cpSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createChanges } from '../../src-main/app/kernel/changes.ts';
import { keepLooking } from '../../src-main/app/kernel/health.ts';
import { type House, notLookedAt } from '../../src-main/app/kernel/house.ts';
import { holdsLock } from '../../src-main/app/kernel/lock.ts';
import { explained } from '../../src-main/app/kernel/tasks.ts';
import { openApp } from '../../src-main/app.ts';
import { troubleInWords } from '../../src-main/common/trouble-words.ts';
import { hearDefects } from '../../src-main/log/defects.ts';
import { openStore } from '../../src-main/store/open.ts';
import { heldByOther } from '../support/held-by-other.ts';
import { importPosts, openHouse, plainPosts } from '../support/house-with-posts.ts';
import { temporaryFile, temporaryFolder, temporaryStore } from '../support/temporary.ts';

const engineEntry = join(import.meta.dirname, '../support/fake-engine.ts');

/** An application as a window has it, with posts, and the next pairs that it asks. */
async function openAlone(home = join(temporaryFolder(), 'home')) {
  const app = openApp({ home, alone: true, engineEntry });
  onTestFinished(() => app.close());
  const api = createRouterClient(app.router, { context: { door: { kind: 'browser' } } });
  await importPosts(app, plainPosts(4, 3));
  const answer = async () => {
    const { pairs } = await api.answers.nextPairs({ tab: 'a', count: 1 });
    const { post, left, right } = pairs[0]!;
    return () =>
      api.answers.add({
        tab: 'a',
        key: crypto.randomUUID(),
        postId: post.id,
        leftId: left.id,
        rightId: right.id,
        choice: 'left',
      });
  };
  return { app, api, home, answer };
}

const gone = { code: 'damaged', message: expect.stringMatching(/was removed, moved or replaced .* was not kept/) };
const answersIn = (home: string): unknown => {
  const store = openStore(join(home, 'tiebreak.sqlite'));
  const found = store.db.prepare('SELECT count(*) FROM labels').pluck().get();
  store.db.close();
  return found;
};

test.skipIf(process.platform === 'win32')(
  'answers into a folder that was removed are refused, each of them',
  async () => {
    const { app, api, home, answer } = await openAlone();
    await (await answer())();
    const another = await answer();
    rmSync(home, { recursive: true });
    for (let time = 0; time < 10; time++) await expect(another()).rejects.toMatchObject(gone);
    await expect(api.settings.set({ annotator: 'ann' })).rejects.toMatchObject(gone);
    const file = temporaryFile(JSON.stringify({ id: 'new', text: 'A post', comments: [{ text: 'a' }, { text: 'b' }] }));
    await expect(app.import({ files: [file] })).rejects.toMatchObject(gone);
    // Nothing that looks like a data folder comes back in its place.
    expect(existsSync(home)).toBe(false);
  },
);

test.skipIf(process.platform === 'win32')(
  'a folder that was moved away, replaced, or lost its log takes no more answers',
  async () => {
    for (const harm of ['moved', 'replaced', 'log'] as const) {
      const { app, home, answer } = await openAlone();
      await (await answer())();
      const another = await answer();
      const away = `${home}-away`;
      if (harm === 'log') rmSync(join(home, 'tiebreak.sqlite-wal'));
      else renameSync(home, away);
      if (harm === 'replaced') cpSync(away, home, { recursive: true });
      await expect(another(), harm).rejects.toMatchObject(gone);
      if (harm === 'moved') {
        expect(answersIn(away)).toBe(1);
        renameSync(away, home);
        // In its place again, it goes on.
        await another();
        expect(app.stats().totals.labels).toBe(2);
      }
      await app.close();
      if (harm === 'replaced') expect(answersIn(home)).toBe(1);
    }
  },
);

test('a folder that can only be read is read, and what would write says why it does not', async () => {
  const home = join(temporaryFolder(), 'home');
  const { app } = openHouse(home);
  await importPosts(app, plainPosts(4, 3));
  await app.close();
  const asRoot = process.getuid?.() === 0;
  chmodSync(join(home, '..'), 0o755);
  chmodSync(home, 0o555);
  chmodSync(join(home, 'tiebreak.sqlite'), 0o444);
  // Root may write anywhere.
  if (asRoot) process.seteuid!(65534);
  try {
    const reading = openApp({ home, engineEntry });
    try {
      expect(reading.stats().totals).toMatchObject({ posts: 4, comments: 12 });
      const out = join(temporaryFolder(), 'out.csv');
      expect(await reading.export({ file: out })).toMatchObject({ rows: 12 });
      const add = reading.addAnswer({ post: 'p1', chosen: 4, rejected: 5 });
      await expect(add).rejects.toMatchObject({
        code: 'bad-input',
        message: expect.stringContaining('can only be read'),
      });
      expect(reading.stats().totals.labels).toBe(0);
    } finally {
      await reading.close();
    }
    expect(() => openApp({ home, alone: true, engineEntry })).toThrow("can't be written to");
    expect(holdsLock(home)).toBe(false);
  } finally {
    if (asRoot) process.seteuid!(0);
    chmodSync(home, 0o755);
  }
  expect(readdirSync(home)).not.toContain('tiebreak.lock');
});

test('that a ranking was exported is not kept beside another writer, which is no defect; in a folder that is gone it is one, and the export is done', async () => {
  const home = join(temporaryFolder(), 'home');
  const { app, api } = openHouse(home);
  await importPosts(app, plainPosts(4, 3));
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const defects: unknown[] = [];
  onTestFinished(hearDefects((error) => defects.push(error)));
  const letGo = heldByOther(home, 'importing');
  expect(await app.export({ file: join(temporaryFolder(), 'a.csv') })).toMatchObject({ rows: 12 });
  letGo();
  expect(defects).toEqual([]);
  expect((await api.settings.get()).exported).toBe(false);
  renameSync(home, `${home}-away`);
  expect(await app.export({ file: join(temporaryFolder(), 'b.csv') })).toMatchObject({ rows: 12 });
  expect(defects).toEqual([expect.objectContaining(gone)]);
  expect(existsSync(home)).toBe(false);
  renameSync(`${home}-away`, home);
  await app.export({ file: join(temporaryFolder(), 'c.csv') });
  expect((await api.settings.get()).exported).toBe(true);
});

test('the database is looked at after the start, beside the main thread, and every page is told', async () => {
  const store = temporaryStore();
  store.db.pragma('foreign_keys = OFF');
  store.db.exec("INSERT INTO revocations VALUES (99, '')");
  const house = { store, health: notLookedAt(), changes: createChanges() } as unknown as House;
  const stop = new AbortController();
  const told = (async () => {
    for await (const topics of house.changes.watch(stop.signal)) if (topics.includes('health')) return;
  })();
  const looking = keepLooking(house, stop.signal, { first: 1, next: 100_000 });
  await told;
  expect(house.health.current.problems).toEqual([
    'revocations: row 99 points nowhere',
    'labels: there are not as many as were counted',
  ]);
  stop.abort();
  await looking;
});

test('a full disk is said as one', () => {
  const { db } = temporaryStore();
  db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true })}`);
  const fill = db.prepare("INSERT INTO settings VALUES ('a', zeroblob(1000000) || '')");
  const found = (() => {
    try {
      return fill.run();
    } catch (error) {
      return explained(error);
    }
  })();
  expect(found).toEqual({
    code: 'bad-input',
    message:
      'The disk is full, so this could not be kept (SQLITE_FULL). What was saved before is as it was: make room, and try again.',
  });
  // So does SQLite say it that finds no room for the index of its log.
  expect(troubleInWords({ code: 'SQLITE_IOERR_SHMSIZE' })).toContain('The disk is full');
});

test('what a disk says is a sentence with what to do, and all else is a defect', () => {
  for (const code of [
    'ENOSPC',
    'EDQUOT',
    'EROFS',
    'EACCES',
    'EIO',
    'SQLITE_IOERR_WRITE',
    'SQLITE_CORRUPT_INDEX',
    'EMFILE',
    'ERR_DLOPEN_FAILED',
  ]) {
    expect(troubleInWords(Object.assign(new Error(), { code })), code).toMatch(new RegExp(`\\(${code}\\)\\. .*:`));
  }
  for (const error of [new Error('x'), null, 'x', Object.assign(new Error(), { code: 'SQLITE_ERROR' })]) {
    expect(troubleInWords(error)).toBeNull();
  }
});
