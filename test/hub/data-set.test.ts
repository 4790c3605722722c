import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type App, openApp } from '../../src-main/app.ts';
import type { DataSetPlan } from '../../src-main/contract/fetching.ts';
import { placeOf } from '../../src-main/hub/data-set-files.ts';
import { commits, type DataSetServer, preferenceRows, startDataSet } from '../support/data-set-server.ts';
import { scratchFolder, startCli } from '../support/run-cli.ts';
import { clientOf, resultOf } from '../support/served.ts';

const name = 'someone/answers';
const scratch = scratchFolder();
const converted = new Map([
  ['default/train/0000.parquet', preferenceRows(0, 1000)],
  ['default/train/0001.parquet', preferenceRows(1000, 300)],
  ['default/test/0000.parquet', preferenceRows(5000, 20)],
  ['.gitattributes', Buffer.from('no data')],
]);
let hub: DataSetServer;
let app: App;

beforeAll(async () => {
  hub = await startDataSet(name, { main: new Map([['README.md', Buffer.from('# A data set')]]), converted });
  app = openApp({ home: join(scratch.folder, 'home'), hub: hub.address });
});
afterEach(() => {
  for (const key of Object.keys(hub.faults)) delete hub.faults[key as keyof typeof hub.faults];
  hub.asked.length = 0;
});
afterAll(async () => {
  await app.close();
  await hub.close();
  scratch.remove();
});

const left = (): readonly string[] => {
  const folder = join(app.home, 'downloads');
  return existsSync(folder) ? readdirSync(folder) : [];
};
const opened = async (files: Parameters<typeof startDataSet>[1], work: (app: App, hub: DataSetServer) => unknown) => {
  const other = await startDataSet(name, files);
  const there = openApp({ home: join(scratch.folder, `other-${Math.random()}`), hub: other.address });
  try {
    await work(there, other);
  } finally {
    await there.close();
    await other.close();
  }
};

describe('a data set on the hub', () => {
  test('is shown with its files, their size and its commit before anything of it is fetched', async () => {
    const plan = await app.planFetch({ address: `hf:${name}` });
    const files = ['default/train/0000.parquet', 'default/train/0001.parquet'];
    expect(plan).toMatchObject({ kind: 'data-set', dataSet: name, config: 'default', split: 'train', rows: null });
    expect(plan).toMatchObject({ revision: commits.converted, partial: false, userAgent: 'tiebreak' });
    expect((plan as DataSetPlan).files.map((file) => file.name)).toEqual(files);
    expect(plan).toMatchObject({ bytes: files.reduce((sum, file) => sum + converted.get(file)!.length, 0) });
    expect(hub.asked).toEqual([`/api/datasets/${name}/revision/refs/convert/parquet`]);
    // By the address of its page as well.
    expect(await app.planFetch({ address: `${hub.address}/datasets/${name}/viewer/default/train` })).toEqual(plan);
    expect(await app.planFetch({ address: `hf:${name}`, from: 'test' })).toMatchObject({ split: 'test' });
  });

  test('with --rows only the parts of files are fetched that hold these rows', async () => {
    const before = hub.sent();
    const plan = await app.planFetch({ address: `hf:${name}`, rows: 150 });
    expect(plan).toMatchObject({ rows: 150, files: [{ name: 'default/train/0000.parquet' }] });
    const whole = converted.get('default/train/0000.parquet')!.length;
    const { bytes } = plan as DataSetPlan;
    // Two parts of ten.
    expect(bytes).toBeGreaterThan(whole / 10);
    expect(bytes).toBeLessThan(whole / 4);
    const planned = hub.sent();
    const summary = await app.fetch({ address: `hf:${name}`, rows: 150, split: 'test' });
    expect(summary).toMatchObject({ posts: 150, comments: 300, labels: 150, skippedCount: 0 });
    // The end of the file is asked for once in the plan and twice by the fetching, which plans anew.
    const ends = planned - before;
    expect(hub.sent() - planned).toBeLessThanOrEqual(bytes + 2 * ends);
    expect(left()).toEqual([]);
    expect(app.stats().splits.test.posts).toBe(150);
  });

  test('rows go on in the next file, and more than there are is all there are', async () => {
    await opened({ main: new Map(), converted }, async (there, other) => {
      const summary = await there.fetch({ address: `hf:${name}`, rows: 1100 });
      expect(summary).toMatchObject({ posts: 1100 });
      expect(other.asked.some((line) => line.includes('0001.parquet'))).toBe(true);
      expect(await there.planFetch({ address: `hf:${name}`, rows: 1e6 })).toMatchObject({ rows: 1300 });
    });
  });

  test('whole files come through connections that break off, and a try that ended among them is gone on with', async () => {
    await opened({ main: new Map(), converted }, async (there, other) => {
      other.faults.breaks = 2;
      expect(await there.fetch({ address: `hf:${name}`, from: 'test' })).toMatchObject({ posts: 20, labels: 20 });
      const stop = new AbortController();
      const onProgress = ({ name: file }: { name?: string }): void => {
        if (file?.endsWith('0001.parquet')) stop.abort();
      };
      const cancelled = there.fetch({ address: `hf:${name}` }, { signal: stop.signal, onProgress });
      await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
      other.asked.length = 0;
      expect(await there.fetch({ address: `hf:${name}` })).toMatchObject({ posts: 1300 });
      expect(other.asked.filter((line) => line.includes('0000.parquet'))).toEqual([]);
      expect(readdirSync(join(there.home, 'downloads'))).toEqual([]);
    });
  });

  test('as a task of the app, under the name of its address', async () => {
    await opened({ main: new Map(), converted }, async (there) => {
      const client = clientOf(there);
      const plan = await client.data.planFetch({ address: `hf:${name}`, rows: 3 });
      const fetching = await client.data.fetch({ address: plan.address, rows: 3, revision: commits.converted });
      const { files, notFetched } = await resultOf(there, 'fetch', fetching.task);
      expect(notFetched).toEqual([]);
      expect((await client.data.imports()).imports).toEqual([]);
      const { task } = await client.data.import({ files: files.map(({ handle }) => handle) });
      expect(await resultOf(there, 'import', task)).toMatchObject({ posts: 3, imports: [1] });
      expect((await client.data.imports()).imports).toMatchObject([{ file: `hf:${name} (train)`, posts: 3 }]);
    });
  });

  test("where the hub has converted nothing, the data set's own Parquet files are read", async () => {
    const main = new Map([
      ['data/train-00000-of-00001-0a1b.parquet', preferenceRows(0, 30)],
      ['README.md', Buffer.from('#')],
    ]);
    await opened({ main, converted: null }, async (there, other) => {
      expect(await there.fetch({ address: `hf:${name}`, rows: 10 })).toMatchObject({ posts: 10 });
      expect(other.asked.slice(0, 2)).toEqual([
        `/api/datasets/${name}/revision/refs/convert/parquet`,
        `/api/datasets/${name}/revision/main`,
      ]);
    });
  });

  test('a part that has to be named is asked for with those there are', async () => {
    const two = new Map([
      ['legal/train/0000.parquet', preferenceRows(0, 10)],
      ['cooking/partial-train/0000.parquet', preferenceRows(0, 10)],
      ['cooking/validation/0000.parquet', preferenceRows(0, 10)],
    ]);
    await opened({ main: new Map(), converted: two }, async (there) => {
      await expect(there.planFetch({ address: `hf:${name}` })).rejects.toThrow(
        /has several parts: cooking, legal\. Nothing was fetched: say which one, as in hf:someone\/answers\/cooking/,
      );
      await expect(there.planFetch({ address: `hf:${name}/sports` })).rejects.toThrow(/has no part sports: cooking/);
      expect(await there.planFetch({ address: `hf:${name}/cooking` })).toMatchObject({ partial: true, split: 'train' });
      await expect(there.planFetch({ address: `hf:${name}/legal`, from: 'dev' })).rejects.toThrow(
        /has no split dev, but train\. .*--from/,
      );
    });
  });

  test.each([
    ['default/train/0000.parquet', { config: 'default', split: 'train', partial: false }],
    ['en/partial-train/0012.parquet', { config: 'en', split: 'train', partial: true }],
    ['data/train_prefs-00000-of-00002.parquet', { config: 'default', split: 'train_prefs', partial: false }],
    ['sub/test-00000-of-00001-9f8e7d6c.parquet', { config: 'sub', split: 'test', partial: false }],
    ['plain_text/imdb-train.parquet', { config: 'plain_text', split: 'train', partial: false }],
    ['validation.parquet', { config: 'default', split: 'validation', partial: false }],
    ['data/0000.parquet', { config: 'default', split: 'train', partial: false }],
    ['README.md', null],
  ])('%s is placed', (path, place) => {
    expect(placeOf(path)).toEqual(place);
  });
});

describe('what goes wrong', () => {
  test.each([
    ['no such data set', {}, 'hf:someone/else', /has no data set someone\/else\. Nothing was changed/],
    ['a data set behind terms', { status: 403 }, `hf:${name}`, /agreed to its terms there.*import its files/],
    ['a hub in trouble', { status: 503 }, `hf:${name}`, /answered with an error \(503\)/],
    ['a name with a way in it', {}, 'hf:../../etc', /is no name of a data set: it looks like/],
    [
      'another part than was asked for',
      { shortRanges: true },
      `hf:${name}`,
      /sent another part of .* than was asked for/,
    ],
  ])('%s is said in a sentence, and changes nothing', async (_, faults, address, sentence) => {
    Object.assign(hub.faults, faults);
    const before = app.stats().totals;
    await expect(app.fetch({ address, rows: 5 })).rejects.toThrow(sentence);
    expect(app.stats().totals).toEqual(before);
    expect(left()).toEqual([]);
  });

  test('a hub that gives no parts of files shows the whole data set instead', async () => {
    hub.faults.noRanges = true;
    expect(await app.planFetch({ address: `hf:${name}`, rows: 5 })).toEqual(
      await app.planFetch({ address: `hf:${name}` }),
    );
  });

  test('a whole file is held against its checksum before anything reads it', async () => {
    hub.faults.spoil = true;
    await expect(app.fetch({ address: `hf:${name}`, from: 'test' })).rejects.toThrow(
      /its checksum differs.*nothing was changed/,
    );
  });
});

test('in the terminal it is shown first, and only --yes fetches it where nobody can be asked', async () => {
  const home = join(scratch.folder, 'terminal');
  const run = (...args: string[]) =>
    startCli(home, ['import', `hf:${name}`, '--rows', '20', ...args], undefined, { HF_ENDPOINT: hub.address }).finished;
  const shown = await run('--json');
  expect(shown.code).toBe(1);
  expect(shown.json()).toMatchObject({ error: { message: expect.stringMatching(/Nothing was fetched.*--yes/) } });
  expect(shown.err).toMatch(
    /someone\/answers on 127\.0\.0\.1:\d+, split train: the first 20 rows, \d+.*revision bbbbbbbbbbbb/,
  );
  expect(shown.err).toMatch(/no cookies, no sign-in, nothing of what you have here.*User-Agent: tiebreak/);
  const done = await run('--yes', '--json');
  expect(done.code, done.err).toBe(0);
  expect(done.json()).toMatchObject({ posts: 20, labels: 20 });
});
