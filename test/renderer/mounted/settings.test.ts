import { screen, within } from '@testing-library/dom';
import { expect, test } from 'vitest';
import { importPosts, type OpenHouse, plainPosts } from '../../support/house-with-posts.ts';
import { find, gone, openPage, says, waitFor } from '../../support/mounted.ts';
import { resultOf } from '../../support/served.ts';
import { temporaryFile } from '../../support/temporary.ts';

test('the name and the goal are kept, and what can not be is refused where it was typed', async () => {
  const page = await openPage('/settings', { settings: { annotator: 'Ada' } });
  const name = await find('textbox', 'Name');
  await page.fill(name, 'Grace');
  await waitFor(async () => expect((await page.api.settings.get()).annotator).toBe('Grace'));
  await page.fill(name, '   ');
  await says('Answers need a name');
  expect((await page.api.settings.get()).annotator).toBe('Grace');

  const goal = await find('textbox', 'Goal');
  for (const wrong of ['0', '1.5', 'many', '10001']) {
    await page.fill(goal, wrong);
    await says('A whole number from 1 to 10,000');
  }
  expect((await page.api.settings.get()).goal).toBe(50);
  await page.fill(goal, '7');
  await waitFor(async () => expect((await page.api.settings.get()).goal).toBe(7));
  await waitFor(() => expect(page.text()).not.toContain('A whole number from 1 to 10,000'));
});

test('the theme is the one of the page at once, and follows another tab', async () => {
  const page = await openPage('/settings');
  const theme = () => document.documentElement.dataset.theme;
  await page.press('Dark', undefined, 'radio');
  await waitFor(() => expect(theme()).toBe('dark'));
  expect((await page.api.settings.get()).theme).toBe('dark');
  await page.api.settings.set({ theme: 'light', annotator: 'Other tab' });
  await waitFor(() => expect(theme()).toBe('light'));
  await waitFor(() => expect(screen.getByLabelText('Name')).toHaveProperty('value', 'Other tab'));
  await page.press('Like the system', undefined, 'radio');
  await waitFor(() => expect(theme()).toBeUndefined());
});

test('an action takes another key, unless that is taken or kept, and all can be as they were', async () => {
  const page = await openPage('/settings');
  const keys = async () => (await page.api.settings.get()).keys;
  const ask = (key: string) => page.press(/^Left is better/).then(() => page.user.keyboard(key));
  await ask('d');
  await says(/D already says “Right is better”/);
  await ask('g');
  await says('G is kept for moving about');
  await ask('{Control>}k{/Control}');
  await says('That is a combination');
  await page.press(/^Left is better/);
  await says('Press a key');
  await page.user.keyboard('{Escape}');
  await waitFor(() => expect(page.text()).not.toContain('Press a key'));
  expect(page.text()).not.toContain('is kept for moving about');
  expect((await keys()).left).toBe('a');
  await ask('j');
  await waitFor(async () => expect((await keys()).left).toBe('j'));
  await says('J', await find('button', /^Left is better/));
  await page.press('Remove the key of Tie');
  await waitFor(async () => expect((await keys()).tie).toBe(''));
  await says('No key', await find('button', /^Tie/));
  await page.press('Reset all keys');
  await waitFor(async () => expect(await keys()).toMatchObject({ left: 'a', tie: 's' }));
  await gone('button', 'Reset all keys');
});

test('single keys are switched off and on', async () => {
  const page = await openPage('/settings');
  await page.press('Single keys', undefined, 'switch');
  await waitFor(async () => expect((await page.api.settings.get()).keysEnabled).toBe(false));
  await gone('button', /^Left is better/);
  await page.press('Single keys', undefined, 'switch');
  await find('button', /^Left is better/);
});

test('devices are measured, the fastest is marked, and one that can not be used can not be chosen', async () => {
  const page = await openPage('/settings');
  const table = await find('table', 'Devices and their speed');
  await says('Not measured yet', table);
  await page.press('Measure the speed');
  await find('button', 'Measure again');
  const rows = within(table).getAllByRole('row').slice(1);
  expect(rows).toHaveLength(4);
  expect(rows.filter(({ textContent }) => textContent?.includes('fastest'))).toHaveLength(1);
  const unusable = rows.find(({ textContent }) => textContent?.includes('Not usable'))!;
  expect(within(unusable).getByRole('radio')).toHaveProperty('disabled', true);
  const fastest = rows.find(({ textContent }) => textContent?.includes('fastest'))!;
  await page.user.click(within(fastest).getByRole('radio'));
  await waitFor(async () => expect((await page.api.settings.get()).device).toBe('webgpu'));
});

test('everything is backed up into one file, and put back after a question', async () => {
  let backup = '';
  const page = await openPage('/settings', {
    choose: (purpose) => (purpose === 'backup' && backup ? [backup] : []),
    before: async ({ app }: OpenHouse) => importPosts(app, plainPosts(3, 2)),
  });
  await page.press('Back up now');
  await says(/\(.*[kM]B\) is saved/, await find('region', 'Messages'));
  // The dialog is closed again without a file.
  await page.press('Restore a backup');
  const { file } = await resultOf(page.app, 'backup', (await page.api.backup.create()).task);
  backup = page.app.files.find(file.handle).path;
  await importPosts(page.app, [{ id: 'new', comments: ['One', 'Two'] }]);
  await page.press('Restore a backup');
  const dialog = await find('dialog', 'Restore this backup?');
  await says('All posts, comments, answers, settings and models are replaced', dialog);
  await page.press('Cancel', dialog);
  await gone('dialog', 'Restore this backup?');
  expect((await page.api.posts.list({ limit: 10 })).total).toBe(4);
  await page.press('Restore a backup');
  await page.press('Restore', await find('dialog', 'Restore this backup?'));
  await says('Restored: 3 posts, 0 answers, 0 models', await find('region', 'Messages'));
  await says('before-restore-');
  expect((await page.api.posts.list({ limit: 10 })).total).toBe(3);
});

test('what is no backup is refused with a sentence', async () => {
  const page = await openPage('/settings', { choose: () => [temporaryFile('no zip')] });
  await page.press('Restore a backup');
  await page.press('Restore', await find('dialog', 'Restore this backup?'));
  await waitFor(() =>
    expect(document.querySelector('.failure')?.textContent).toMatch(/is no backup of Tiebreak.*Nothing was changed/),
  );
});

test('where the data lies, what this is, and the sheet of keys', async () => {
  const page = await openPage('/settings');
  await says(page.home, await find('region', 'Data'));
  await says(/Tiebreak \d+\.\d+\.\d+.*In a window on/, await find('region', 'About'));
  await page.press(/^Keyboard shortcuts/);
  await find('dialog', 'Keyboard shortcuts');
});
