import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { useStage, violationsOf } from '../support/page.ts';
import { until, withCaptions } from '../support/steps.ts';

const stage = useStage(withCaptions);

/** Drops files on the page, as from a folder of the desktop. */
async function drop(
  page: Page,
  files: readonly { readonly name: string; readonly bytes: readonly number[] }[],
): Promise<void> {
  const dataTransfer = await page.evaluateHandle((given) => {
    const transfer = new DataTransfer();
    for (const { name, bytes } of given) transfer.items.add(new File([new Uint8Array(bytes)], name));
    return transfer;
  }, files);
  for (const type of ['dragenter', 'dragover', 'drop']) await page.dispatchEvent('.view.data', type, { dataTransfer });
}
const named = (name: string, text: string, encoding: 'latin1' | 'utf8' = 'utf8') => ({
  name,
  bytes: [...Buffer.from(text, encoding)],
});

test('dropped files are looked at, read as a person says, and imported with Enter', async () => {
  const app = await stage.start();
  const { client } = await stage.ask(app);
  const before = (await client.posts.list({})).total;
  const page = await stage.open(app, '/data');
  await page.getByRole('button', { name: 'Choose files' }).waitFor();
  const post = {
    text: 'Which way to the lake?',
    comments: [3, 2, 1].map((score) => ({ text: `Way ${score}`, score })),
  };
  await drop(page, [
    named(
      'forum.csv',
      'Body;Reply;Karma\nWhere to sit?;im Café;7\nWhere to sit?;draußen;2\nWhere to sit?;[deleted];1\n',
      'latin1',
    ),
    named('own.csv', 'Kysymys,Vastaus\nWhat to cook?,Soup\nWhat to cook?,Bread\n'),
    named('few.jsonl', JSON.stringify(post)),
  ]);
  const preview = page.getByRole('region', { name: 'Preview', exact: true });
  await preview.getByRole('heading', { name: '3 files before they come in' }).waitFor();
  const files = preview.getByRole('navigation', { name: 'Chosen files' });
  const show = (name: string): Promise<void> => files.getByRole('button', { name }).click();
  const posts = preview.getByRole('region', { name: 'First posts' });

  // Columns under other names, and letters with accents, are found.
  await posts.getByText('im Café').waitFor();
  await preview.getByText('CSV (semicolon)').first().waitFor();
  await preview.getByRole('region', { name: 'What will be left out' }).locator('summary').first().click();
  await preview.getByText('Line 4:').waitFor();
  // Those that nobody knows are said.
  await show('own.csv');
  await preview.getByRole('alert').waitFor();
  await preview.getByRole('combobox', { name: 'Kysymys' }).selectOption('text');
  await preview.getByRole('combobox', { name: 'Vastaus' }).selectOption('comment');
  await posts.getByText('Soup').waitFor();
  // What the score means is asked.
  await show('few.jsonl');
  const button = preview.getByRole('button', { name: 'Import 3 files' });
  await until(() => button.getAttribute('aria-disabled')).toBe('true');
  await preview.getByRole('button', { name: /^Votes/ }).click();
  await until(() => button.getAttribute('aria-disabled')).toBe('false');
  expect((await client.posts.list({})).total).toBe(before);

  expect(await violationsOf(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await violationsOf(page, 'looks')).toEqual([]);
  // In a narrow window nothing is pushed out of the page.
  await page.setViewportSize({ width: 400, height: 800 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  expect(await page.evaluate(() => document.querySelector('main')!.scrollWidth <= innerWidth)).toBe(true);
  await page.setViewportSize({ width: 1280, height: 800 });

  await button.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: '3 posts and 7 comments arrived' }).waitFor();
  await page.getByRole('region', { name: 'What was left out' }).getByText(/^1 /).first().waitFor();
  await page.getByRole('rowheader', { name: 'Comments' }).waitFor();
  expect((await client.posts.list({})).total).toBe(before + 3);

  // A file that looks the same is read the same.
  await drop(page, [named('next.csv', 'Kysymys,Vastaus\nWhere to go?,Home\nWhere to go?,Out\n')]);
  await posts.getByText('Home').waitFor();
  await preview.getByText('as an earlier file that looked the same').waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: '1 post and 2 comments arrived' }).waitFor();
});
