import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, openApp } from '../../../src-main/app.ts';
import { rows, scratchFolder } from '../../support/run-cli.ts';
import { clientOf } from '../../support/served.ts';

const scratch = scratchFolder();
const home = join(scratch.folder, 'home');
const folder = join(scratch.folder, 'nightly');
const engineEntry = join(import.meta.dirname, '../../support/fake-engine.ts');
const open = (): App => openApp({ home, engineEntry, alone: true });
let app: App;

beforeAll(() => {
  process.env.TIEBREAK_WATCH_EVERY = '50';
  mkdirSync(folder);
  app = open();
});
afterAll(async () => {
  delete process.env.TIEBREAK_WATCH_EVERY;
  await app.close();
  scratch.remove();
});

const watched = () => clientOf(app).data.watched();

test('an open app watches the folder that a dialog gave, shows what came, and goes on with it when it is opened again', async () => {
  const client = clientOf(app);
  expect(await watched()).toEqual({ folder: null, state: 'off', files: [] });
  writeFileSync(join(folder, 'a.jsonl'), rows(0, 2));
  const { handle } = await app.files.takePath(folder);
  await client.data.watch({ folder: handle });
  await expect.poll(watched).toMatchObject({
    folder,
    state: 'watching',
    files: [{ file: 'a.jsonl', says: '2 posts and 6 comments arrived.', failed: false }],
  });
  await expect
    .poll(() => app.tasks.list().find(({ kind }) => kind === 'import'))
    .toMatchObject({ state: 'done', title: 'Importing a.jsonl from the watched folder' });
  writeFileSync(join(folder, 'b.jsonl'), '{"nothing": 1}');
  await expect.poll(watched).toMatchObject({ files: [{ file: 'b.jsonl', failed: true }, { file: 'a.jsonl' }] });
  // The report of the last one stays.
  const imports = app.tasks.list().filter(({ kind }) => kind === 'import');
  expect(imports.map(({ state }) => state)).toEqual(['failed']);

  await app.close();
  app = open();
  await expect.poll(watched).toMatchObject({ folder, state: 'watching', files: [] });
  writeFileSync(join(folder, 'c.jsonl'), rows(10, 1));
  await expect.poll(watched).toMatchObject({ files: [{ file: 'c.jsonl' }] });

  await clientOf(app).data.unwatch();
  await expect.poll(watched).toEqual({ folder: null, state: 'off', files: [] });
  writeFileSync(join(folder, 'd.jsonl'), rows(20, 1));
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect((await clientOf(app).data.imports()).imports.map(({ file }) => file)).not.toContain('d.jsonl');
});

test('a folder that can not be read is refused, and what was watched stays', async () => {
  await expect(app.setWatchedFolder(join(scratch.folder, 'none'))).rejects.toThrow(/can't be read \(ENOENT\)/);
  expect(await watched()).toMatchObject({ folder: null });
});

test('an app that is not alone in the data folder watches nothing by itself', async () => {
  await app.setWatchedFolder(folder);
  await expect.poll(watched).toMatchObject({ state: 'watching' });
  const other = openApp({ home, engineEntry });
  try {
    expect(await clientOf(other).data.watched()).toMatchObject({ folder, state: 'off' });
  } finally {
    await other.close();
  }
});
