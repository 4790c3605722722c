import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openApp } from '../../../src-main/app.ts';
import { closeStore, openStore } from '../../../src-main/store/open.ts';
import { addCurvePoint, addRun, addSamples, endRun, setRunStep } from '../../../src-main/store/runs.ts';
import { openHouse } from '../../support/house-with-posts.ts';
import { resultOf } from '../../support/served.ts';
import { temporaryFolder } from '../../support/temporary.ts';

/** A house with two runs that ended. */
function withRuns() {
  const house = openHouse();
  for (const learningRate of [0.001, 0.002]) {
    const run = addRun(house.store, {
      kind: 'reward',
      config: { learningRate, model: `reward-${learningRate}` },
      base: null,
    });
    addCurvePoint(house.store, run.id, { step: 1, loss: 0.7, learningRate, gradientNorm: 1, metrics: { acc: 0.5 } });
    addSamples(house.store, run.id, 1, [
      { post: 'p', chosen: '<b>c</b>', rejected: 'r', chosenReward: 1, rejectedReward: 0 },
    ]);
    endRun(house.store, run.id, { status: 'cancelled' });
  }
  return house;
}

test('a report is made, written, exported as one file, deleted and taken back', async () => {
  // A clock that moves when it is told to: what is made and changed within one millisecond has no order of its own.
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const { api, app } = withRuns();
  const made = await api.reports.add({ runs: [2, 1, 2] });
  expect(made).toMatchObject({ name: 'Report 1', text: '', runs: [2, 1], metrics: null, deletedAt: null });
  expect((await api.reports.add({})).name).toBe('Report 2');

  vi.setSystemTime(Date.now() + 1000);
  const changed = await api.reports.change({ report: made.id, text: 'So *this* it is', name: 'Rates: a/b' });
  expect(changed).toMatchObject({ text: 'So *this* it is', name: 'Rates: a/b', runs: [2, 1] });
  // What was changed last comes first.
  expect((await api.reports.list()).reports.map(({ name }) => name)).toEqual(['Rates: a/b', 'Report 2']);
  await expect(api.reports.change({ report: made.id, runs: [1, 9] })).rejects.toMatchObject({
    message: 'There is no run 9.',
  });
  await expect(api.reports.change({ report: 9, name: 'x' })).rejects.toMatchObject({ code: 'not-found' });
  expect((await api.reports.change({ report: made.id, metrics: ['acc'] })).metrics).toEqual(['acc']);
  expect((await api.reports.change({ report: made.id, metrics: null, runs: [1] })).metrics).toBeNull();

  const { file } = await resultOf(app, 'report-export', (await api.reports.export({ report: made.id })).task);
  expect(file.name).toBe('Rates_ a-b.html');
  const page = readFileSync(app.files.find(file.handle).path, 'utf8');
  expect(page).toContain('So <em>this</em> it is');
  expect(page).toContain('reward-0.001');
  expect(page).not.toContain('reward-0.002');
  expect(page).toContain('&lt;b&gt;c&lt;/b&gt;');

  await api.reports.delete({ report: made.id });
  expect((await api.reports.list()).reports.find(({ id }) => id === made.id)?.deletedAt).not.toBeNull();
  await api.reports.restore({ report: made.id });
  expect((await api.reports.list()).reports.find(({ id }) => id === made.id)?.deletedAt).toBeNull();
});

test('a report without runs says what it lacks', async () => {
  const { api, app } = openHouse();
  const { id } = await api.reports.add({});
  const failing = resultOf(app, 'report-export', (await api.reports.export({ report: id })).task);
  await expect(failing).rejects.toThrow(/has no runs yet/);
});

test('the sample pairs of a run are given with the step they were looked at', async () => {
  const { api } = withRuns();
  expect((await api.train.samples({ run: 1 })).tables).toMatchObject([{ step: 1, samples: [{ chosenReward: 1 }] }]);
  expect((await api.train.samples({ run: 9 })).tables).toEqual([]);
});

test('a long curve from before they were thinned is thinned after opening, and what leaves the app says so', async () => {
  const home = temporaryFolder();
  const store = openStore(join(home, 'tiebreak.sqlite'));
  const run = addRun(store, { kind: 'reward', config: { model: 'reward-1' }, base: null, steps: 5_000 });
  setRunStep(store, run.id, 5_000, 5_000);
  endRun(store, run.id, { status: 'cancelled' });
  const insert = store.db.prepare('INSERT INTO run_points (run_id, step, point) VALUES (?, ?, ?)');
  store.db.transaction(() => {
    for (let step = 1; step <= 5_000; step++) {
      insert.run(run.id, step, JSON.stringify({ step, loss: 1 / step, learningRate: 1, gradientNorm: 1 }));
    }
  })();
  closeStore(store);

  const app = openApp({ home, alone: true });
  onTestFinished(() => app.close());
  await vi.waitFor(() => expect(app.curve(run.id).length).toBeLessThan(1_100));
  expect(
    app
      .curve(run.id)
      .slice(-400)
      .map(({ step }) => step),
  ).toEqual(Array.from({ length: 400 }, (_, i) => 4_601 + i));

  const folder = temporaryFolder();
  for (const [name, told] of [
    ['runs.jsonl', /"thinned":"This run is long.*\n(?:.*\n)*?.*"standsFor":8/],
    ['runs.csv', /,run,thinned,,"?This run is long/],
  ] as const) {
    await app.exportRuns({ out: join(folder, name) });
    expect(readFileSync(join(folder, name), 'utf8')).toMatch(told);
  }
  await app.report({ out: join(folder, 'report.html'), runs: [run.id] });
  expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('This run is long');
});
