import { screen, within } from '@testing-library/dom';
import { expect, test } from 'vitest';
import { importPosts, type OpenHouse } from '../../support/house-with-posts.ts';
import { find, gone, openPage, says, waitFor } from '../../support/mounted.ts';
import { hostile } from '../../support/run-records.ts';

/** The model of the tests gives a comment its length as reward. */
async function withModels(house: OpenHouse): Promise<void> {
  await importPosts(house.app, [
    { id: 'a', title: 'Cats', comments: ['Short', 'The longest comment of all', 'In between it'] },
    { id: 'b', title: `Dogs ${hostile}`, comments: [`Wuff ${hostile}`, 'Bark'] },
  ]);
  await importPosts(house.app, [{ id: 'c', title: 'Birds', comments: ['Tweet tweet tweet', 'Chirp'] }], 'test');
  for (let i = 0; i < 2; i++) await house.app.train({ kind: 'reward', config: { epochs: 1 }, compare: false });
}
/** The address of a post. */
async function pathOf({ api }: Pick<OpenHouse, 'api'>, title: string): Promise<string> {
  const { posts } = await api.posts.list({ limit: 10 });
  return `/rankings/${posts.find((post) => post.title?.startsWith(title))!.id}`;
}
const ranked = (): readonly (string | null | undefined)[] =>
  [...document.querySelectorAll('li.comment')].map((item) => item.querySelector('.reading')?.textContent);
const titles = (): readonly (string | undefined)[] =>
  [...document.querySelectorAll('section[aria-label="Posts"] li .title')].map(({ textContent }) => textContent?.trim());

test('without posts, and without a model, what to do is said', async () => {
  const page = await openPage('/rankings');
  await find('heading', 'No posts yet');
  expect(screen.queryByRole('button', { name: 'Export' })).toBeNull();
  await importPosts(page.app, [{ id: 'a', title: 'Cats', comments: ['One', 'Two'] }]);
  await says('There is no model yet, so comments stand in the order of the data');
  await find('link', 'Train a model');
  await waitFor(() => expect(ranked()).toEqual(['One', 'Two']));
});

test('the comments of a post stand by reward, with the chance to beat the next, and with what people said', async () => {
  const page = await openPage('/rankings', { before: withModels });
  await page.go(await pathOf(page, 'Cats'));
  await waitFor(() => expect(ranked()).toEqual(['The longest comment of all', 'In between it', 'Short']));
  const [first] = screen.getAllByRole('listitem').filter(({ className }) => className.includes('comment'));
  expect(first!.textContent).toMatch(/Place 1/);
  expect(first!.textContent).toMatch(/Reward 26.00/);
  expect(first!.textContent).toMatch(/\d+% chance to beat the next one/);
  expect(first!.textContent).toContain('People: not compared yet');
  expect(ranked()).not.toContain(undefined);
  const tab = crypto.randomUUID();
  const { pairs } = await page.api.answers.nextPairs({ tab, count: 20 });
  const { post, left, right } = pairs.find((pair) => pair.post.title === 'Cats')!;
  const ids = { postId: post.id, leftId: left.id, rightId: right.id };
  await page.api.answers.add({ tab, key: crypto.randomUUID(), ...ids, choice: 'left' });
  await says('won 1, lost 0, tied 0');
  await says('won 0, lost 1, tied 0');
});

test('what people wrote stays text', async () => {
  const page = await openPage('/rankings', { before: withModels });
  await page.go(await pathOf(page, 'Dogs'));
  await waitFor(() => expect(ranked()).toEqual([`Wuff ${hostile}`, 'Bark']));
  expect(document.querySelector('main img, main script')).toBeNull();
});

test('posts are searched and filtered, also by where the model disagrees with people', async () => {
  const page = await openPage('/rankings', { before: withModels });
  await waitFor(() => expect(titles()).toHaveLength(3));
  await page.user.type(await find('searchbox', 'Search posts'), 'cats');
  await waitFor(() => expect(titles()).toEqual(['Cats']));
  await page.user.clear(await find('searchbox', 'Search posts'));
  await page.user.selectOptions(await find('combobox', 'Split'), 'test');
  await waitFor(() => expect(titles()).toEqual(['Birds']));
  await page.user.selectOptions(await find('combobox', 'Split'), '');
  await page.user.selectOptions(await find('combobox', "People's answers"), 'against');
  await says(/Posts on which reward-2 and people differ/);
  await waitFor(() => expect(titles()).toEqual([]));
  await page.press('Score all comments');
  await says(/[1-7] comments? scored/, await find('region', 'Messages'));
  await page.press('Score all comments');
  await says('All comments have been scored already', await find('region', 'Messages'));
});

test('another model ranks on request, two are compared, and one is put in use', async () => {
  const page = await openPage('/rankings', { before: withModels });
  const by = await find('combobox', 'Ranked by');
  expect(within(by).getByRole('option', { name: /reward-2/ }).textContent).toContain('(in use)');
  await page.user.selectOptions(by, 'reward-1');
  await waitFor(() => expect(location.hash).toContain('model=reward-1'));
  await page.user.selectOptions(await find('combobox', 'Compare with'), 'reward-2');
  await says('reward-2 puts every comment in the same place');
  await says(/with reward-2 \(/);
  await page.press('Use this model');
  await says('reward-1 ranks from now on', await find('region', 'Messages'));
  await gone('button', 'Use this model');
  expect((await page.api.settings.get()).modelInUse).toBe('reward-1');
});

test('the export shows its first rows as they will be, for each format and split, and leaves as a file', async () => {
  const page = await openPage('/rankings', { before: withModels });
  await page.press('Export');
  const dialog = await find('dialog', 'Export');
  const rows = await find('region', 'First rows', dialog);
  await says(/"reward"/, rows);
  await page.press(/^CSV/i, dialog, 'radio');
  await waitFor(() => expect(rows.textContent).toMatch(/,reward/));
  await page.press(/answer/i, dialog, 'radio');
  await says('Nothing matches: the file would be empty', rows);
  expect(await find('button', 'Export', dialog)).toHaveProperty('disabled', true);
  expect(within(dialog).queryByRole('combobox', { name: 'ranked by' })).toBeNull();
  await page.press(/One post on a line/, dialog, 'radio');
  await page.user.selectOptions(await find('combobox', 'Posts of', dialog), 'test');
  await waitFor(() => expect(rows.textContent).toMatch(/^\{.*Birds.*\}$/));
  await page.press('Export', dialog);
  await says(/1 post exported to/, await find('region', 'Messages'));
  await gone('dialog', 'Export');
});
