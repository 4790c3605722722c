import { expect, test } from 'vitest';
import type { House } from '../../../src-main/app/kernel/house.ts';
import { trustIn } from '../../../src-main/app/kernel/trust.ts';
import { addAnswer } from '../../../src-main/store/answers.ts';
import { findPost } from '../../../src-main/store/posts.ts';
import { importPosts, type OpenHouse, openHouse, plainPosts } from '../../support/house-with-posts.ts';

const weighed = { pairs: 'both', config: { weighPeople: 1 } } as const;

function says({ store }: OpenHouse, annotator: string, post: number, choice: 'left' | 'right', verdict = false): void {
  const { comments } = findPost(store, post);
  const pair = { postId: post, leftId: comments[0]!.id, rightId: comments[1]!.id };
  addAnswer(store, { ...pair, choice, annotator, origin: 'compare', verdict });
}

test('people count by how reliable they are on the training split, and alike where nobody asks for that', async () => {
  const house = openHouse();
  await importPosts(house.app, plainPosts(40, 2));
  const others = plainPosts(60, 2).slice(40);
  await importPosts(house.app, others, 'test');
  for (let post = 1; post <= 40; post++) {
    for (const careful of ['Ada', 'Ben']) says(house, careful, post, 'left');
    says(house, 'coin', post, post % 2 === 0 ? 'left' : 'right');
  }
  // On posts that are kept for the test, it would look otherwise.
  for (let post = 41; post <= 60; post++) {
    says(house, 'coin', post, 'left');
    for (const careful of ['Ada', 'Ben']) says(house, careful, post, post % 2 === 0 ? 'left' : 'right');
  }
  says(house, 'judge', 2, 'right', true);
  const of = (pairs: 'both' | 'votes' | 'adjacent' | 'labels', weighPeople: number) =>
    trustIn(house as unknown as House, { pairs, config: { weighPeople } }, {});
  const trust = (await trustIn(house as unknown as House, weighed, {}))!;
  expect(trust('Ada')).toBe(1);
  expect(trust('Ben')).toBeCloseTo(1, 6);
  expect(trust('coin')).toBeLessThan(0.25);
  expect(trust('coin')).toBeGreaterThan(0);
  expect(await of('both', 0)).toBeUndefined();
  expect(await of('votes', 1)).toBeUndefined();
  expect(await of('adjacent', 1)).toBeUndefined();
  expect((await of('labels', 1))!('coin')).toBe(trust('coin'));
});

test('whoever shares no pair counts as what is believed before, and one person alone in full', async () => {
  const house = openHouse();
  await importPosts(house.app, plainPosts(30, 2));
  says(house, 'alone', 1, 'left');
  expect((await trustIn(house as unknown as House, weighed, {}))!('alone')).toBe(1);
  for (let post = 2; post <= 30; post++) for (const two of ['Ada', 'Ben']) says(house, two, post, 'left');
  const trust = (await trustIn(house as unknown as House, weighed, {}))!;
  expect(trust('Ada')).toBe(1);
  expect(trust('alone')).toBeGreaterThan(0.3);
  expect(trust('alone')).toBeLessThan(0.9);
});
