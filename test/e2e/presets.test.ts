import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { patience, useStage, violationsOf } from '../support/page.ts';
import { newestRun, until, withModel } from '../support/steps.ts';

const stage = useStage(withModel);

async function openDrawer(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  return page.getByRole('dialog', { name: 'Settings of the training' });
}

const row = (drawer: Locator, name: string): Locator =>
  drawer.getByRole('row').filter({ has: drawer.page().getByRole('rowheader', { name, exact: true }) });
const cells = (of: Locator): Promise<string[]> => of.getByRole('cell').allTextContents();

test('a preset says where it differs before it runs, is kept with the run, and is there again next time', {
  timeout: 3 * patience,
}, async () => {
  const app = await stage.start();
  const { client } = await stage.ask(app);
  const page = await stage.open(app, '/train');
  let drawer = await openDrawer(page);
  // The last run was a GPT from scratch.
  await until(() => drawer.getByRole('radio', { name: /^Original/ }).isDisabled()).toBe(true);
  await drawer.getByRole('combobox', { name: 'Start from' }).selectOption('reward-1');
  await drawer.getByRole('radio', { name: /^Original/ }).check();
  await until(() => cells(row(drawer, 'Pairs per batch'))).toEqual(['8', '0', '8']);
  expect(await cells(row(drawer, 'Learns from'))).toEqual(['Neighbours', 'Both', 'Neighbours']);
  expect(await drawer.getByRole('cell', { name: /its comment says that the first 70% are frozen/ }).count()).toBe(1);
  expect(await drawer.getByRole('radio', { name: /^Neighbours/ }).isChecked()).toBe(true);
  const rate = drawer.getByRole('spinbutton', { name: 'Learning rate', exact: true });
  await until(() => rate.inputValue()).toBe('0.00001');
  await rate.fill('0.0002');
  await rate.press('Tab');
  await until(() => cells(row(drawer, 'Learning rate'))).toEqual(['0.00001', '0.00005', '0.0002 (changed)']);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violationsOf(page)).toEqual([]);
  }
  await drawer.getByRole('button', { name: 'Train', exact: true }).click();
  await until(async () => {
    const { id, status } = await newestRun(client);
    return [id, status];
  }).toEqual([2, 'done']);
  const run = await newestRun(client);
  expect(run.base).toBe('reward-1');
  const kept = { preset: 'original', pairs: 'adjacent', learningRate: 0.0002, pairsPerBatch: 8, keepBest: 0 };
  expect(run.config).toMatchObject(kept);

  const later = await stage.open(app, '/train');
  drawer = await openDrawer(later);
  await until(() => drawer.getByRole('radio', { name: /^Original/ }).isChecked()).toBe(true);
  await until(() => cells(row(drawer, 'Learning rate'))).toEqual(['0.00001', '0.00005', '0.0002 (changed)']);
  await drawer.getByRole('radio', { name: /^Recommended/ }).check();
  await until(() => cells(row(drawer, 'Learning rate'))).toEqual(['0.00001', '0.00005', '0.00005']);
  // Without a model to start from there is no preset.
  await drawer.getByRole('combobox', { name: 'Start from' }).selectOption('');
  await until(() => drawer.getByRole('table').count()).toBe(0);
  const field = drawer.getByRole('spinbutton', { name: 'Learning rate', exact: true });
  await until(() => field.inputValue()).toBe('0.0003');
});
