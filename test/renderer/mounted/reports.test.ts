import { screen, within } from '@testing-library/dom';
import { expect, test } from 'vitest';
import { importPosts, type OpenHouse, plainPosts } from '../../support/house-with-posts.ts';
import { find, openPage, says, waitFor } from '../../support/mounted.ts';

async function withRuns(house: OpenHouse): Promise<void> {
  await importPosts(house.app, plainPosts(4, 2));
  for (const seed of [1, 2]) await house.app.train({ kind: 'reward', config: { epochs: 4, evaluateEvery: 2, seed } });
}

test('a report is made, written in Markdown that stays text, and kept as it is written', async () => {
  const page = await openPage('/reports', { before: withRuns });
  await find('heading', 'No reports yet');
  await page.press('New report');
  await find('heading', 'Report 1');
  await page.user.type(await find('textbox', /^Markdown/), '# Seeds\n\nNo **difference** <img src=x>');
  await says('Saved');
  expect((await page.api.reports.list()).reports[0]?.text).toBe('# Seeds\n\nNo **difference** <img src=x>');
  await page.press('Done');
  await find('heading', 'Seeds');
  expect(document.querySelector('main img')).toBeNull();
  expect(document.querySelector('main strong')?.textContent).toBe('difference');
  await page.press('Edit text');
  expect(await find('textbox', /^Markdown/)).toHaveProperty('value', '# Seeds\n\nNo **difference** <img src=x>');
});

test('its runs and curves are chosen, and it leaves as one file', async () => {
  const page = await openPage('/reports/1', {
    before: async (house) => {
      await withRuns(house);
      await house.api.reports.add({});
    },
  });
  expect(await find('button', 'Export as HTML')).toHaveProperty('disabled', true);
  await page.press(/reward-1/, undefined, 'checkbox');
  await says('About 1 run');
  await page.press(/reward-2/, undefined, 'checkbox');
  await says('About 2 runs');
  await find('heading', 'Sample pairs of reward-2');
  await says('All curves are drawn');
  const curves = screen.getByText('All curves are drawn').closest('details')!;
  await page.user.click(screen.getByText('All curves are drawn'));
  await page.user.click(within(curves).getByText('None'));
  await says(/0 of \d+ curves are drawn/);
  await page.user.click(within(curves).getAllByRole('checkbox')[0]!);
  await says(/1 of \d+ curves are drawn/);
  await waitFor(async () => expect((await page.api.reports.list()).reports[0]?.metrics).toHaveLength(1));
  await page.user.click(within(curves).getByText('All'));
  await says('All curves are drawn');
  await page.press('Export as HTML');
  await says(/Report 1.*(saved|exported)|(saved|exported).*Report 1/i, await find('region', 'Messages'));
});

test('it is renamed, deleted, taken back, and restored from the list', async () => {
  const page = await openPage('/reports/1', { before: async ({ api }) => api.reports.add({}) });
  await page.choose('More for Report 1', 'Rename');
  await page.user.keyboard('Seeds{Enter}');
  await find('heading', 'Seeds');
  await page.choose('More for Seeds', 'Delete');
  await find('heading', 'No reports yet');
  await page.press('Undo', await find('region', 'Messages'));
  await find('link', 'Seeds');
  await page.choose('More for Seeds', 'Delete');
  await page.user.click(await screen.findByText('Recently deleted (1)'));
  await page.press('Restore Seeds');
  await find('link', 'Seeds');
  await page.go('/reports/9');
  await says('This report is not there any more');
});
