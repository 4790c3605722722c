import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test, vi } from 'vitest';
import { addCurvePoint, addRun, addSamples, endRun } from '../../../src-main/store/runs.ts';
import { openHouse } from '../../support/house-with-posts.ts';
import { resultOf } from '../../support/served.ts';

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
