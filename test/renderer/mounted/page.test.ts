import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { screen, within } from '@testing-library/dom';
import { expect, test, vi } from 'vitest';
import type { Command } from '../../../src-main/contract/bridge.ts';
import { importPosts, type OpenHouse, plainPosts } from '../../support/house-with-posts.ts';
import { find, gone, openPage, says, waitFor } from '../../support/mounted.ts';
import { temporaryFolder } from '../../support/temporary.ts';

test('a newcomer takes the sample and is led through answers, a training and a ranking', async () => {
  const page = await openPage('/', { settings: { welcomed: false, keysEnabled: true } });
  await find('heading', 'Welcome to Tiebreak');
  expect(screen.queryByRole('navigation', { name: 'Views' })).toBeNull();
  await page.fill(await find('textbox', 'Your name'), 'Ada');
  await page.press('Start with the sample');
  const guide = await find('region', 'Guide');
  await says('0 of 5', guide);
  await waitFor(async () =>
    expect(await page.api.settings.get()).toMatchObject({ annotator: 'Ada', welcomed: true, guide: 'compare' }),
  );
  for (let i = 1; i <= 5; i++) {
    const before = (await find('article', 'Left comment')).textContent;
    await page.user.keyboard('a');
    await waitFor(() => expect(screen.getByRole('article', { name: 'Left comment' }).textContent).not.toBe(before));
  }
  await page.press('Train a model', guide, 'link');
  await says('start the training here', guide);
  await page.press('Train', await find('region', 'Train a model'));
  await page.press('Look at the ranking', guide, 'link');
  await find('heading', 'Rankings');
  await says('This is the whole job', guide);
  await page.press('Finish', guide);
  await gone('region', 'Guide');
});

test('a newcomer brings files, or looks around; what goes wrong is said in the welcome', async () => {
  const folder = temporaryFolder();
  const good = join(folder, 'good.jsonl');
  writeFileSync(
    good,
    `${JSON.stringify({
      text: 'Post',
      comments: [
        { text: 'A', score: 0 },
        { text: 'B', score: 1 },
      ],
    })}\nno json`,
  );
  let files = [join(folder, 'gone.jsonl')];
  writeFileSync(files[0]!, '\u0000');
  const page = await openPage('/', { settings: { welcomed: false }, choose: () => files });
  files = [good];
  await page.press('Import comments');
  await says(/1 post with 2 comments imported\. 1 row left out/, await find('region', 'Messages'));
  await find('article', 'Left comment');
  await waitFor(async () =>
    expect(await page.api.settings.get()).toMatchObject({ annotator: 'me', welcomed: true, guide: 'none' }),
  );
});

test('the welcome can be skipped', async () => {
  const page = await openPage('/', { settings: { welcomed: false } });
  await page.press('Skip this and look around');
  await find('heading', 'No comments yet');
  await find('navigation', 'Views');
});

test('the guide is shown again and ended from the settings', async () => {
  const page = await openPage('/settings', { posts: plainPosts(4, 2) });
  await page.press('Show the guide');
  const guide = await find('region', 'Guide');
  await page.press('Compare', guide, 'link');
  await find('article', 'Left comment');
  await page.press('End the guide', guide);
  await gone('region', 'Guide');
});

test('g and a letter lead to every view, and the navigation says where one is', async () => {
  const page = await openPage('/', { posts: plainPosts(4, 2) });
  await find('article', 'Left comment');
  const headings = { t: 'Train', r: 'Rankings', d: 'Data', m: 'Models', s: 'Settings', c: 'Which comment is better?' };
  for (const [key, heading] of Object.entries(headings)) {
    await page.user.keyboard(`g${key}`);
    await find('heading', heading);
    const views = within(screen.getByRole('navigation', { name: 'Views' }));
    await waitFor(() => expect(views.getAllByRole('link', { current: 'page' })).toHaveLength(1));
    expect(views.getByRole('link', { current: 'page' }).textContent).toBe(key === 'c' ? 'Compare' : heading);
    expect(document.title).toContain('Tiebreak');
  }
  // A letter after g answers nothing, even where it leads nowhere.
  await page.user.keyboard('ga');
  expect((await page.api.answers.summary()).total).toBe(0);
});

test('? shows every key; under the sheet they do nothing, and Escape closes it', async () => {
  const page = await openPage('/', { posts: plainPosts(4, 2) });
  await find('article', 'Left comment');
  await page.user.keyboard('?');
  const sheet = await find('dialog', 'Keyboard shortcuts');
  for (const name of ['Left is better', 'Both bad', 'Undo', 'Rankings', 'This sheet']) within(sheet).getByText(name);
  await page.user.keyboard('a');
  await page.user.keyboard('{Escape}');
  await gone('dialog', 'Keyboard shortcuts');
  expect((await page.api.answers.summary()).total).toBe(0);
  await page.api.settings.set({ keysEnabled: false });
  await page.press(/^Shortcuts/);
  await says('Single keys are switched off', await find('dialog', 'Keyboard shortcuts'));
});

test('the view that was left last opens again, and an address that leads nowhere leads home', async () => {
  const page = await openPage('/', { posts: plainPosts(2, 2), settings: { place: '/models' } });
  await find('heading', 'Models');
  await page.go('/data/posts');
  await waitFor(async () => expect((await page.api.settings.get()).place).toBe('/data/posts'));
  await page.go('/nowhere/at/all');
  await find('heading', 'Which comment is better?');
});

test('the menu of the window leads to views, and begins what it names', async () => {
  let send: (command: Command) => void = () => undefined;
  vi.stubGlobal('tiebreak', { platform: 'linux', onCommand: (listener: typeof send) => (send = listener) });
  const asked: string[] = [];
  const choose = (purpose: string): readonly string[] => {
    asked.push(purpose);
    return [];
  };
  const page = await openPage('/', { posts: plainPosts(2, 2), choose });
  await find('article', 'Left comment');
  send('models');
  await find('heading', 'Models');
  send('export');
  await find('dialog', 'Export');
  await page.user.keyboard('{Escape}');
  await gone('dialog', 'Export');
  send('import');
  await find('heading', 'Data');
  await waitFor(() => expect(asked).toEqual(['comments']));
  send('backup');
  await says('is saved', await find('region', 'Messages'));
  send('shortcuts');
  await find('dialog', 'Keyboard shortcuts');
  vi.unstubAllGlobals();
});

const withPosts = async ({ app }: OpenHouse): Promise<void> => importPosts(app, plainPosts(4, 2));

test('a training that ends while one is elsewhere is told, and leads to its page', async () => {
  const page = await openPage('/', { before: withPosts });
  await find('article', 'Left comment');
  await page.api.train.start({ method: 'gpt', config: { epochs: 3 } });
  await says('reward-1 is trained', await find('region', 'Messages'));
  await page.press('Look', await find('region', 'Messages'));
  await find('heading', 'reward-1');
});

test('a task that failed stays in the list with its reason until somebody closes it', async () => {
  const page = await openPage('/', { before: withPosts });
  await find('article', 'Left comment');
  await page.api.train.start({ method: 'gpt', config: { epochs: 1, seed: 13 } });
  const tasks = await find('region', 'Running');
  await says(/ended unexpectedly/, await find('alert', '', tasks));
  await page.press(/^Close Training/, tasks);
  await gone('region', 'Running');
});

test('a message goes when it is closed', async () => {
  const page = await openPage('/', { posts: plainPosts(4, 2) });
  await find('article', 'Left comment');
  await page.user.keyboard('f');
  const messages = await find('region', 'Messages');
  await says('Flagged.', messages);
  await page.press('Close message', messages);
  await waitFor(() => expect(messages.textContent).toBe(''));
});

test('where the application is gone, the page says so and what was not done', async () => {
  const page = await openPage('/', { posts: plainPosts(4, 2) });
  const before = (await find('article', 'Left comment')).textContent;
  const { connected } = await import('../../../src-renderer/api.ts');
  page.store.db.exec("CREATE TRIGGER full BEFORE INSERT ON labels BEGIN SELECT RAISE(ABORT, 'gone'); END");
  const reported = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  connected.value = false;
  await says("Tiebreak has ended or can't be reached");
  await page.user.keyboard('a');
  await says('so this was not done');
  expect(page.text()).not.toContain('This pair stays here');
  expect((await find('article', 'Left comment')).textContent).toBe(before);
  connected.value = true;
  await waitFor(() => expect(page.text()).not.toContain('Tiebreak has ended'));
  reported.mockRestore();
});

test('what can not be asked says so, with a way to ask again', async () => {
  const page = await openPage('/data', { posts: plainPosts(2, 2) });
  await find('heading', 'Imports');
  const reported = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  page.store.db.exec('ALTER TABLE models RENAME TO elsewhere');
  await page.go('/models');
  const alert = await find('alert', '');
  page.store.db.exec('ALTER TABLE elsewhere RENAME TO models');
  await page.press('Try again', alert);
  await find('heading', 'No model yet');
  reported.mockRestore();
});
