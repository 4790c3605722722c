import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useStage, violationsOf } from '../support/page.ts';
import { rows } from '../support/run-cli.ts';
import { withNothing } from '../support/steps.ts';
import { temporaryFolder } from '../support/temporary.ts';

const stage = useStage(withNothing);

test('a folder that the start names is watched: the page shows what came and what did not, and ends it; all is accessible', async () => {
  const folder = join(temporaryFolder(), 'nightly');
  mkdirSync(folder);
  writeFileSync(join(folder, 'monday.jsonl'), rows(0, 3));
  writeFileSync(join(folder, 'bad.jsonl'), '{"nothing": 1}');
  const app = await stage.start('--watch', folder);
  const page = await stage.open(app, '/data');
  const came = page.getByRole('list', { name: 'What came of the watched folder' });
  await came.getByText('monday.jsonl').waitFor();
  await came.getByText('3 posts and 9 comments arrived.').waitFor();
  await came.getByText('bad.jsonl').waitFor();
  await page.getByText(folder).waitFor();
  writeFileSync(join(folder, 'tuesday.jsonl'), rows(10, 1));
  await came.getByText('1 post and 3 comments arrived.').waitFor();
  await page.getByRole('button', { name: 'Stop watching' }).click();
  await page.getByText('npm start -- --watch FOLDER').waitFor();
  await page.getByText('From an address').click();
  await page.getByRole('textbox', { name: 'Address' }).fill('https://news.ycombinator.com/item?id=1');
  await page.getByRole('button', { name: 'Show what will be asked' }).click();
  await page.getByText('https://hn.algolia.com/api/v1/items/1').waitFor();
  expect(await violationsOf(page)).toEqual([]);
  const { client } = await stage.ask(app);
  expect(await client.data.watched()).toMatchObject({ folder: null });
});
