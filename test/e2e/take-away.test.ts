import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { patience, useStage, violationsOf } from '../support/page.ts';
import { done } from '../support/started-door.ts';
import { until, withCaptions } from '../support/steps.ts';

const stage = useStage(withCaptions);

/** So many that taking them away takes a while. */
const posts = 12_000;
const rows = Array.from({ length: posts }, (_, i) =>
  JSON.stringify({
    id: `large-${i}`,
    text: `Which of these, ${i}?`,
    comments: [{ text: `one ${i}` }, { text: `two ${i}` }],
  }),
).join('\n');

test('an undo that was stopped is seen as such, after a reload as well, and goes on', {
  timeout: 3 * patience,
}, async () => {
  const app = await stage.start();
  const { client, send } = await stage.ask(app);
  const { handle } = await send('large.jsonl', Buffer.from(rows));
  await done(client, await client.data.import({ files: [handle] }));
  const page = await stage.open(app, '/data');
  await page.getByRole('button', { name: 'Undo import of large.jsonl' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Undo import' }).click();
  await page.getByRole('cell', { name: 'Being undone' }).waitFor();
  const running = page.getByRole('region', { name: 'Running' });
  await running.getByRole('button', { name: 'Cancel Undoing the import of large.jsonl' }).click();
  await page.getByText('Undoing the import was stopped.').waitFor();
  await page.getByRole('cell', { name: 'Undo broken off' }).waitFor();
  const { total } = await client.posts.list({ search: 'which of these', limit: 1 });
  expect(total).toBeGreaterThan(0);
  expect(total).toBeLessThan(posts);
  expect(await violationsOf(page)).toEqual([]);

  await page.reload();
  await page.getByRole('cell', { name: 'Undo broken off' }).waitFor();
  expect(await page.getByRole('button', { name: 'Undo import of large.jsonl' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Go on with undoing the import of large.jsonl' }).click();
  await page.getByText('12,000 posts and 24,000 comments taken away.').waitFor();
  await page.getByRole('cell', { name: /^Undone / }).waitFor();
  expect((await client.posts.list({ search: 'which of these', limit: 1 })).total).toBe(0);
});

test('what a restore put aside is named, and removed on request once that is offered', {
  timeout: 2 * patience,
}, async () => {
  const fill = (name: string): string => {
    const folder = join(stage.home(), name);
    mkdirSync(join(folder, 'models'), { recursive: true });
    writeFileSync(join(folder, 'tiebreak.sqlite'), 'x'.repeat(4_200_000));
    return folder;
  };
  const old = 'before-restore-2020-01-02-03-04-05-678';
  const folder = fill(old);
  const recent = fill(`before-restore-${new Date().toISOString().replace(/\D+/g, '-').replace(/-$/, '')}`);
  const app = await stage.start();
  const page = await stage.open(app, '/settings');
  const section = page.getByRole('region', { name: 'Data' });
  await section.getByText('until then delete it by hand').waitFor();
  await section.getByText(old).waitFor();
  expect(await section.getByRole('button', { name: /^Remove/ }).count()).toBe(0);

  rmSync(recent, { recursive: true });
  await page.reload();
  await section.getByText('The restored data have been in use for a week').waitFor();
  await section.getByText('4.2 MB, from Jan 2, 2020').waitFor();
  expect(await violationsOf(page)).toEqual([]);
  const button = section.getByRole('button', { name: `Remove ${old}` });
  await button.click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText("can't be brought back").waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  expect(existsSync(folder)).toBe(true);
  await button.click();
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByText(`${old} (4.2 MB) is removed.`).waitFor();
  await until(() => section.getByText(old).count()).toBe(0);
  expect(existsSync(folder)).toBe(false);
});
