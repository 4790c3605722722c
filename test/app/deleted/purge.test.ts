import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { seeDay } from '../../../src-main/app/deleted/days.ts';
import { purge } from '../../../src-main/app/deleted/purge.ts';
import { createChanges } from '../../../src-main/app/kernel/changes.ts';
import { placeOfEncoder } from '../../../src-main/app/kernel/encoders.ts';
import { createFiles } from '../../../src-main/app/kernel/files.ts';
import { contextOf, type House, notLookedAt, notWatching } from '../../../src-main/app/kernel/house.ts';
import { createTasks } from '../../../src-main/app/kernel/tasks.ts';
import { startEngine } from '../../../src-main/engine-host/engine-host.ts';
import { noLog } from '../../../src-main/log/log.ts';
import { setDeleted } from '../../../src-main/store/deleted.ts';
import { countEmbeddings, keepEmbeddings } from '../../../src-main/store/embeddings.ts';
import { addModel, findModel } from '../../../src-main/store/models.ts';
import { closeStore, integrityCheck, openStore, type WritingStore } from '../../../src-main/store/open.ts';
import { listReportPages } from '../../../src-main/store/report-pages.ts';
import { listRunLines } from '../../../src-main/store/runs.ts';
import { heldByOther } from '../../support/held-by-other.ts';
import { rows, scratchFolder } from '../../support/run-cli.ts';
import { clientOf, ended, openWithFakeEngine } from '../../support/served.ts';

const day = 24 * 3600 * 1000;
let scratch: ReturnType<typeof scratchFolder>;
let house: House;

/** Two models with rewards, of which the first is deleted; three runs, of which the second and third are deleted. */
beforeEach(async () => {
  scratch = scratchFolder();
  const home = join(scratch.folder, 'home');
  const app = openWithFakeEngine(home);
  const client = clientOf(app);
  await app.import({ files: [scratch.write('rows.jsonl', rows(0, 1500))], split: 'train' });
  await app.train({ kind: 'reward', config: { epochs: 1 }, compare: false });
  await app.rank({});
  await app.train({ kind: 'reward', config: { epochs: 1 }, context: 'none', compare: false });
  const { task } = await client.train.start({ config: { epochs: 1000 } });
  await expect.poll(() => app.tasks.find(task).run, { timeout: 10_000 }).toBe(3);
  app.tasks.cancel(task);
  await ended(app, task);
  await client.models.delete({ model: 'reward-1' });
  await client.train.delete({ run: 2 });
  await client.train.delete({ run: 3 });
  for (const _ of ['kept', 'deleted']) await client.reports.add({ runs: [1] });
  await client.reports.delete({ report: 2 });
  await app.close();
  house = {
    home,
    store: openStore(join(home, 'tiebreak.sqlite')),
    engine: startEngine({ entry: 'none' }),
    scorer: startEngine({ entry: 'none' }),
    startEngine: () => startEngine({ entry: 'none' }),
    tasks: createTasks(noLog(home)),
    log: noLog(home),
    changes: createChanges(),
    files: createFiles(home),
    hub: 'http://127.0.0.1:9',
    threads: null,
    health: notLookedAt(),
    watching: notWatching(),
    startedAt: new Date().toISOString(),
  };
});
afterEach(() => {
  closeStore(house.store);
  scratch.remove();
});

/** The app is open on so many days, and on the last one what is due goes. */
async function after(days: number, signal = new AbortController().signal): Promise<void> {
  for (let at = 0; at <= days; at++) seeDay(house.store as WritingStore, new Date(Date.now() + at * day));
  await purge(house, signal, Date.now() + days * day);
}
const models = (): string[] => readdirSync(join(house.home, 'models')).toSorted();
const reports = (): number[] =>
  listReportPages(house.store)
    .map(({ id }) => id)
    .sort((a, b) => b - a);
const runs = (): number[] => listRunLines(house.store).map(({ id }) => id);

test('what was deleted stays for 30 days, and then goes with all that belongs to it', async () => {
  await after(29);
  expect(models()).toEqual(['reward-1', 'reward-2']);
  expect(runs()).toEqual([3, 2, 1]);
  expect(reports()).toEqual([2, 1]);
  expect(existsSync(join(house.home, 'runs', '3'))).toBe(true);

  await after(33);
  expect(models()).toEqual(['reward-2']);
  expect(runs()).toEqual([1]);
  expect(reports()).toEqual([1]);
  expect(existsSync(join(house.home, 'runs', '3'))).toBe(false);
  expect(integrityCheck(house.store)).toEqual([]);
  // The model of a run that is gone is shown what it learned on.
  expect(contextOf(house, findModel(house.store, 'reward-2'))).toBe('none');
  expect(listRunLines(house.store)).toMatchObject([{ modelId: null, modelName: null }]);
});

test('the vectors of an encoder go with it, and those of others stay', async () => {
  const store = house.store as WritingStore;
  const facts = {
    name: 'small',
    kind: 'encoder',
    folder: 'models/small',
    base: null,
    runId: null,
    metrics: {},
  } as const;
  const model = addModel(store, facts);
  mkdirSync(join(house.home, 'models', 'small'));
  writeFileSync(
    join(house.home, 'models', 'small', 'encoder.json'),
    JSON.stringify({ name: 'small', files: { a: 'b' } }),
  );
  const { name } = placeOfEncoder(house, model);
  const texts = Array.from({ length: 4500 }, (_, i) => `text ${i}`);
  for (const encoder of [name, 'another']) keepEmbeddings(store, encoder, texts, new Float32Array(2 * texts.length));
  setDeleted(store, 'model', model.id, true);
  await after(29);
  expect(countEmbeddings(store)).toEqual(
    new Map([
      [name, 4500],
      ['another', 4500],
    ]),
  );
  await after(33);
  expect(countEmbeddings(store)).toEqual(new Map([['another', 4500]]));
  expect(models()).toEqual(['reward-2']);
});

test('what a killed program left behind goes at once', async () => {
  const half = join(house.home, 'models', `import-${'0'.repeat(16)}.partial`);
  const trained = join(house.home, 'models', 'reward-9.partial');
  const [done, cancelled] = [join(house.home, 'runs', '1'), join(house.home, 'runs', '3')];
  for (const folder of [half, trained, done]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(half, 'config.json'), '{}');
  await after(0);
  expect([half, trained, done, cancelled].map((folder) => existsSync(folder))).toEqual([false, false, false, true]);
});

test('nothing is removed once it is told to end, or while another process is at work', async () => {
  await after(33, AbortSignal.abort());
  expect(runs()).toEqual([3, 2, 1]);
  const letGo = heldByOther(house.home, 'training');
  await after(33);
  letGo();
  expect(runs()).toEqual([3, 2, 1]);
  expect(models()).toEqual(['reward-1', 'reward-2']);
});
