import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { WritingStore } from '../../../src-main/store/open.ts';
import { addCurvePoint, addRun, addSamples, endRun } from '../../../src-main/store/runs.ts';
import type { OpenHouse } from '../../support/house-with-posts.ts';
import {
  find,
  gone,
  hasFocus,
  heldByAnother,
  openPage,
  says,
  screen,
  until,
  waitFor,
  within,
  withoutTable,
} from '../../support/mounted.ts';
import { hostile } from '../../support/run-records.ts';

/** Two runs that ended, with curves and sample pairs. */
function withRuns({ store }: { readonly store: WritingStore }): void {
  for (const seed of [1, 2]) {
    const config = { seed, model: `reward-${seed}`, method: 'gpt' };
    const { id } = addRun(store, { kind: 'reward', config, base: null });
    for (let step = 1; step <= 5; step++) {
      const metrics = { acc: 0.5 + step / 100, 'grouped/k=5': 0.7 };
      addCurvePoint(store, id, { step, loss: 1 / step, learningRate: 0.001, gradientNorm: 1, metrics });
    }
    for (const step of [1, 5]) {
      addSamples(store, id, step, [
        { post: hostile, chosen: 'chosen one', rejected: 'rejected one', chosenReward: step, rejectedReward: 2 },
        { post: 'second', chosen: 'c', rejected: 'r', chosenReward: 1, rejectedReward: 0 },
      ]);
    }
    endRun(store, id, { status: 'cancelled' });
  }
}
const withReport = async (house: OpenHouse): Promise<void> => {
  withRuns(house);
  await house.api.reports.add({ runs: [1, 2] });
};

test('without reports it says what one is, and begins an empty one, whose runs are asked for', async () => {
  const { press, path, api } = await openPage('/reports', { before: withRuns });
  await find('heading', 'No reports yet');
  await press('New report');
  await waitFor(() => expect(path()).toBe('/reports/1'));
  await says('Choose the runs it is about');
  expect(await find('button', 'Export as HTML')).toHaveProperty('disabled', true);
  const runs = async () => (await api.reports.list()).reports[0]?.runs;
  await press(/^reward-1/, undefined, 'checkbox');
  await says('About 1 run');
  await press(/^reward-2/, undefined, 'checkbox');
  await says('About 2 runs');
  expect(await runs()).toEqual([1, 2]);
  await press(/^reward-1/, undefined, 'checkbox');
  await until(async () => expect(await runs()).toEqual([2]));
});

test('reports are listed, those changed last first, and the navigation stays at Train', async () => {
  const { api } = await openPage('/reports', { before: withReport });
  // What is made and changed within one millisecond has no order of its own.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1000 });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  await api.reports.add({});
  vi.setSystemTime(Date.now() + 1000);
  await api.reports.change({ report: 1, name: 'The older' });
  const table = await find('table', '');
  await waitFor(() =>
    expect(
      within(table)
        .getAllByRole('rowheader')
        .map(({ textContent }) => textContent?.trim()),
    ).toEqual(['The older', 'Report 2']),
  );
  expect(table.textContent).toMatch(/2 runs.*0 runs/s);
  expect(screen.getByRole('link', { current: 'page' }).textContent).toBe('Train');
});

test('a text is kept as it is written, and shown as Markdown, never as HTML', async () => {
  const { user, press, api } = await openPage('/reports/1', { before: withReport });
  const field = await screen.findByRole('textbox');
  expect(screen.getByRole('button', { name: 'Done' })).toHaveProperty('disabled', true);
  await user.click(field);
  await user.paste(`# Seeds\n\nThe seed makes **no** difference <b>here</b>. ${hostile}`);
  await says('Saved');
  expect((await api.reports.list()).reports[0]?.text).toContain('# Seeds');
  await press('Done');
  await find('heading', 'Seeds');
  expect(screen.getByText('no').tagName).toBe('STRONG');
  await says('difference <b>here</b>.');
  expect(document.querySelector('main img, main script, main a[href^="javascript"]')).toBeNull();
  await press('Edit text');
  await hasFocus(await screen.findByRole('textbox'));
});

test('a text that could not be kept says so, and is kept with the next word', async () => {
  const page = await openPage('/reports/1', { before: withReport });
  const field = await screen.findByRole('textbox');
  const letGo = await heldByAnother(page);
  await page.user.click(field);
  await page.user.paste('First');
  await says('Not saved');
  letGo();
  await page.user.type(field, ' and second');
  await until(async () => expect((await page.api.reports.list()).reports[0]?.text).toBe('First and second'));
  await says('Saved');
});

test('a text that was written elsewhere appears, but not over one that is being written', async () => {
  const { user, api } = await openPage('/reports/1', { before: withReport });
  const field = await screen.findByRole('textbox');
  await api.reports.change({ report: 1, text: 'From another tab' });
  await waitFor(() => expect(field).toHaveProperty('value', 'From another tab'));
  await user.type(field, ', and mine');
  await api.reports.change({ report: 1, text: 'Again from there' });
  await until(async () => expect((await api.reports.list()).reports[0]?.text).toBe('From another tab, and mine'));
  expect(field).toHaveProperty('value', 'From another tab, and mine');
});

test('leaving the page keeps what was just written', async () => {
  const { user, api, go } = await openPage('/reports/1', { before: withReport });
  await user.type(await screen.findByRole('textbox'), 'The last word');
  await go('/models');
  await until(async () => expect((await api.reports.list()).reports[0]?.text).toBe('The last word'));
});

test('which curves are drawn is chosen and kept', async () => {
  const { press, api } = await openPage('/reports/1', { before: withReport });
  await says('All curves are drawn');
  const kept = async () => (await api.reports.list()).reports[0]?.metrics;
  await press('None');
  await until(async () => expect(await kept()).toEqual([]));
  await says(/0 of \d+ curves are drawn/);
  await press('Error on what it learns from', undefined, 'checkbox');
  await until(async () => expect(await kept()).toEqual(['loss']));
  await press('All');
  await until(async () => expect(await kept()).toBeNull());
  await says('All curves are drawn');
});

test('the sample pairs stand as they were at the step one chooses', async () => {
  await openPage('/reports/1', { before: withReport });
  const samples = await find('region', 'Sample pairs of reward-2');
  await says('At step 5 the chosen comment has the higher reward in 2 of 2 pairs of the validation split.', samples);
  const slider = within(samples).getByRole('slider') as HTMLInputElement;
  slider.value = '0';
  slider.dispatchEvent(new Event('input', { bubbles: true }));
  await says('At step 1 the chosen comment has the higher reward in 1 of 2 pairs of the validation split.', samples);
  expect(within(samples).getAllByRole('row')[1]?.textContent).toContain('wrong');
  expect(slider.getAttribute('aria-valuetext')).toBe('step 1');
  expect(samples.querySelector('img, script')).toBeNull();
});

test('a report leaves as one file', async () => {
  const { press, saved } = await openPage('/reports/1', { before: withReport });
  await press('Export as HTML');
  await says('Exported to Report 1.html.');
  expect(readFileSync(saved[0]!.path, 'utf8')).toContain('<h1>Report 1</h1>');
});

test('a report that was not saved can be saved from its message', async () => {
  let saves = false;
  const { press, saved } = await openPage('/reports/1', { before: withReport, saves: () => saves });
  await press('Export as HTML');
  await says('Report 1.html is ready, but not saved.');
  saves = true;
  await press('Save');
  await waitFor(() => expect(saved).toHaveLength(1));
});

test('a name is changed with Enter, left as it was with Escape, and one that is refused says why', async () => {
  const page = await openPage('/reports/1', { before: withReport });
  const { user, choose, api } = page;
  await choose('More for Report 1', 'Rename');
  const field = await find('textbox', 'Name of the report');
  expect(field).toHaveProperty('value', 'Report 1');
  await user.clear(field);
  await user.type(field, 'Seeds{Escape}');
  const title = await find('heading', 'Report 1');
  await hasFocus(title);
  await choose('More for Report 1', 'Rename');
  const again = await find('textbox', 'Name of the report');
  const letGo = await heldByAnother(page);
  await user.clear(again);
  await user.type(again, 'Seeds{Enter}');
  await says('is at work on this data folder');
  await hasFocus(again);
  expect(again.getAttribute('aria-invalid')).toBe('true');
  letGo();
  await user.keyboard('{Enter}');
  await hasFocus(await find('heading', 'Seeds'));
  expect((await api.reports.list()).reports[0]?.name).toBe('Seeds');
});

test('a report is deleted, taken back at once, or restored later', async () => {
  const { choose, press, path, api } = await openPage('/reports/1', { before: withReport });
  await find('heading', 'Report 1');
  await choose('More for Report 1', 'Delete');
  await waitFor(() => expect(path()).toBe('/reports'));
  await find('heading', 'No reports yet');
  await press('Undo');
  await find('link', 'Report 1');
  await choose('More for Report 1', 'Delete');
  await says('Recently deleted (1)');
  await hasFocus(await find('heading', 'Reports'));
  await press('Restore Report 1');
  await says('Report 1 is back.');
  await find('link', 'Report 1');
  expect((await api.reports.list()).reports[0]?.deletedAt).toBeNull();
});

test('a deleted report can be looked at, and restored there', async () => {
  const { press, api } = await openPage('/reports/1', {
    before: async (house) => {
      await withReport(house);
      await house.api.reports.delete({ report: 1 });
    },
  });
  await says('This report is deleted and goes for good after 30 days of use.');
  await press('Restore');
  await waitFor(() => expect(screen.queryByText(/This report is deleted/)).toBeNull());
  expect((await api.reports.list()).reports[0]?.deletedAt).toBeNull();
});

test('a report that is not there says so, with the way back', async () => {
  const { press, path } = await openPage('/reports/9', { before: withReport });
  await says('This report is not there any more.');
  await press('All reports', undefined, 'link');
  await waitFor(() => expect(path()).toBe('/reports'));
});

test('reports that can not be read are told, and asked for again', async () => {
  let repair = (): unknown => undefined;
  const { press } = await openPage('/reports', {
    before: async (house) => {
      await withReport(house);
      repair = withoutTable(house, 'report_pages');
    },
  });
  expect((await screen.findByRole('alert')).textContent).toContain('Something went wrong inside Tiebreak');
  repair();
  await press('Try again');
  await find('link', 'Report 1');
  await gone('button', 'Try again');
});
