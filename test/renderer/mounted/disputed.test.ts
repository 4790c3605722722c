import { expect, test } from 'vitest';
import { addAnswer } from '../../../src-main/store/answers.ts';
import { allAnswers } from '../../../src-main/store/labels.ts';
import { findPost } from '../../../src-main/store/posts.ts';
import { type OpenHouse, plainPosts } from '../../support/house-with-posts.ts';
import { find, openPage, says, screen, waitFor } from '../../support/mounted.ts';

const posts = plainPosts(3, 2);

function say({ store }: OpenHouse, annotator: string, post: number, choice: 'left' | 'right' | 'tie'): void {
  const { comments } = findPost(store, post);
  const pair = { postId: post, leftId: comments[0]!.id, rightId: comments[1]!.id };
  addAnswer(store, { ...pair, choice, annotator, origin: 'compare' });
}

/** Ada and this person differ on the posts 1 and 2. */
function differing(house: OpenHouse): void {
  for (const post of [1, 2, 3]) say(house, 'Ada', post, 'left');
  say(house, 'me', 1, 'right');
  say(house, 'me', 2, 'tie');
  say(house, 'me', 3, 'left');
}

const verdicts = ({ store }: OpenHouse) => [...allAnswers(store)].filter(({ verdict }) => verdict);
const post = (name: string): Promise<HTMLElement> => find('link', name);

test('from the people to their disputed pairs: blind, one at a time, settled by button, taken back', async () => {
  const page = await openPage('/people', { posts, before: differing });
  await page.press('Disputed pairs', undefined, 'link');
  await waitFor(() => expect(page.path()).toBe('/people/disputed'));
  await post('Post p0');
  await says('Of 2 people, 1 said left, 1 right, 0 neither.');
  await says('Comment 0 of 0');
  await says('Comment 1 of 0');
  expect(page.text()).not.toContain('Ada');
  await page.press('Show names');
  await says('Ada');
  await says('You');
  await page.press('Hide names');
  await waitFor(() => expect(page.text()).not.toContain('Ada'));

  const { pairs } = await page.api.people.disputed({});
  await page.press(/^Left is better/);
  await post('Post p1');
  await says('Settled');
  await says('1 pair is settled by a verdict');
  const [first] = pairs;
  expect(verdicts(page)).toMatchObject([
    { postId: 1, leftId: first!.left.id, rightId: first!.right.id, choice: 'left', annotator: 'me', origin: 'compare' },
  ]);
  await page.press(/^Undo/);
  await post('Post p0');
  await says('Taken back');
  expect(verdicts(page)).toEqual([]);
});

test('with the keys of Compare, until none is left; what was put off comes after the others', async () => {
  const page = await openPage('/people/disputed', { posts, before: differing });
  await post('Post p0');
  await page.user.keyboard('w');
  await post('Post p1');
  await page.user.keyboard('s');
  await post('Post p0');
  await waitFor(() => expect(verdicts(page)).toMatchObject([{ postId: 2, choice: 'tie' }]));
  await page.user.keyboard('d');
  await find('heading', 'No pair waits for a verdict');
  expect(verdicts(page)).toMatchObject([{ postId: 2 }, { postId: 1, choice: 'right' }]);
  await says('2 pairs are settled by a verdict');
  expect(screen.queryByRole('button', { name: /is better/ })).toBeNull();
  await page.user.keyboard('z');
  await post('Post p0');
  expect(verdicts(page)).toHaveLength(1);
});

test('while keys are off, buttons alone settle', async () => {
  const page = await openPage('/people/disputed', { posts, settings: { keysEnabled: false }, before: differing });
  await post('Post p0');
  await page.user.keyboard('a');
  expect(screen.queryByText('Settled')).toBeNull();
  await page.press('Neither is better');
  await post('Post p1');
  expect(verdicts(page)).toMatchObject([{ postId: 1, choice: 'tie' }]);
});

test('a verdict that can not be written says so and keeps its pair', async () => {
  const page = await openPage('/people/disputed', { posts, before: differing });
  await post('Post p0');
  const { post: of, left, right } = (await page.api.people.disputed({})).pairs[0]!;
  // In another window, a moment ago, which the page has not heard of yet.
  const sides = { postId: of.id, leftId: left.id, rightId: right.id };
  addAnswer(page.store, { ...sides, choice: 'left', annotator: 'me', origin: 'compare', verdict: true });
  await page.press(/^Right is better/);
  await says('You have given a verdict on this pair already', await find('alert', ''));
  expect(verdicts(page)).toHaveLength(1);
  await page.press('Try again');
  await post('Post p1');
});

test('Recent answers tells a verdict, and changes it into another one', async () => {
  const page = await openPage('/people/disputed', { posts, before: differing });
  await post('Post p0');
  await page.press(/^Left is better/);
  await says('Settled');
  await page.go('/');
  await page.press('Recent answers');
  const list = await find('dialog', 'Recent answers');
  await says('Verdict: left is better', list);
  const [change] = await screen.findAllByRole('button', { name: 'Change' });
  await page.user.click(change!);
  await find('menuitem', 'Right is better');
  expect(screen.queryByRole('menuitem', { name: 'Skip' })).toBeNull();
  await page.press('Right is better', undefined, 'menuitem');
  await says('Verdict: right is better', list);
  expect(verdicts(page)).toMatchObject([{ choice: 'right' }]);
});

test('without a disputed pair it says when one stands here', async () => {
  await openPage('/people/disputed', { posts });
  await find('heading', 'No pair waits for a verdict');
});
