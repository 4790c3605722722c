import { expect, test } from 'vitest';
import { addAnswer } from '../../../src-main/store/answers.ts';
import { findPost } from '../../../src-main/store/posts.ts';
import { type OpenHouse, plainPosts } from '../../support/house-with-posts.ts';
import { find, gone, openPage, says, screen, waitFor, within, withoutTable } from '../../support/mounted.ts';

const posts = plainPosts(3, 2);

/** A person says this of the comments of a post. */
function say({ store }: OpenHouse, annotator: string, post: number, choice: 'left' | 'right'): void {
  const { comments } = findPost(store, post);
  const pair = { postId: post, leftId: comments[0]!.id, rightId: comments[1]!.id };
  addAnswer(store, { ...pair, choice, annotator, origin: 'compare', durationMs: 3000 });
}

/** Two people, who differ on the second post. */
function two(house: OpenHouse): void {
  for (const post of [1, 2, 3]) say(house, 'Ada', post, 'left');
  say(house, 'me', 1, 'left');
  say(house, 'me', 2, 'right');
}

/** The row of a person in the table of figures. */
async function rowOf(name: string): Promise<HTMLElement> {
  const header = await find('rowheader', name, await find('region', 'Figures of each person'));
  return header.closest('tr') as HTMLElement;
}

test('while nobody has answered, there is a way to compare and one to import', async () => {
  const { press, path, go } = await openPage('/people', { posts });
  await find('heading', 'Nobody has answered yet');
  expect(screen.queryByRole('button', { name: 'Show names' })).toBeNull();
  await press('Import answers', undefined, 'link');
  await waitFor(() => expect(path()).toBe('/data/import'));
  await go('/people');
  await press('Compare', await find('main', ''), 'link');
  await waitFor(() => expect(path()).toBe('/'));
});

test('one person alone is told how others come in', async () => {
  await openPage('/people', { posts, before: (house) => say(house, 'me', 1, 'left') });
  await says('No pair was answered by two people yet');
  await says('Let a second person compare the same posts');
  await rowOf('You');
  expect(screen.queryByRole('button', { name: 'Show names' })).toBeNull();
  expect(screen.queryByRole('heading', { name: 'Posts on which people differ' })).toBeNull();
});

test('others have no names until they are asked for, with the keyboard as well', async () => {
  const { user, text } = await openPage('/people', { posts, before: two });
  expect((await rowOf('Person 1')).textContent).toMatch(/3.*50%\s*of 2/);
  expect((await rowOf('You')).textContent).toMatch(/2.*50%\s*of 2/);
  expect(text()).not.toContain('Ada');
  (await find('button', 'Show names')).focus();
  await user.keyboard('{Enter}');
  await rowOf('Ada');
  await rowOf('You');
  await user.keyboard('{Enter}');
  await gone('rowheader', 'Ada');
  expect(text()).not.toContain('Ada');
});

test('each column has its sentence, and what two answers say is there', async () => {
  const { text } = await openPage('/people', { posts, before: two });
  await says('On 2 pairs that two or more people answered, all said the same on 50.0%');
  const table = await find('table', '', await find('region', 'Figures of each person'));
  const columns = within(table).getAllByRole('columnheader').slice(1);
  expect(columns.length).toBeGreaterThan(5);
  for (const { textContent } of columns) {
    const term = screen.getAllByRole('term').find((one) => one.textContent === textContent);
    expect(term?.nextElementSibling?.textContent).toMatch(/\.$/);
  }
  expect(text()).toContain('Reliability of each person');
});

test('a post on which people differ leads to its ranking, and new answers change what stands there', async () => {
  const { press, path, api, go } = await openPage('/people', { posts, before: two });
  await find('link', 'Post p1');
  expect(screen.queryByRole('link', { name: 'Post p0' })).toBeNull();
  await press('Post p1', undefined, 'link');
  await waitFor(() => expect(path()).toBe('/rankings/2'));
  await go('/people');
  const { answers } = await api.answers.recent({});
  await api.answers.change({ key: answers.find(({ post }) => post.id === 2)!.key, choice: 'left' });
  await gone('link', 'Post p1');
  await says('all said the same on 100.0%');
});

test('g and p lead there', async () => {
  const { user, path } = await openPage('/settings', { posts });
  await find('heading', 'Settings');
  await user.keyboard('gp');
  await waitFor(() => expect(path()).toBe('/people'));
});

test('what goes wrong is said, and can be tried again', async () => {
  let back = (): void => {};
  const { press } = await openPage('/people', {
    posts,
    before: (house) => {
      two(house);
      back = withoutTable(house, 'labels');
    },
  });
  await find('alert', '');
  back();
  await press('Try again');
  await rowOf('You');
});
