import { expect, test } from 'vitest';
import { patience, useStage, violationsOf } from '../support/page.ts';
import { until, view, withCaptions } from '../support/steps.ts';

const stage = useStage(withCaptions);

// The app gets it from here: no machine is too small for the data of a test.
process.env.TIEBREAK_MEMORY = '500000000';

test('the window says beforehand what a training takes, refuses what does not fit, and offers what does', {
  timeout: 4 * patience,
}, async () => {
  const app = await stage.start();
  const { client } = await stage.ask(app);
  await client.settings.set({ welcomed: true, device: 'cpu' });
  const page = await stage.open(app, '/train');
  await view(page, 'Train').waitFor();

  // A training for the best, from the page itself.
  const forecast = page.getByRole('region', { name: 'What it takes' }).first();
  await forecast.getByRole('button', { name: 'Look ahead' }).click();
  await forecast.getByText('Until a quick model ranks').waitFor();
  await forecast.getByText(/^about .+ \(.+ to .+\)$/).waitFor();
  await forecast.getByText('5 min in all at most').waitFor();
  expect(await violationsOf(page)).toEqual([]);

  // All texts at once, in the drawer.
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  const drawer = page.getByRole('dialog', { name: 'Settings of the training' });
  await drawer.getByRole('radio', { name: /^GPT/ }).check();
  const field = (name: string) => drawer.getByRole('spinbutton', { name, exact: true });
  for (const [name, value] of [
    ['Tokens per batch', '1000000'],
    ['Layers', '4'],
    ['Epochs', '1'],
  ] as const) {
    await field(name).fill(value);
    await field(name).blur();
  }
  const inDrawer = drawer.getByRole('region', { name: 'What it takes' });
  await inDrawer.getByRole('button', { name: /^Look ahead/ }).click();
  await until(() => inDrawer.textContent()).toMatch(/Does not fit: .+ [GM]B, with 500 MB to spare/);
  expect(await violationsOf(page)).toEqual([]);

  // It is refused, and leaves no run.
  await drawer.getByRole('button', { name: 'Train', exact: true }).click();
  const refusal = page.getByRole('alert').filter({ hasText: 'it does not fit. Nothing was begun.' });
  await refusal.first().waitFor();
  await page.getByRole('button', { name: 'Train anyway' }).waitFor();
  expect((await client.train.runs()).runs).toEqual([]);

  // One click, and the settings are others.
  const use = forecast.getByRole('button', { name: /^Use this/ }).first();
  const says = (await use.textContent())!;
  await use.click();
  await forecast.getByText('Something was changed since.').waitFor();
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  if (says.includes('tokens at once')) {
    const tokens = /run ([\d,]+) tokens/i.exec(says)![1]!.replaceAll(',', '');
    await until(() => field('Tokens per batch').inputValue()).toBe(tokens);
  } else await until(() => field('Recompute').inputValue()).toBe('1');
});
