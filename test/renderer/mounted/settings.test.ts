import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { importPosts, plainPosts } from '../../support/house-with-posts.ts';
import {
  find,
  hasFocus,
  heldByAnother,
  openPage,
  says,
  screen,
  until,
  waitFor,
  within,
} from '../../support/mounted.ts';

const keyButton = (action: string) => screen.findByRole('button', { name: new RegExp(`^${action}:`) });

test('a name is kept once it is typed, and an empty one is refused in a sentence', async () => {
  const { user, api } = await openPage('/settings', { settings: { annotator: 'Ada' } });
  const name = await screen.findByRole('textbox', { name: 'Name' });
  await waitFor(() => expect(name).toHaveProperty('value', 'Ada'));
  await user.clear(name);
  await user.type(name, '  Grace ');
  await user.tab();
  await until(async () => expect((await api.settings.get()).annotator).toBe('Grace'));
  await user.clear(name);
  await user.tab();
  await says('Answers need a name. The one before is kept.');
  expect((await api.settings.get()).annotator).toBe('Grace');
});

test.each(['0', '10001', '2.5', 'many', ''])('the goal %j is refused in a sentence', async (wrong) => {
  const { user, api, text } = await openPage('/settings');
  const goal = await screen.findByRole('textbox', { name: 'Goal' });
  await user.clear(goal);
  if (wrong) await user.type(goal, wrong);
  await user.tab();
  await says('A whole number from 1 to 10,000. The one before is kept.');
  expect((await api.settings.get()).goal).toBe(50);
  await user.clear(goal);
  await user.type(goal, '10000');
  await user.tab();
  await waitFor(() => expect(text()).not.toContain('The one before is kept.'));
  await until(async () => expect((await api.settings.get()).goal).toBe(10_000));
});

test('a name and a goal that were set elsewhere appear', async () => {
  const { api } = await openPage('/settings');
  const name = await screen.findByRole('textbox', { name: 'Name' });
  await api.settings.set({ annotator: 'Mary', goal: 7 });
  await waitFor(() => expect(name).toHaveProperty('value', 'Mary'));
  expect(screen.getByRole('textbox', { name: 'Goal' })).toHaveProperty('value', '7');
});

test('the theme is put on the page and kept', async () => {
  const { user, api } = await openPage('/settings');
  await user.click(await screen.findByRole('radio', { name: 'Dark' }));
  await waitFor(() => expect(document.documentElement.dataset.theme).toBe('dark'));
  await until(async () => expect((await api.settings.get()).theme).toBe('dark'));
  await user.click(screen.getByRole('radio', { name: 'Like the system' }));
  await waitFor(() => expect(document.documentElement.dataset.theme).toBeUndefined());
});

test('the guide is begun and ended here', async () => {
  const { user, api, press } = await openPage('/settings', { posts: plainPosts(2, 3) });
  await press('Show the guide');
  await screen.findByRole('region', { name: 'Guide' });
  await says('1 of 5. Bring in your posts with their comments');
  await user.click(within(screen.getByRole('main')).getByRole('button', { name: 'End the guide' }));
  await waitFor(() => expect(screen.queryByRole('region', { name: 'Guide' })).toBeNull());
  await until(async () => expect((await api.settings.get()).guide).toBe('none'));
});

test('what could not be kept is said, and shown as it is kept', async () => {
  const page = await openPage('/settings');
  const { user } = page;
  const dark = await screen.findByRole('radio', { name: 'Dark' });
  const letGo = await heldByAnother(page);
  await user.click(dark);
  await says('is at work on this data folder (training). Nothing was changed: wait until it is done.');
  await waitFor(() => expect(document.documentElement.dataset.theme).toBeUndefined());
  letGo();
  await user.click(screen.getByRole('radio', { name: 'Light' }));
  await waitFor(() => expect(document.documentElement.dataset.theme).toBe('light'));
  await until(async () => expect((await page.api.settings.get()).theme).toBe('light'));
});

test('an action takes another key, unless another action or the page has it', async () => {
  const { user, api, text } = await openPage('/settings');
  const left = await keyButton('Left is better');
  expect(left.textContent).toContain('A');
  await user.click(left);
  expect(left.textContent).toContain('Press a key');
  await user.keyboard('d');
  await says('D already says “Right is better”. Change that one first, or choose another key.');
  await user.click(left);
  await user.keyboard('{Enter}');
  await says('Enter is kept for moving about. Choose another key.');
  await user.click(left);
  await user.keyboard('{Control>}j{/Control}');
  await says('That is a combination. Choose a single key.');
  expect((await api.settings.get()).keys.left).toBe('a');
  await user.click(left);
  await user.keyboard('{Shift>}{/Shift}');
  expect(left.textContent).toContain('Press a key');
  await user.keyboard('j');
  await until(async () => expect((await api.settings.get()).keys.left).toBe('j'));
  await waitFor(() => expect(text()).not.toContain('That is a combination.'));
  expect(left.textContent).toContain('J');
});

test('Escape and leaving the button ask for no key any more', async () => {
  const { user, api } = await openPage('/settings');
  const tie = await keyButton('Tie');
  await user.click(tie);
  await user.keyboard('{Escape}');
  await waitFor(() => expect(tie.textContent).not.toContain('Press a key'));
  await user.keyboard('j');
  await user.click(tie);
  await user.tab();
  await waitFor(() => expect(tie.textContent).not.toContain('Press a key'));
  expect((await api.settings.get()).keys.tie).toBe('s');
});

test('a key is removed, and all come back at once', async () => {
  const { api, press } = await openPage('/settings');
  expect(screen.queryByRole('button', { name: 'Reset all keys' })).toBeNull();
  await press('Remove the key of Flag');
  await until(async () => expect((await api.settings.get()).keys.flag).toBe(''));
  expect((await keyButton('Flag')).textContent).toContain('No key');
  expect(screen.queryByRole('button', { name: 'Remove the key of Flag' })).toBeNull();
  await press('Reset all keys');
  await until(async () => expect((await api.settings.get()).keys.flag).toBe('f'));
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Reset all keys' })).toBeNull());
});

test('without single keys none is listed, and none acts', async () => {
  const { user, api, path, press } = await openPage('/settings');
  await user.click(await screen.findByRole('switch', { name: 'Single keys' }));
  await until(async () => expect((await api.settings.get()).keysEnabled).toBe(false));
  await waitFor(() => expect(screen.queryByRole('button', { name: /^Left is better/ })).toBeNull());
  expect(document.querySelectorAll('main kbd')).toHaveLength(0);
  (document.activeElement as HTMLElement).blur();
  await user.keyboard('gt?');
  expect(path()).toBe('/settings');
  expect(screen.queryByRole('dialog')).toBeNull();
  await press('Keyboard shortcuts');
  await says('Single keys are switched off.');
});

test('before they are measured, only the processor and the choice of its own are listed as devices', async () => {
  const { user, api } = await openPage('/settings');
  const table = await screen.findByRole('table', { name: 'Devices and their speed' });
  expect(within(table).getAllByRole('row')).toHaveLength(3);
  expect(table.textContent).toContain('Not measured yet');
  await user.click(within(table).getByRole('radio', { name: 'Processor (CPU)' }));
  await until(async () => expect((await api.settings.get()).device).toBe('cpu'));
});

test('devices are measured: the fastest is marked, and one that can not be used can not be chosen', async () => {
  const { user, press, api } = await openPage('/settings');
  await press('Measure the speed');
  const table = await find('table', 'Devices and their speed');
  await says('900 fastest', table);
  const rows = within(table).getAllByRole('row').slice(1);
  expect(rows.map(({ textContent }) => textContent?.includes('900 fastest'))).toEqual([false, false, true, false]);
  expect(rows[1]?.textContent).toContain('120');
  expect(rows[3]?.textContent).toContain('Not usable');
  expect(within(rows[3]!).getByRole('radio')).toHaveProperty('disabled', true);
  await user.click(within(rows[2]!).getByRole('radio'));
  await until(async () => expect((await api.settings.get()).device).toBe('webgpu'));
  await find('button', 'Measure again');
});

test('a backup is saved, and brought back in the place of everything', async () => {
  let backup = '';
  const { app, user, api, saved, press } = await openPage('/settings', {
    posts: plainPosts(2, 3),
    settings: { annotator: 'Ada' },
    choose: () => [backup],
  });
  await press('Back up now');
  await says(/tiebreak.*\.zip \([\d.]+ [kM]?B\) is saved\./);
  expect(saved).toHaveLength(1);
  backup = saved[0]!.path;
  await api.settings.set({ annotator: 'Grace' });

  await press('Restore a backup');
  const asked = await find('dialog', 'Restore this backup?');
  expect(asked.textContent).toContain('All posts, comments, answers, settings and models are replaced');
  await says('It holds the same posts, answers and models that are here now.', asked);
  await user.click(within(asked).getByRole('button', { name: 'Cancel' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect((await api.settings.get()).annotator).toBe('Grace');

  await importPosts(app, [{ id: 'later', comments: ['one', 'another'] }]);
  await press('Restore a backup');
  await says('What comes: nothing. What goes: 1 post, 2 comments, 1 import.');
  expect(
    within(await find('dialog', 'Restore this backup?')).getByRole('row', { name: 'Posts 3 2 0 1' }),
  ).not.toBeNull();
  await press('Restore', await find('dialog', 'Restore this backup?'));
  await says('Restored: 2 posts, 0 answers, 0 models.');
  await says('What was here before a backup was restored is kept in the data folder.');
  await says(/before-restore-\d/);
  await until(async () => expect((await api.settings.get()).annotator).toBe('Ada'));

  await press('Undo');
  await says('What was here before the restore is back.');
  expect(await api.settings.get()).toMatchObject({ annotator: 'Grace' });
  expect((await api.posts.list({})).total).toBe(3);
  const backups = screen.getByRole('region', { name: 'Automatic backups' });
  await says(`Before ${basename(backup)} was restored`, backups);
});

test('automatic backups are listed, made, restored and deleted, and switched off', async () => {
  const { app, api, press, choose } = await openPage('/settings', { posts: plainPosts(2, 3) });
  const section = await find('region', 'Automatic backups');
  await says('There is none yet.', section);
  await press('Make one now', section);
  await says('Backed up: 2 posts, 6 comments, 1 import.');
  await says('Made by hand', section);
  await importPosts(app, [{ id: 'later', comments: ['one', 'another'] }]);
  await press(/^Restore the backup of/, section);
  await says('What goes: 1 post, 2 comments, 1 import.');
  await press('Restore', await find('dialog', 'Restore this backup?'));
  await says('Restored: 2 posts, 0 answers, 0 models.');
  expect((await api.backup.automatic()).backups.map(({ reason }) => reason)).toEqual(['restore', 'asked']);
  await choose(/^More for the backup of/, 'Delete', within(section).getAllByRole('row').at(-1)!);
  await press('Delete', await find('dialog', 'Delete this backup?'));
  await until(async () =>
    expect((await api.backup.automatic()).backups.map(({ reason }) => reason)).toEqual(['restore']),
  );
  await press('Back up by itself', section, 'switch');
  await until(async () => expect((await api.settings.get()).automaticBackups).toBe(false));
});

test('what is deleted is listed in one place, brought back, and removed for good', async () => {
  const { api, press, choose } = await openPage('/settings', {
    before: async ({ api: first }) => {
      for (const name of ['first', 'second', 'third']) await first.reports.add({ name });
      for (const report of [1, 2, 3]) await first.reports.delete({ report });
    },
  });
  const trash = await find('region', 'Trash');
  await says('3 things in the trash', trash);
  await press('Restore report first', trash);
  await says('first is back.');
  await says('2 things in the trash', trash);
  const deleted = async () =>
    (await api.reports.list()).reports.flatMap(({ name, deletedAt }) => (deletedAt ? name : []));
  await until(async () => expect((await deleted()).toSorted()).toEqual(['second', 'third']));
  await choose('More for report second', 'Delete for good', trash);
  await press('Delete for good', await find('dialog', 'Delete this for good?'));
  await says('second is gone for good.');
  expect((await api.reports.list()).reports.map(({ name }) => name).toSorted()).toEqual(['first', 'third']);
  await press('Empty the trash', trash);
  await press('Delete for good', await find('dialog', 'Empty the trash?'));
  await says('The trash is empty', trash);
  expect((await api.reports.list()).reports.map(({ name }) => name)).toEqual(['first']);
  expect((await api.trash.list()).items).toEqual([]);
  await expect(api.trash.restore({ kind: 'report', id: 1 })).rejects.toMatchObject({ code: 'not-found' });
});

test('what is no backup is refused with its reason, and nothing is changed', async () => {
  const { api, press } = await openPage('/settings', {
    settings: { annotator: 'Ada' },
    choose: () => [import.meta.filename],
  });
  await press('Restore a backup');
  const asked = await find('dialog', 'Restore this backup?');
  const why = await within(asked).findByRole('alert');
  expect(why.textContent).toMatch(/no backup|not a backup|zip/i);
  expect(within(asked).getByRole('button', { name: 'Restore' })).toHaveProperty('disabled', true);
  // It is not told twice.
  await waitFor(() => expect(screen.queryByRole('region', { name: 'Running' })).toBeNull());
  expect((await api.settings.get()).annotator).toBe('Ada');
});

test('the menu of the window begins a backup from any view', async () => {
  const { command, saved, path } = await openPage('/train');
  await find('heading', 'Train');
  command('backup');
  await waitFor(() => expect(path()).toBe('/settings'));
  await waitFor(() => expect(saved).toHaveLength(1));
});

test('it says where the data lies, and what runs', async () => {
  const { home } = await openPage('/settings');
  await says(home);
  await says(/In a window on \w+/);
  const shortcuts = await find('button', /^Keyboard shortcuts/);
  shortcuts.focus();
  shortcuts.click();
  const sheet = await find('dialog', 'Keyboard shortcuts');
  expect(sheet.textContent).toContain('Both bad');
  within(sheet).getByRole('button', { name: 'Close' }).click();
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await hasFocus(shortcuts);
});

test('details for a report are shown and copied, and tell nothing of anybody', async () => {
  const { user, home } = await openPage('/settings');
  await user.click(await screen.findByRole('button', { name: 'Details for a report' }));
  const dialog = await find('dialog', 'Details for a report');
  const shown = within(dialog).getByRole<HTMLTextAreaElement>('textbox', { name: 'Details' });
  expect(shown.value).toMatch(/^tiebreak \d+\.\d+\.\d+, node \d+/);
  expect(shown.value).not.toContain(home);
  await user.click(within(dialog).getByRole('button', { name: 'Copy' }));
  await says('The details are copied.');
  expect(await navigator.clipboard.readText()).toBe(shown.value);
});

test('how the next pair is chosen is kept, and shares that make no sense are refused in a sentence', async () => {
  const { user, api } = await openPage('/settings');
  await user.click(await screen.findByRole('radio', { name: /^Finish post by post/ }));
  await until(async () => expect((await api.settings.get()).strategy).toBe('finish'));
  const share = screen.getByRole('textbox', { name: 'Drawn by chance' });
  expect(share).toHaveProperty('value', '20');
  for (const wrong of ['101', '-1', '2.5', 'some']) {
    await user.clear(share);
    await user.type(share, wrong);
    await user.tab();
    await says('A whole number from 0 to 100. The one before is kept.');
  }
  expect((await api.settings.get()).randomShare).toBe(0.2);
  await user.clear(share);
  await user.type(share, '35');
  await user.tab();
  await until(async () => expect((await api.settings.get()).randomShare).toBe(0.35));
  const again = screen.getByRole('textbox', { name: 'Asked again' });
  await user.clear(again);
  await user.type(again, '0');
  await user.tab();
  await until(async () => expect((await api.settings.get()).repeatShare).toBe(0));
});
