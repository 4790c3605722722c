import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import yauzl from 'yauzl';
import yazl from 'yazl';
import { openApp, projects } from '../../../src-main/app.ts';
import { manifestFile, modelFiles } from '../../../src-main/checkpoint/folder-content.ts';
import { migrations } from '../../../src-main/store/migrations.ts';
import { tablesOf } from '../../fixtures/stores/dump.ts';
import { scratchFolder } from '../../support/run-cli.ts';
import { temporaryFolder } from '../../support/temporary.ts';

const kept = scratchFolder();
afterAll(kept.remove);
let scratch: string;
const home = join(kept.folder, 'home');
const watched = '/home/somebody/letters';
/** The project as a file. */
const file = join(kept.folder, 'a.tiebreak-project');

beforeEach(() => {
  scratch = temporaryFolder();
  vi.stubEnv('TIEBREAK_CONFIG', join(scratch, 'config'));
  vi.stubEnv('TIEBREAK_PROJECTS', join(scratch, 'projects'));
  vi.stubEnv('TIEBREAK_HOME', home);
  return () => vi.unstubAllEnvs();
});

/** A project with rows in every table, and the files of its models. */
beforeAll(async () => {
  mkdirSync(home);
  const db = new Database(join(home, 'tiebreak.sqlite'));
  const newest = `version-${String(migrations.length).padStart(2, '0')}.sql`;
  db.exec(readFileSync(join(import.meta.dirname, '../../fixtures/stores', newest), 'utf8'));
  db.exec(`INSERT INTO settings VALUES ('watchedFolder', '${JSON.stringify(watched)}')`);
  // Of what is in the trash an open application counts the days, whenever it comes to it.
  db.exec('UPDATE models SET deleted_at = NULL');
  const folders = db.prepare('SELECT folder FROM models WHERE deleted_at IS NULL').pluck().all() as string[];
  db.close();
  for (const folder of folders) {
    mkdirSync(join(home, folder), { recursive: true });
    for (const name of [manifestFile, ...modelFiles])
      writeFileSync(join(home, folder, name), `{"of":"${folder}/${name}"}`);
  }
  // With a list of its own: elsewhere another test may have opened a folder that is called the same.
  vi.stubEnv('TIEBREAK_CONFIG', join(kept.folder, 'config'));
  await exportTo(file);
  vi.unstubAllEnvs();
  rmSync(join(kept.folder, 'config'), { recursive: true, force: true });
});

const withApp = async <T>(folder: string, work: (app: ReturnType<typeof openApp>) => Promise<T>): Promise<T> => {
  const app = openApp({ home: folder });
  try {
    return await work(app);
  } finally {
    await app.close();
  }
};
const exportTo = (to: string, replace = false) => withApp(home, (app) => app.exportProject({ file: to, replace }));
const into = (place: string | null, name?: string) => ({ place, home, ...(name === undefined ? {} : { name }) });

function tables(folder: string): Record<string, unknown[]> {
  const db = new Database(join(folder, 'tiebreak.sqlite'), { readonly: true });
  try {
    return Object.fromEntries(tablesOf(db).map((table) => [table, db.prepare(`SELECT * FROM "${table}"`).all()]));
  } finally {
    db.close();
  }
}

function filesOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    names
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length), readFileSync(path, 'utf8')]),
  );
}

/** The same file with other words about itself. */
async function withManifest(change: (manifest: Record<string, unknown>) => unknown): Promise<string> {
  const zip = new yazl.ZipFile();
  const source = await yauzl.openPromise(file, { autoClose: false });
  for await (const entry of source.eachEntry()) {
    const parts: Buffer[] = [];
    for await (const part of await source.openReadStreamPromise(entry)) parts.push(part as Buffer);
    const content = Buffer.concat(parts);
    const isManifest = entry.fileName === 'backup.json';
    zip.addBuffer(
      isManifest ? Buffer.from(JSON.stringify(change(JSON.parse(content.toString())))) : content,
      entry.fileName,
    );
  }
  source.close();
  zip.end();
  const parts: Buffer[] = [];
  for await (const part of zip.outputStream) parts.push(part as Buffer);
  const changed = join(scratch, 'changed.tiebreak-project');
  writeFileSync(changed, Buffer.concat(parts));
  return changed;
}

test('a project file brings every table and every file of a model to another place', async () => {
  const before = tables(home);
  // Rows stand in `erasing` only within a transaction.
  expect(Object.keys(before).filter((table) => before[table]!.length === 0)).toEqual(['erasing']);
  const place = join(scratch, 'other', 'place');
  const made = await projects.import(file, into(place), {});
  expect(made).toMatchObject({ place, name: 'home', posts: 3, models: 6, unreadable: [], notWatched: watched });
  // Nothing else is in it, and nothing is left beside it or beside the file.
  expect(readdirSync(place).sort()).toEqual(['models', 'tiebreak.sqlite']);
  expect(readdirSync(join(scratch, 'other'))).toEqual(['place']);
  expect(readdirSync(scratch).sort()).toEqual(['config', 'other']);
  expect(readdirSync(kept.folder).sort()).toEqual(['a.tiebreak-project', 'home']);
  // But one word: a file from elsewhere does not say which folder of this machine is watched.
  const setting = { name: 'watchedFolder', value: JSON.stringify(watched) };
  const settings = before.settings!.map((row) =>
    (row as typeof setting).name === setting.name ? { ...setting, value: 'null' } : row,
  );
  expect(before.settings).toContainEqual(setting);
  expect(tables(place)).toEqual({ ...before, settings });
  expect(tables(home)).toEqual(before);
  expect(filesOf(join(place, 'models'))).toEqual(filesOf(join(home, 'models')));
  await withApp(place, async (app) => expect(app.models()).toHaveLength(6));
  expect(
    projects
      .list()
      .projects.map(({ name }) => name)
      .sort(),
  ).toEqual(['My community', 'home']);
});

test('a file that is there is replaced only where that is said, and a folder with something in it never', async () => {
  await expect(exportTo(file)).rejects.toThrow('is there already. Nothing was written');
  await expect(exportTo(join(home, 'a.zip'), true)).rejects.toThrow('lies in the data folder');
  const copy = join(scratch, 'copy');
  writeFileSync(copy, 'older');
  await exportTo(copy, true);
  expect(readFileSync(copy).length).toBeGreaterThan(1000);
  const taken = join(scratch, 'taken');
  mkdirSync(taken);
  writeFileSync(join(taken, 'mine.txt'), 'mine');
  await expect(projects.import(file, into(taken), {})).rejects.toThrow('something is in it. Nothing was changed');
  expect(readdirSync(taken)).toEqual(['mine.txt']);
  await expect(projects.import(file, into(join(home, 'within')), {})).rejects.toThrow('lies in the data folder');
  const empty = join(scratch, 'empty');
  mkdirSync(empty);
  // What a file says of itself is a name, and no place.
  const named = await withManifest((manifest) => ({ ...manifest, project: '../../../etc' }));
  expect(await projects.import(named, into(empty), {})).toMatchObject({ name: '../../../etc', place: empty });
  await expect(projects.import(file, into(null, '../../../ETC'), {})).rejects.toThrow('is called');
  expect(existsSync(join(scratch, 'projects'))).toBe(false);
});

test('a file of a newer form is refused, as is one that is none or is not whole', async () => {
  const newer = await withManifest((manifest) => ({ ...manifest, format: 2 }));
  await expect(projects.import(newer, into(null, 'n'), {})).rejects.toMatchObject({
    code: 'newer-database',
    message:
      'changed.tiebreak-project was not imported, and no project was made: a newer Tiebreak made it (form 2, and this one knows 1): install the newer Tiebreak to open it.',
  });
  const silent = await withManifest(() => ({}));
  await expect(projects.import(silent, into(null, 'n'), {})).rejects.toThrow(
    'does not say which form it has. No project was made.',
  );
  const cut = join(scratch, 'cut.tiebreak-project');
  writeFileSync(cut, readFileSync(file).subarray(0, -100));
  await expect(projects.import(cut, into(null, 'n'), {})).rejects.toThrow(
    'is no project file of Tiebreak, or it is damaged',
  );
  expect(() => projects.import(join(scratch, 'nothing'), into(null), {})).toThrow("can't be read (ENOENT)");
  expect(readdirSync(join(scratch, 'projects'))).toEqual([]);
});

test('a cancelled import leaves nothing', async () => {
  const signal = AbortSignal.abort();
  await expect(projects.import(file, into(null, 'n'), { signal })).rejects.toMatchObject({ code: 'cancelled' });
  expect(readdirSync(join(scratch, 'projects'))).toEqual([]);
  expect(existsSync(join(scratch, 'projects', 'n'))).toBe(false);
});
