import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { patience, useStage } from '../support/page.ts';
import {
  captions,
  chooseFile,
  endless,
  goTo,
  importChosen,
  tiny,
  until,
  untilStep,
  view,
  withModel,
} from '../support/steps.ts';

/** Trainings begin with the settings of the model that is there: those of a tiny GPT. */
const stage = useStage(withModel);
const title = 'With and without the post';

test('one button trains with and without the post; the figures stay, and are saved as a file', {
  timeout: 3 * patience,
}, async () => {
  const app = await stage.start();
  const { client } = await stage.ask(app);
  const page = await stage.open(app, '/train');
  await page.getByRole('button', { name: title, exact: true }).click();
  await page.getByRole('button', { name: 'Train both' }).click();
  await view(page, title).waitFor();
  const { report } = (await client.contextComparisons.list()).comparisons[0]!;
  await page.getByText(report!.says).waitFor();
  const table = page.getByRole('region', { name: 'Table of figures' });
  const heads = ['With the post (reward-3)', 'Without (reward-2)', 'The longer comment wins', 'Random', 'Difference'];
  expect(await table.getByRole('rowheader').allTextContents()).toEqual(heads);

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as CSV' }).click();
  const csv = await readFile(await (await download).path(), 'utf8');
  expect(csv).toContain(`difference,groupedNdcg5,${report!.difference.groupedNdcg5.value},`);

  await page.reload();
  await page.getByText(report!.says).waitFor();
  await page.getByRole('link', { name: 'reward-2 without the post' }).click();
  await view(page, 'reward-2 without the post').waitFor();
  await page.getByRole('link', { name: 'reward-3 with the post' }).waitFor();
  await page.getByRole('link', { name: 'with and without the post', exact: true }).click();
  await view(page, title).waitFor();

  // The next training sees the post again, though one half of the comparison did not.
  await page.getByRole('link', { name: 'All runs' }).click();
  await page
    .getByRole('region', { name: 'What the post is worth' })
    .getByRole('link', { name: /^GPT, / })
    .waitFor();
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  expect(await page.getByRole('radio', { name: /^The whole post/ }).isChecked()).toBe(true);
});

test('a comparison that is cancelled keeps what it has, and offers to go on', { timeout: 3 * patience }, async () => {
  const app = await stage.start();
  const { client } = await stage.ask(app);
  // The page trains as the last run did.
  const { task } = await client.train.start({ config: { ...tiny, ...endless } });
  await untilStep(client, 2);
  await client.tasks.cancel({ task });
  await until(async () => (await client.train.runs()).runs[0]!.status).toBe('cancelled');
  const page = await stage.open(app, '/train');
  const button = page.getByRole('button', { name: title, exact: true });
  await button.click();
  await page.getByRole('button', { name: 'Train both' }).click();
  const live = page.getByRole('region', { name: title });
  await live.getByText('without the post (1 of 2)').waitFor();
  await until(async () => (await client.train.runs()).runs[0]!.step > 3).toBe(true);
  await live.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('not done').waitFor();
  const { comparisons } = await client.contextComparisons.list();
  expect(comparisons).toMatchObject([{ report: null, with: null, without: { run: 3, done: false } }]);
  await until(() => button.isEnabled()).toBe(true);
  await page.getByRole('link', { name: /^GPT, / }).click();
  await page.getByText('This comparison was broken off').waitFor();
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByRole('progressbar', { name: title }).first().waitFor();
  await page.getByRole('region', { name: title }).getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('This comparison was broken off').waitFor();
});

test('a file of contexts is joined onto the posts, reported and undone', { timeout: 2 * patience }, async () => {
  const app = await stage.start();
  const { client } = await stage.ask(app);
  const page = await stage.open(app, '/data');
  const [first] = captions();
  const rows = [first!.id, 'nobody'].map((id) => JSON.stringify({ id, text: 'What the cartoon is about <b>&</b>' }));
  await chooseFile(page, 'articles.jsonl', rows.join('\n'));
  await importChosen(page);
  await page.getByRole('heading', { name: '1 context arrived' }).waitFor();
  await page.getByText('1 context has an id or a text that no post has.').waitFor();
  await page
    .getByRole('region', { name: 'What was left out' })
    .getByText(/^1 (row|context)/)
    .first()
    .waitFor();
  const { posts } = await client.posts.list({ search: first!.text.split(' ').slice(-3).join(' '), limit: 10 });
  const contexts = async (): Promise<readonly (string | null)[]> =>
    Promise.all(posts.map(async ({ id }) => (await client.posts.get({ post: id })).post.context));
  expect(await contexts()).toContain('What the cartoon is about <b>&</b>');

  await page.getByRole('cell', { name: 'Done, 1 context' }).waitFor();
  await page.getByRole('button', { name: 'Undo import of articles.jsonl' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Undo import' }).click();
  await page.getByText('1 context taken away.').waitFor();
  expect(await contexts()).not.toContain('What the cartoon is about <b>&</b>');
  await goTo(page, 'Train');
});
