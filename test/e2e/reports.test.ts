import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { patience, useStage } from '../support/page.ts';
import { done } from '../support/started-door.ts';
import { endless, tiny, until, untilStep, view, withCaptions } from '../support/steps.ts';

/** Two short trainings that look at validation often, so that there are curves and samples. */
const stage = useStage({
  name: 'runs',
  on: withCaptions,
  fill: async ({ client }) => {
    for (const seed of [1, 2]) {
      const config = { ...tiny, epochs: 4, evaluateEvery: 2, seed };
      await done(client, await client.train.start({ config }));
    }
    await done(client, await client.train.start({ method: 'quick' }));
  },
});

test('two runs are laid over each other, become a report, and leave as one file that anybody can read', {
  timeout: 4 * patience,
}, async () => {
  const app = await stage.start();
  const { client } = await stage.ask(app);
  const page = await stage.open(app, '/train');

  // Found among the runs, and compared.
  await page.getByRole('searchbox', { name: 'Settings and figures' }).fill('method=gpt seed<=2');
  await page.getByText('2 of 3 runs').waitFor();
  for (const name of ['reward-1', 'reward-2']) await page.getByRole('checkbox', { name: `Compare ${name}` }).check();
  await page.getByRole('link', { name: 'Compare 2 runs' }).click();
  await view(page, 'Compare 2 runs').waitFor();
  const metrics = page.getByRole('searchbox', { name: 'Metrics whose name holds' });
  await metrics.fill('ndcg k=5 grouped');
  await until(() => page.getByRole('slider', { name: /^Read / }).count()).toBe(2);
  await page.getByRole('slider', { name: 'Read grouped/sk_ndcg/k=5 at' }).press('Home');
  await page.getByText('Numbers of grouped/sk_ndcg/k=5').click();
  await page
    .getByRole('region', { name: 'Numbers of grouped/sk_ndcg/k=5' })
    .getByRole('columnheader', { name: 'reward-2' })
    .waitFor();
  // Only what differs.
  const settings = page.getByRole('region', { name: 'Table of settings' });
  expect(await settings.getByRole('rowheader').allTextContents()).toEqual(['Seed']);

  // A report with a text, kept as it is written.
  await page.getByRole('button', { name: 'Make a report' }).click();
  await view(page, 'Report 1').waitFor();
  const text = '# Seeds\n\nThe seed makes **no** difference <b>here</b>.';
  await page.getByRole('textbox').fill(text);
  await page.getByText('Saved', { exact: true }).waitFor();
  expect((await client.reports.list()).reports).toMatchObject([{ name: 'Report 1', text, runs: [2, 1] }]);
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('heading', { name: 'Seeds', exact: true }).waitFor();
  await page.getByRole('heading', { name: 'Sample pairs of reward-2' }).waitFor();

  // The step is chosen, and the rewards are those of then.
  const samples = page.getByRole('region', { name: 'Sample pairs of reward-2', exact: true });
  const sliderOfSamples = samples.getByRole('slider');
  const last = await samples.textContent();
  await sliderOfSamples.press('Home');
  await until(() => samples.textContent()).not.toBe(last);
  expect(await samples.getByRole('row').count()).toBe(17);

  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export as HTML' }).click();
  const file = await downloading;
  expect(file.suggestedFilename()).toBe('Report 1.html');

  // Opened from the disk, without scripts: nothing is asked for, nothing is refused, all of it is there.
  const path = `${stage.home()}/report.html`;
  await file.saveAs(path);
  const reader = await stage.context().browser()!.newContext({ javaScriptEnabled: false });
  const asked: string[] = [];
  reader.on('request', (request) => asked.push(request.url()));
  reader.on('console', (message) => asked.push(message.text()));
  const opened = await reader.newPage();
  await opened.goto(pathToFileURL(path).href);
  await opened.getByRole('heading', { level: 1, name: 'Report 1' }).waitFor();
  await opened.getByText('The seed makes no difference <b>here</b>.').waitFor();
  expect(await opened.locator('figure > svg').count()).toBeGreaterThan(20);
  expect(await opened.getByRole('heading', { name: /^reward-[12], at step/ }).count()).toBe(2);
  expect(asked).toEqual([pathToFileURL(path).href]);
  await reader.close();
  expect(readFileSync(path, 'utf8')).toContain('the longer comment wins');

  // Deleted, and taken back.
  await page.getByRole('button', { name: 'More for Report 1' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await view(page, 'Reports').waitFor();
  await page.getByRole('heading', { name: 'No reports yet' }).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('link', { name: 'Report 1' }).click();
  await page.getByRole('heading', { name: 'Seeds', exact: true }).waitFor();
});

test('the statistics are saved as one page, which shows the same plots without scripts', {
  timeout: 2 * patience,
}, async () => {
  const app = await stage.start();
  const page = await stage.open(app, '/data/statistics');
  await page.getByRole('heading', { name: 'What comes again' }).waitFor();
  const shown = await page.locator('figure > .box > svg').count();
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as a page' }).click();
  const file = await downloading;
  expect(file.suggestedFilename()).toBe('statistics.html');
  const path = `${stage.home()}/statistics.html`;
  await file.saveAs(path);
  await page.getByText('Saved as statistics.html.').waitFor();

  const reader = await stage.context().browser()!.newContext({ javaScriptEnabled: false });
  const refused: string[] = [];
  reader.on('console', (message) => refused.push(message.text()));
  const opened = await reader.newPage();
  await opened.goto(pathToFileURL(path).href);
  await opened.getByRole('heading', { level: 1, name: 'Statistics of the data' }).waitFor();
  expect(shown).toBeGreaterThan(5);
  expect(await opened.locator('figure > svg').count()).toBe(shown);
  expect(refused).toEqual([]);
  await reader.close();
});

test('the sample pairs of a training that goes on follow it', { timeout: 2 * patience }, async () => {
  const app = await stage.start();
  const { client } = await stage.ask(app);
  const { task } = await client.train.start({ config: { ...tiny, ...endless, evaluateEvery: 2 } });
  const { id } = await untilStep(client, 2);
  const page = await stage.open(app, `/train/${id}`);
  const samples = page.getByRole('region', { name: 'Sample pairs', exact: true });
  const step = async (): Promise<number> =>
    Number(/At step ([\d,]+)/.exec((await samples.textContent()) ?? '')?.[1]?.replaceAll(',', ''));
  await samples.waitFor();
  const first = await step();
  await until(step).toBeGreaterThan(first);
  // What somebody looks at stays.
  await samples.getByRole('slider').press('Home');
  const { tables } = await client.train.samples({ run: id });
  await until(step).toBe(tables[0]!.step);
  const more = tables.length + 2;
  await until(async () => (await client.train.samples({ run: id })).tables.length).toBeGreaterThan(more);
  expect(await step()).toBe(tables[0]!.step);
  await client.tasks.cancel({ task });
});
