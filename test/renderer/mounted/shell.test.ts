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
  withoutTable,
} from '../../support/mounted.ts';
import { temporaryFile } from '../../support/temporary.ts';

const views = [
  ['c', 'Compare', 'Which comment is better?', '/'],
  ['t', 'Train', 'Train', '/train'],
  ['r', 'Rankings', 'Rankings', '/rankings'],
  ['d', 'Data', 'Data', '/data'],
  ['m', 'Models', 'Models', '/models'],
  ['s', 'Settings', 'Settings', '/settings'],
] as const;

test.each(views)('g and %s lead to %s, which the navigation marks', async (key, name, title, address) => {
  const { user, path } = await openPage(key === 's' ? '/models' : '/settings');
  await find('heading', key === 's' ? 'Models' : 'Settings');
  await user.keyboard(`g${key}`);
  await screen.findByRole('heading', { level: 1, name: title });
  expect(path()).toBe(address);
  expect((await find('link', name)).getAttribute('aria-current')).toBe('page');
  expect(screen.getAllByRole('link', { current: 'page' })).toHaveLength(1);
  expect(document.title).toBe(`${name} · Tiebreak`);
});

test('a letter after g answers no pair, and a g alone leads nowhere', async () => {
  const { user, api, path } = await openPage('/', { posts: plainPosts(3, 3) });
  await screen.findByRole('article', { name: 'Left comment' });
  await user.keyboard('ga');
  await user.keyboard('gg');
  await user.keyboard('t');
  expect(path()).toBe('/');
  expect((await api.answers.summary()).total).toBe(0);
  await user.keyboard('a');
  await until(async () => expect((await api.answers.summary()).total).toBe(1));
});

test('? shows the keys as they are set, under which none acts, and gives the focus back', async () => {
  const { user, api } = await openPage('/', { posts: plainPosts(3, 3) });
  const skip = await find('button', /^Skip/);
  await screen.findByRole('article', { name: 'Left comment' });
  const bar = screen.getByRole('group', { name: 'Other answers' });
  const tie = within(bar).getByRole('button', { name: /^Tie/ });
  tie.focus();
  expect(skip).not.toBeNull();
  await user.keyboard('?');
  const sheet = await find('dialog', 'Keyboard shortcuts');
  for (const name of ['Left is better', 'Both bad', 'Undo', 'Rankings', 'This sheet']) within(sheet).getByText(name);
  await user.keyboard('a');
  await user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await hasFocus(tie);
  expect((await api.answers.summary()).total).toBe(0);
});

test('Ctrl and K lead anywhere by a word of it: to a view, to a post, to something to do', async () => {
  const { user, path, api } = await openPage('/settings', { posts: plainPosts(3, 3) });
  await find('heading', 'Settings');
  const search = async (words: string) => {
    await user.keyboard('{Control>}k{/Control}');
    const field = await find('textbox', /^What to go to/);
    await hasFocus(field);
    await user.keyboard(words);
  };
  await search('mod');
  await waitFor(() => expect(screen.getAllByRole('option').map(({ textContent }) => textContent)).toEqual(['Models']));
  await user.keyboard('{ArrowDown}{Enter}');
  await waitFor(() => expect(path()).toBe('/models'));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());

  const [post] = (await api.posts.list({})).posts;
  await search(post!.title ?? post!.excerpt);
  await user.click(await screen.findByRole('option', { name: post!.title ?? post!.excerpt }));
  await waitFor(() => expect(path()).toBe(`/rankings/${post!.id}`));

  await search('shortcuts');
  await user.keyboard('{Enter}');
  await find('dialog', 'Keyboard shortcuts');
});

test('a slash goes to the search of a list', async () => {
  const { user } = await openPage('/rankings', { posts: plainPosts(3, 3) });
  const field = await find('searchbox', 'Search posts');
  await user.keyboard('/');
  await hasFocus(field);
});

test('the sheet lists no action without a key, and leads to the settings', async () => {
  const { user, path, api, press } = await openPage('/models');
  const { keys } = await api.settings.get();
  await api.settings.set({ keys: { ...keys, flag: '' } });
  await press(/^Shortcuts/);
  const sheet = await find('dialog', 'Keyboard shortcuts');
  await waitFor(() => expect(within(sheet).queryByText('Flag')).toBeNull());
  await user.click(within(sheet).getByRole('link', { name: 'Settings' }));
  await waitFor(() => expect(path()).toBe('/settings'));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

test('the first stop of the keyboard leads past the navigation', async () => {
  const { user } = await openPage('/models');
  await find('heading', 'Models');
  await user.tab();
  expect(document.activeElement?.textContent).toBe('Skip to content');
  await user.keyboard('{Enter}');
  await hasFocus(screen.getByRole('main'));
});

test('the view that was open last opens again, and an address goes before it', async () => {
  const { path, api, go } = await openPage('/', { settings: { place: '/models' } });
  await find('heading', 'Models');
  expect(path()).toBe('/models');
  await go('/data/posts');
  await until(async () => expect((await api.settings.get()).place).toBe('/data/posts'));
});

test('an address that names a view opens it', async () => {
  const { path } = await openPage('/settings', { settings: { place: '/models' } });
  await find('heading', 'Settings');
  expect(path()).toBe('/settings');
});

test('an address that names nothing opens the first view', async () => {
  const { path } = await openPage('/nowhere/at/all');
  await find('heading', 'Which comment is better?');
  expect(path()).toBe('/');
});

test('settings that can not be read are told, and asked for again', async () => {
  let repair = (): unknown => undefined;
  const { press } = await openPage('/models', {
    before: (house) => {
      repair = withoutTable(house, 'settings');
    },
  });
  const why = await screen.findByRole('alert');
  expect(why.textContent).toContain('Something went wrong inside Tiebreak (no such table: settings)');
  expect(screen.queryByRole('navigation')).toBeNull();
  repair();
  await press('Try again');
  await find('heading', 'Models');
});

test('a message is closed by its button, and at most four stand at once', async () => {
  const page = await openPage('/settings');
  const { user } = page;
  await find('heading', 'Settings');
  const letGo = await heldByAnother(page);
  const show = await find('button', 'Show the guide');
  const messages = screen.getByRole('region', { name: 'Messages' });
  const alerts = () => messages.querySelectorAll('[role="alert"]');
  for (let time = 1; time <= 4; time++) {
    await user.click(show);
    await waitFor(() => expect(alerts()).toHaveLength(time));
  }
  const [oldest] = alerts();
  await user.click(show);
  await waitFor(() => expect(oldest?.isConnected).toBe(false));
  expect(alerts()).toHaveLength(4);
  const [first, second] = alerts();
  await user.click(within(first as HTMLElement).getByRole('button', { name: 'Close message' }));
  // At once: they go by themselves as well, after a while.
  expect([...alerts()][0]).toBe(second);
  expect(alerts()).toHaveLength(3);
  letGo();
});

test.each([
  ['compare', '/', 'Which comment is better?'],
  ['train', '/train', 'Train'],
  ['rankings', '/rankings', 'Rankings'],
  ['models', '/models', 'Models'],
] as const)('the menu of the window opens %s', async (command, address, title) => {
  const page = await openPage('/settings');
  await find('heading', 'Settings');
  page.command(command);
  await screen.findByRole('heading', { level: 1, name: title });
  expect(page.path()).toBe(address);
});

test('the menu of the window shows the shortcuts, and begins an export', async () => {
  const page = await openPage('/settings', { posts: plainPosts(2, 3) });
  await find('heading', 'Settings');
  page.command('shortcuts');
  await page.user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  page.command('export');
  await find('dialog', 'Export');
  expect(page.path()).toBe('/rankings');
});

test('the guide leads through the whole job by itself', { timeout: 60_000 }, async () => {
  const { user, api, app, path } = await openPage('/', {
    posts: plainPosts(4, 4),
    settings: { guide: 'import' },
  });
  const guide = await screen.findByRole('region', { name: 'Guide' });
  await screen.findByRole('article', { name: 'Left comment' });
  for (let answered = 1; answered <= 4; answered++) {
    await user.keyboard('a');
    await says(`(${answered} of 5)`);
  }
  await user.keyboard('a');
  await says('3 of 5. Train a model from your 5 answers and the votes in the data.');
  await user.click(within(guide).getByRole('link', { name: 'Train a model' }));
  await says('3 of 5. Train a model: start the training here.');
  await app.train({ kind: 'reward', config: { epochs: 1 } });
  await says('4 of 5. The model is trained and has ranked every post.');
  await user.click(within(guide).getByRole('link', { name: 'Look at the ranking' }));
  await says('5 of 5. Export the ranking as a file, or copy that of a post as a list.');
  expect(path()).toBe('/rankings');
  await app.export({ file: temporaryFile('', 'ranking.csv'), replace: true });
  await says('Done. This is the whole job');
  await user.click(within(guide).getByRole('button', { name: 'Finish' }));
  await waitFor(() => expect(screen.queryByRole('region', { name: 'Guide' })).toBeNull());
  expect((await api.settings.get()).guide).toBe('none');
});

test('a training shows in every view, can be cancelled there, and its end is told in the others', async () => {
  const held = plainPosts(2, 3).map((post) => ({ ...post, id: `held ${post.id}` }));
  const { user, api, press } = await openPage('/settings', {
    posts: plainPosts(4, 4),
    before: ({ app }) => importPosts(app, held, 'test'),
  });
  await find('heading', 'Settings');
  await api.train.start({ method: 'gpt', config: { epochs: 2000 } });
  const tasks = await screen.findByRole('region', { name: 'Running' });
  await until(async () => expect((await api.train.runs()).runs[0]?.step).toBeGreaterThan(0));
  within(tasks).getByRole('progressbar');
  await user.click(within(tasks).getByRole('button', { name: /^Cancel/ }));
  await waitFor(() => expect(screen.queryByRole('region', { name: 'Running' })).toBeNull());
  expect((await api.train.runs()).runs[0]?.status).toBe('cancelled');

  await api.train.start({ method: 'gpt', config: { epochs: 1 } });
  await says(/(reward-\d) is trained\. \1 agrees with people's votes on [\w ]+ of 10 pairs that it has not seen;/);
  await press('Look');
  await screen.findByRole('heading', { level: 1, name: /^reward-\d/ });
});

test('work that failed stays until it is closed', async () => {
  const { user, api } = await openPage('/settings', { posts: plainPosts(4, 4) });
  await find('heading', 'Settings');
  // With this seed the engine of these tests ends in the middle.
  await api.train.start({ method: 'gpt', config: { epochs: 1, seed: 13 } });
  const tasks = await screen.findByRole('region', { name: 'Running' });
  const why = await within(tasks).findByRole('alert');
  expect(why.textContent).toMatch(/engine/i);
  await user.click(within(tasks).getByRole('button', { name: /^Close/ }));
  await waitFor(() => expect(screen.queryByRole('region', { name: 'Running' })).toBeNull());
});

test('where the application is gone, the page says so, and that what was asked of it was not done', async () => {
  await openPage('/settings');
  await find('heading', 'Settings');
  // As the socket of a browser's page does when it closes.
  const { connected } = await import('../../../src-renderer/api.ts');
  connected.value = false;
  await says('Tiebreak has ended or can\'t be reached. What said "saved" is saved.');
  const { sayError } = await import('../../../src-renderer/composables/toasts.ts');
  sayError(new Error('The socket is closed.'));
  await says("Tiebreak has ended or can't be reached, so this was not done. Start it again.");
  expect(document.body.textContent).not.toContain('The socket is closed.');
});
