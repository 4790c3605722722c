import { readFileSync } from 'node:fs';
import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { patience, useStage } from '../support/page.ts';
import { answerByKey, commentOn, compareHeading, rankedComments, samplePosts, until, view } from '../support/steps.ts';

const stage = useStage();

/** As Excel saves a sheet in Germany: semicolons, Windows' letters, days first, and cells with quotes. */
function fromExcel(): Buffer {
  const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const rows = samplePosts('ukp-train.jsonl')
    .filter(({ title, comments }) =>
      [title, ...comments.map(({ text }) => text)].every((text) => /^[ -ÿ]*$/.test(text)),
    )
    .slice(0, 24)
    .flatMap(({ id, title, comments }, post) =>
      comments.map(({ text }, index) =>
        [
          id,
          cell(`${title} (Café ${post + 1})`),
          cell(text),
          9 - index,
          `Person ${index}`,
          `${13 + (post % 15)}.11.2024 18:0${index}`,
        ].join(';'),
      ),
    );
  return Buffer.from(['Thread;Body;Reply;Karma;By;Datum', ...rows, ''].join('\r\n'), 'latin1');
}

/** Fewer than these take a moderator from nothing to a list that is finished. Answers are given by keys. */
const mostClicks = 19;

test('the first hour of a moderator, from a sheet of Excel to a finished list', { timeout: 6 * patience }, async () => {
  let clicks = 0;
  const click = async (place: Locator): Promise<void> => {
    clicks += 1;
    await place.click({ timeout: 40_000 });
  };
  const app = await stage.start();
  const page = await stage.open(app);
  const { client } = await stage.ask(app);
  const sheet = fromExcel();
  const main = page.getByRole('main');
  page.setDefaultTimeout(25_000);
  const guide = page.getByRole('region', { name: 'Guide' });
  const views = page.getByRole('navigation', { name: 'Views' });

  // A pair to try, and the own file.
  await view(page, 'Welcome to Tiebreak').waitFor();
  const choosing = page.waitForEvent('filechooser');
  await click(page.getByRole('button', { name: 'Import comments' }));
  await (await choosing).setFiles({ name: 'Beiträge.csv', mimeType: 'text/csv', buffer: sheet });

  // What it was taken for is shown before anything is stored.
  const preview = page.getByRole('region', { name: 'Preview', exact: true });
  await preview
    .getByText(/Café 1\b/)
    .first()
    .waitFor();
  await preview.getByText('CSV (semicolon)').first().waitFor();
  expect((await client.posts.list({})).total).toBe(0);
  await click(preview.getByRole('button', { name: /^Import/ }));
  await page.getByRole('heading', { name: /^24 posts and \d+ comments arrived$/ }).waitFor();
  const { total } = await client.posts.list({});
  expect(total).toBe(24);

  // Answers, by keys.
  await click(guide.getByRole('link', { name: /Compare/ }));
  await view(page, compareHeading).waitFor();
  await commentOn(page, 'left').waitFor();
  for (let index = 0; index < 10; index++) await answerByKey(page, index % 2 === 0 ? 'a' : 'd');
  // One too quickly: it is taken back, and what was chosen is marked.
  await page.keyboard.press('z');
  await page.getByText('Your answer before', { exact: true }).first().waitFor();
  await page.keyboard.press('d');

  // A model of them, and how good it is.
  await click(guide.getByRole('link', { name: /Train/ }));
  await view(page, 'Train').waitFor();
  await click(main.getByRole('button', { name: 'Train', exact: true }));
  const card = page.getByRole('region', { name: 'How good it is' });
  await card
    .getByText(/of 10 pairs/)
    .first()
    .waitFor({ timeout: 3 * patience });
  await card.getByText('your answers').first().waitFor();
  await click(card.getByRole('link', { name: 'See the ranking' }));

  // The posts, ranked; one comment pinned by hand, another left out.
  await view(page, 'Rankings').waitFor();
  await page.keyboard.press('j');
  await rankedComments(page).first().waitFor();
  const [best, second, third] = await rankedComments(page).all();
  expect(third).toBeDefined();
  await third!.focus();
  await page.keyboard.press('p');
  await until(() => rankedComments(page).first().textContent()).toMatch(/pinned/i);
  expect(best && second).toBeTruthy();

  // What stands out in the data.
  await click(views.getByRole('link', { name: 'Data', exact: true }));
  await click(page.getByRole('tab', { name: 'Statistics' }));
  await page.getByRole('heading', { name: 'What stands out' }).waitFor({ timeout: 3 * patience });

  // The list, as Excel opens it.
  await click(views.getByRole('link', { name: 'Rankings', exact: true }));
  await click(page.getByRole('button', { name: 'Export', exact: true }));
  const dialog = page.getByRole('dialog', { name: 'Export' });
  await dialog.getByRole('table').first().waitFor();
  const downloading = page.waitForEvent('download');
  await click(dialog.getByRole('button', { name: 'Export', exact: true }));
  const file = readFileSync(await (await downloading).path(), 'utf8');
  const lines = file.trimEnd().split(/\r?\n/);
  expect(file.charCodeAt(0)).toBe(0xfeff);
  expect(lines.length - 1).toBeGreaterThanOrEqual(total);
  expect(lines[0]).toMatch(/by hand/);
  expect(file).toContain('pinned');
  await guide.getByText('Done.').waitFor();
  expect(clicks).toBeLessThanOrEqual(mostClicks);
});
