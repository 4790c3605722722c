import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { patience, useStage } from '../support/page.ts';
import { type Client, type Connection, done } from '../support/started-door.ts';
import { goTo, isFocused, openFirstPost, press, rankedComments, until, view } from '../support/steps.ts';

/** Posts of each split: so few that it is soon over, and so many that there is a choice and the second part takes some steps. */
const counts = { train: 10, validation: 7, test: 2 } as const;

async function withSomeCaptions({ client, send }: Connection): Promise<void> {
  for (const split of ['train', 'validation', 'test'] as const) {
    const file = new URL(`../../resources/sample/captions-${split}.jsonl`, import.meta.url);
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, counts[split]);
    const { handle } = await send(`${split}.jsonl`, lines.join('\n'));
    await done(client, await client.data.import({ files: [handle], split }));
  }
  await client.settings.set({ annotator: 'Ada', welcomed: true, device: 'cpu' });
}

const stage = useStage({ name: 'some-captions', fill: withSomeCaptions });

/** How a run stands. */
async function stateOf(client: Client, name: string) {
  const run = (await client.train.runs()).runs.find((one) => one.name === name);
  return run && { status: run.status, paused: run.paused, step: run.step };
}

/** The parts of a training for the best as its page lists them: how each was trained, its run, how it stands. */
async function partsOn(page: Page): Promise<readonly (readonly string[])[]> {
  const rows = page.getByRole('table', { name: 'Parts of this training' }).getByRole('row');
  const cells = await rows.evaluateAll((all) =>
    all.map((row) => [...row.querySelectorAll('th, td')].map((cell) => cell.textContent?.trim() ?? '')),
  );
  return cells.slice(1).map((row) => row.slice(0, 3));
}

test('a training for the best is paused while its second part trains, goes on by keyboard, and ends with a ranking', {
  timeout: 8 * patience,
}, async () => {
  const app = await stage.start();
  const { client } = await stage.ask(app);
  const page = await stage.open(app, '/train');
  await view(page, 'Train').waitFor();
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await view(page, 'best-1').waitFor();

  // The second part: what the first one came to ranks by then. Its own page says what it is a part of, and that a pause ends all of it.
  await page.getByRole('link', { name: 'alone-1' }).click();
  await view(page, 'alone-1').waitFor();
  await until(async () => (await stateOf(client, 'alone-1'))?.step).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Pause best-1' }).click();
  await page.getByText(/^Paused at step \d+, with all of best-1\./).waitFor();
  await page
    .getByText('A text reader for the comment alone: part 2 of 5 of the training for the best best-1.')
    .waitFor();
  await page.getByRole('region', { name: 'How it learned' }).waitFor();
  await page.getByRole('button', { name: 'Go on with best-1' }).waitFor();
  expect(await stateOf(client, 'alone-1')).toMatchObject({ status: 'interrupted', paused: true });
  await page.getByRole('link', { name: 'best-1', exact: true }).click();
  await view(page, 'best-1').waitFor();
  await page.getByText(/^Paused in part 2 of 5 \(comment alone\)\. It goes on from there/).waitFor();
  expect(await partsOn(page)).toEqual([
    ['Quick', 'quick-1', 'Done'],
    ['Comment alone', 'alone-1', 'Paused'],
  ]);
  expect(await stateOf(client, 'best-1')).toMatchObject({ status: 'interrupted', paused: true, step: 1 });

  await press(page, page.getByRole('button', { name: 'Go on', exact: true }));
  await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
  // The button that was pressed is gone, and the focus is not lost with it.
  await until(() => isFocused(view(page, 'best-1'))).toBe(true);
  const chosen = page.getByRole('region', { name: 'What was chosen' });
  await chosen.waitFor({ timeout: 5 * patience });
  for (const name of ['quick-1', 'alone-1', 'deep-1', 'together-1']) {
    await chosen.getByRole('link', { name, exact: true }).waitFor();
  }
  await page.getByRole('heading', { name: 'How good it is' }).waitFor({ timeout: 2 * patience });
  await until(() => page.getByRole('region', { name: 'Running' }).count()).toBe(0);

  await goTo(page, 'Rankings');
  await openFirstPost(page);
  await until(() => rankedComments(page).count()).toBe(5);
  for (const comment of await rankedComments(page).allTextContents()) expect(comment).toMatch(/Reward\s+[−-]?\d/);
});
