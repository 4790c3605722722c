import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import yazl from 'yazl';
import { type App, folderOf } from '../../../src-main/app.ts';
import { manifestFile, modelFiles } from '../../../src-main/checkpoint/folder-content.ts';
import { TiebreakError } from '../../../src-main/contract/errors.ts';
import type { TaskResults } from '../../../src-main/contract/tasks.ts';
import type { Topic } from '../../../src-main/contract/views.ts';
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

async function trainModel(): Promise<string> {
  const { model } = await app.train({ kind: 'reward', config: { epochs: 1 } });
  // The fake engine writes no more than a manifest.
  for (const file of modelFiles) writeFileSync(join(home, 'models', model, file), `${file} of ${model}`);
  return model;
}

async function backUp(): Promise<Buffer> {
  const { file } = await resultOf(app, 'backup', (await client.backup.create()).task);
  expect(file.name).toMatch(/^tiebreak-backup-\d{4}-\d\d-\d\d-\d{4}\.zip$/);
  return readFileSync(app.files.find(file.handle).path);
}

async function restore(content: Buffer, name = 'backup.zip') {
  const { handle } = await give(app, name, content);
  return ended(app, (await client.backup.restore({ file: handle })).task);
}

function zipOf(entries: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  for (const [name, content] of Object.entries(entries)) zip.addBuffer(Buffer.from(content), name);
  zip.end();
  return buffer(zip.outputStream);
}

/** A database of ours, changed by these statements. */
function databaseOf(sql: string, name = 'other'): Buffer {
  const path = join(scratch.folder, `${name}.sqlite`);
  const source = new Database(join(home, 'tiebreak.sqlite'), { readonly: true });
  writeFileSync(path, source.serialize());
  source.close();
  const db = new Database(path);
  db.pragma('journal_mode = DELETE');
  db.exec(sql);
  db.close();
  return readFileSync(path);
}

test('a backup brings everything back, and what there was is kept beside it', async () => {
  await trainModel();
  await app.addAnswer({ post: 'p1', chosen: 4, rejected: 5, annotator: 'ann' });
  await client.settings.set({ annotator: 'ann' });
  const backup = await backUp();
  const before = app.stats();

  await app.import({ files: [scratch.write('b.jsonl', rows(10, 7))], split: 'train' });
  await trainModel();
  await client.settings.set({ annotator: 'bob' });
  writeFileSync(join(home, 'models/reward-1', manifestFile), 'broken');

  const stop = new AbortController();
  const heard = new Set<Topic>();
  const changes = await client.app.changes(undefined, { signal: stop.signal });
  const listening = (async () => {
    for await (const topics of changes) for (const topic of topics) heard.add(topic);
  })();
  expect(await restore(backup)).toMatchObject({ state: 'done', result: { posts: 10, answers: 1, models: 1 } });
  await vi.waitUntil(() => heard.has('posts'));
  stop.abort();
  await listening;
  expect([...heard]).toEqual(expect.arrayContaining(['answers', 'models', 'runs', 'settings', 'rewards', 'imports']));

  expect(app.stats()).toEqual(before);
  expect(app.models().map(({ name }) => name)).toEqual(['reward-1']);
  expect(await client.settings.get()).toMatchObject({ annotator: 'ann' });
  expect(readdirSync(join(home, 'models'))).toEqual(['reward-1']);
  expect(readdirSync(join(home, 'models/reward-1')).toSorted()).toEqual([manifestFile, ...modelFiles].toSorted());
  expect(JSON.parse(readFileSync(join(home, 'models/reward-1', manifestFile), 'utf8'))).toHaveProperty('result');
  expect(await app.addAnswer({ post: 'p2', chosen: 7, rejected: 8 })).toMatchObject({ choice: 'left' });

  const [kept] = readdirSync(home).filter((name) => name.startsWith('before-restore-'));
  expect(readdirSync(home)).not.toContain('restoring');
  expect(readdirSync(home)).not.toContain('restoring.json');
  expect(readdirSync(join(home, kept!, 'models')).toSorted()).toEqual(['reward-1', 'reward-2']);
  const old = openWithFakeEngine(join(home, kept!));
  expect(old.stats().totals).toMatchObject({ posts: 17, models: 2 });
  await old.close();

  await app.close();
  app = openWithFakeEngine(home);
  expect(app.stats().totals).toMatchObject({ posts: 10, labels: 2, models: 1 });
});

test('runs and files on their way are not in it, nor is anything left of the making', async () => {
  await trainModel();
  const { handle } = await give(app, 'secret.jsonl', rows(0, 1));
  const text = (await backUp()).toString('latin1');
  expect(text).not.toContain(handle);
  expect(text).not.toContain('runs/');
  expect(text).toContain('models/reward-1/model.safetensors');
  expect(readdirSync(join(home, 'transfers'))).toHaveLength(2);
});

test('answers given while a backup is made are saved', async () => {
  await app.import({ files: [scratch.write('many.jsonl', rows(10, 5000))], split: 'train' });
  const { task } = await client.backup.create();
  let given = 0;
  while (app.tasks.find(task).state === 'running') {
    await app.addAnswer({ post: 'p1', chosen: 4, rejected: 5, annotator: `person ${given}` });
    given += 1;
    await turn();
  }
  const { file } = await resultOf(app, 'backup', task);
  expect(given).toBeGreaterThan(0);
  expect(app.stats().totals.labels).toBe(given);
  expect(await restore(readFileSync(app.files.find(file.handle).path))).toMatchObject({ state: 'done' });
  expect(app.stats().totals.labels).toBeLessThanOrEqual(given);
});

test('a damaged database makes no backup, is told by the look at it and by doctor, and is recovered', async () => {
  await client.settings.set({ annotator: 'ann' });
  await app.addAnswer({ post: 'p1', chosen: 4, rejected: 5, annotator: 'ann' });
  await app.close();
  const database = join(home, 'tiebreak.sqlite');
  const db = new Database(database);
  const [leaf] = db.prepare("SELECT pageno FROM dbstat WHERE name = 'comments' AND pagetype = 'leaf'").pluck().all();
  // Its only page: models and settings are whole.
  const bytes = readFileSync(database);
  db.close();
  writeFileSync(database, bytes.fill(0xee, ((leaf as number) - 1) * 4096, (leaf as number) * 4096));
  app = openWithFakeEngine(home);
  client = clientOf(app);
  const { state, error } = await ended(app, (await client.backup.create()).task);
  expect([state, error?.code, error?.message]).toEqual([
    'failed',
    'damaged',
    expect.stringMatching(/could not be restored\. No backup was made/),
  ]);
  expect(readdirSync(join(home, 'transfers'))).toEqual([]);
  const { problems } = await app.doctor();
  expect(problems.join()).toMatch(/comments/);
  await app.close();

  const found = await folderOf(home).recover({});
  expect(found.tables.find(({ table }) => table === 'posts')).toMatchObject({ read: 10, kept: 10 });
  expect(found.tables.find(({ table }) => table === 'comments')).toMatchObject({ broken: true, kept: 0 });
  app = openWithFakeEngine(home);
  client = clientOf(app);
  expect(await client.settings.get()).toMatchObject({ annotator: 'ann' });
  expect((await app.doctor()).problems).toEqual([]);
  await expect(folderOf(home).recover({})).rejects.toMatchObject({ code: 'nothing-to-do' });
  expect(readFileSync(join(found.aside, 'tiebreak.sqlite')).length).toBe(bytes.length);
});

test('rows that can not be read cost their own place alone, also after a restore, which took place', async () => {
  const broken = `
    INSERT INTO settings VALUES ('annotator', '{broken');
    INSERT INTO settings VALUES ('goal', '17');
    INSERT INTO runs (kind, status, config, started_at) VALUES ('reward', 'running', '{broken', '2025-01-01');
    INSERT INTO runs (kind, status, config, started_at, report) VALUES ('reward', 'done', '{"model":"m"}', '2025-01-01', '[]');
    INSERT INTO models (name, kind, folder, created_at, metrics, scale, run_id) VALUES ('m', 'sft', 'models/m', '2025-01-01', 'no', '[', 2);
    UPDATE models SET deleted_at = '2025-01-01';
    INSERT INTO report_pages (name, runs, created_at, changed_at) VALUES ('r', '{', '', '');
    INSERT INTO context_comparisons (created_at, call) VALUES ('', '{');`;
  const content = await zipOf({ 'backup.json': '{"format":1}', 'tiebreak.sqlite': databaseOf(broken) });
  const { state, result } = await restore(content);
  expect(state).toBe('done');
  const { unreadable } = result as TaskResults['restore'];
  expect(unreadable).toHaveLength(7);
  expect(unreadable[0]).toBe('settings annotator: what stands under value can not be read');
  expect(await client.settings.get()).toMatchObject({ annotator: 'me', goal: 17 });
  const { runs } = await client.train.runs();
  expect(runs.map(({ status, config }) => [status, config])).toEqual([
    ['done', { model: 'm' }],
    ['interrupted', {}],
  ]);
  expect(runs[1]!.error).toMatch(/can not be read: its entry in the database is damaged/);
  expect(runs[0]!.report).toBeNull();
  expect((await client.models.list()).models).toMatchObject([{ name: 'm', metrics: {} }]);
  expect(app.comparisons()).toHaveLength(1);
  expect((await client.reports.list()).reports).toMatchObject([{ name: 'r', runs: [] }]);
  expect(await client.answers.summary()).toMatchObject({ total: 0 });
  await app.close();
  const { problems } = await folderOf(home).recover({});
  expect(problems).toHaveLength(7);
  app = openWithFakeEngine(home);
  client = clientOf(app);
  expect((await app.doctor()).problems).toEqual([]);
  expect(app.runs().map(({ status }) => status)).toEqual(['done', 'interrupted']);
});

test('a cancelled backup leaves nothing', async () => {
  const { task } = await client.backup.create();
  await client.tasks.cancel({ task });
  expect(await ended(app, task)).toMatchObject({ state: 'cancelled' });
  expect(readdirSync(join(home, 'transfers'))).toEqual([]);
});

test('nothing is restored while other work goes on', async () => {
  const backup = await give(app, 'backup.zip', await backUp());
  const { handle } = await give(app, 'many.jsonl', rows(10, 3000));
  const { task } = await client.data.import({ files: [handle] });
  await expect(client.backup.restore({ file: backup.handle })).rejects.toMatchObject({
    code: 'busy',
    message: expect.stringContaining('Importing many.jsonl'),
  });
  await resultOf(app, 'import', task);
  // Begun while the restoring is, it has the last word.
  const restoring = (await client.backup.restore({ file: backup.handle })).task;
  const training = app.tasks.start('train', 'Training', async ({ signal }) => {
    await once(signal, 'abort');
    throw new TiebreakError('cancelled', 'It was cancelled.');
  });
  expect(await ended(app, restoring)).toMatchObject({ state: 'failed', error: { code: 'busy' } });
  expect(app.stats().totals.posts).toBe(3010);
  await client.tasks.cancel({ task: training });
  await ended(app, training);
});

describe('what is no backup changes nothing', () => {
  const manifest = JSON.stringify({ format: 1 });
  const whole = async () => ({ 'backup.json': manifest, 'tiebreak.sqlite': databaseOf('') });
  const cases: readonly (readonly [what: string, make: () => Promise<Buffer>, says: RegExp])[] = [
    ['not an archive', async () => Buffer.from('hello '.repeat(100)), /can not be read as an archive/],
    ['cut off', async () => (await zipOf(await whole())).subarray(0, -500), /can not be read as an archive/],
    ['without a database', () => zipOf({ 'backup.json': manifest }), /it has no tiebreak\.sqlite/],
    ['without a manifest', () => zipOf({ 'tiebreak.sqlite': databaseOf('') }), /it has no backup\.json/],
    [
      'another file',
      async () => zipOf({ ...(await whole()), 'runs/1/state.bin': '' }),
      /it holds "runs\/1\/state\.bin"/,
    ],
    [
      'a model that its database does not know',
      async () => zipOf({ ...(await whole()), 'models/stranger/config.json': '' }),
      /its database knows nothing/,
    ],
    ['a deeper path', async () => zipOf({ ...(await whole()), 'models/a/b/config.json': '' }), /it holds/],
    [
      'another database',
      () => zipOf({ 'backup.json': manifest, 'tiebreak.sqlite': foreign() }),
      /damaged, or is none of Tiebreak/,
    ],
    ['no database', () => zipOf({ 'backup.json': manifest, 'tiebreak.sqlite': 'x'.repeat(5000) }), /damaged/],
    [
      'a database with bad pages',
      () => zipOf({ 'backup.json': manifest, 'tiebreak.sqlite': torn(databaseOf('')) }),
      /damaged, or/,
    ],
    ['from a newer version', () => changed('PRAGMA user_version = 99'), /written by a newer Tiebreak/],
    [
      'with a trigger',
      () => changed('CREATE TRIGGER t AFTER INSERT ON posts BEGIN DELETE FROM models; END'),
      /other tables/,
    ],
    ['with a view', () => changed('CREATE VIEW v AS SELECT 1'), /other tables/],
    ['loose ends', () => changed('PRAGMA foreign_keys = OFF; UPDATE comments SET post_id = 99'), /damaged/],
    ['without its model', () => changed(model('models/gone')), /manifest\.json of the model m is missing/],
    ['a model elsewhere', () => changed(model('../../elsewhere')), /lies elsewhere/],
    [
      'climbing out',
      async () =>
        renamed(await zipOf({ ...(await whole()), 'models/abc/config.json': '' }), 'models/abc/', '../../../x/'),
      /can not be read|it holds/,
    ],
    [
      'more than the disk has',
      async () => claiming(await zipOf(await whole()), 0xff_ff_ff_f0),
      /larger than there is room for/,
    ],
    ['more than it says', async () => claiming(await zipOf(await whole()), 1000), /archive|larger than it says/],
  ];
  const foreign = (): Buffer => {
    const db = new Database(':memory:');
    db.exec('CREATE TABLE invoices (id INTEGER)');
    return db.serialize();
  };
  const torn = (database: Buffer): Buffer => database.fill(0xee, 4096, database.length - 4096);
  const changed = (sql: string) => zipOf({ 'backup.json': manifest, 'tiebreak.sqlite': databaseOf(sql) });
  const model = (folder: string) =>
    `INSERT INTO models (name, kind, folder, created_at, metrics) VALUES ('m', 'reward', '${folder}', '2025-01-01', '{}')`;
  /** Another name of the same length for an entry. */
  const renamed = (zip: Buffer, from: string, to: string): Buffer => {
    expect(to).toHaveLength(from.length);
    return Buffer.from(zip.toString('latin1').replaceAll(from, to), 'latin1');
  };
  /** Says another size of the database in the archive's directory. */
  const claiming = (zip: Buffer, bytes: number): Buffer => {
    const copy = Buffer.from(zip);
    const name = copy.lastIndexOf('tiebreak.sqlite');
    const entry = copy.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]), name);
    copy.writeUInt32LE(bytes, entry + 24);
    return copy;
  };

  test.each(cases)('%s', async (_, make, says) => {
    const content = await make();
    const { state, error } = await restore(content, 'mine.zip');
    expect(state).toBe('failed');
    expect(error?.message).toMatch(says);
    expect(error?.message).toMatch(/mine\.zip/);
    expect(error?.message).toMatch(/[Nn]othing was changed/);
    expect(error?.message).not.toContain(home);
    expect(app.stats().totals).toMatchObject({ posts: 10, models: 0 });
    expect(readdirSync(home).toSorted()).toEqual(expect.not.arrayContaining(['restoring']));
    expect(readdirSync(home).filter((name) => name.startsWith('before-restore'))).toEqual([]);
    expect(existsSync(join(scratch.folder, 'x'))).toBe(false);
  });
});

test('a restoring that can not move the files leaves all as it was', async () => {
  await trainModel();
  const backup = await backUp();
  await app.import({ files: [scratch.write('b.jsonl', rows(10, 7))] });
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2025-06-07T08:09:10.111Z') });
  writeFileSync(join(home, 'before-restore-2025-06-07-08-09-10-111'), 'in the way');
  const { state, error } = await restore(backup);
  expect(state).toBe('failed');
  expect(error?.message).toMatch(/Everything is as it was before/);
  expect(app.stats().totals).toMatchObject({ posts: 17, models: 1 });
  expect(readdirSync(home)).not.toContain('restoring.json');
});
