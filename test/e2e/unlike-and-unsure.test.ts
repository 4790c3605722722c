import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { patience, useStage, violationsOf } from '../support/page.ts';
import { chooseFile, importChosen, press, tabTo, view, withModel } from '../support/steps.ts';

const stage = useStage(withModel);
const pictures = process.env.PICTURES;

/** What axe finds, in light and dark. */
async function examine(page: Page, state: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    if (pictures) await page.screenshot({ path: join(pictures, `${state}-${colorScheme}.png`) });
    const violations = await violationsOf(page, colorScheme === 'dark' ? 'looks' : 'all');
    found.push(...violations.map((violation) => `${state}, ${colorScheme}: ${violation}`));
  }
  return found;
}

test('arguments beside a model of captions are said to be unlike, and its posts are sorted by where an answer helps', {
  timeout: 4 * patience,
}, async () => {
  const app = await stage.start();
  const page = await stage.open(app, '/data');
  await view(page, 'Data').waitFor();
  const file = readFileSync(new URL('../../resources/sample/ukp-test.jsonl', import.meta.url));
  await chooseFile(page, 'threads.jsonl', file);
  await importChosen(page);
  const unlike = page.getByRole('region', { name: 'Unlike what the model learned from' });
  await unlike.getByText('The comments of threads.jsonl are longer than what').waitFor();
  await unlike.getByText('compare some of their pairs, and train again').waitFor();
  const found = [...(await examine(page, 'data'))];

  const { client } = await stage.ask(app);
  const { models } = await client.models.list();
  const model = models.find(({ inUse }) => inUse)!;
  await page.goto(`${new URL(app.address).origin}/#/models/${model.id}`);
  await view(page, model.name).waitFor();
  await unlike.getByText('The comments of threads.jsonl are longer than what').waitFor();
  found.push(...(await examine(page, 'model')));

  await page.goto(`${new URL(app.address).origin}/#/rankings`);
  await view(page, 'Rankings').waitFor();
  const list = page.getByRole('region', { name: 'Posts' });
  const order = list.getByRole('combobox', { name: 'Order of posts' });
  await order.waitFor();
  await tabTo(page, order);
  await page.keyboard.press('ArrowDown');
  await list.getByText('First the posts with the two comments').waitFor();
  // The model scored all there was after its training; the new posts wait.
  await list.getByText('25 posts are not in this list yet').waitFor();
  await press(page, list.getByRole('button', { name: 'Score and weigh them' }));
  await list
    .getByText(/order [\d.]+% sure/)
    .first()
    .waitFor();
  await list.getByText('275 posts').waitFor();
  await list.getByRole('button', { name: 'Cancel' }).waitFor({ state: 'detached' });
  found.push(...(await examine(page, 'rankings')));

  // The last one that came.
  const { posts } = await client.posts.list({ before: 1_000_000, limit: 1 });
  await page.goto(`${new URL(app.address).origin}/#/rankings/${posts[0]!.id}`);
  await page.getByText(`These comments are unlike what ${model.name} learned from`).click();
  await unlike.getByText('The comments of threads.jsonl are longer than what').waitFor();
  found.push(...(await examine(page, 'ranking')));
  expect(found).toEqual([]);
});
