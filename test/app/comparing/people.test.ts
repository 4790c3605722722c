import { expect, test } from 'vitest';
import { printPeople } from '../../../src-main/doors/terminal/people.ts';
import { addAnswer, revokeAnswer } from '../../../src-main/store/answers.ts';
import { findPost } from '../../../src-main/store/posts.ts';
import { importPosts, type OpenHouse, openHouse, plainPosts } from '../../support/house-with-posts.ts';

/** A person says this of the first two comments of a post. */
function says({ store }: OpenHouse, annotator: string, post: number, choice: 'left' | 'right' | 'skip'): string {
  const { comments } = findPost(store, post);
  const pair = { postId: post, leftId: comments[0]!.id, rightId: comments[1]!.id };
  return addAnswer(store, { ...pair, choice, annotator, origin: 'compare', durationMs: 3000 }).answer.key;
}

test('people stand with their figures, and posts on which they differ by name; what was taken back is not among them', async () => {
  const house = openHouse();
  await importPosts(house.app, plainPosts(3, 2));
  expect(await house.api.people.list()).toMatchObject({ people: [], total: 0, disputed: [], agreement: { pairs: 0 } });
  says(house, 'Ada', 1, 'left');
  says(house, 'Ada', 2, 'left');
  says(house, 'Ada', 3, 'skip');
  says(house, 'Grace', 1, 'left');
  says(house, 'Grace', 2, 'right');
  revokeAnswer(house.store, says(house, 'Nobody', 2, 'left'));

  const report = await house.api.people.list();
  expect(report).toMatchObject({
    total: 2,
    people: [
      { annotator: 'Ada', answers: 2, shared: 2, agreement: { value: 0.5, interval: null }, seconds: 3 },
      { annotator: 'Grace', answers: 2, shared: 2, agreement: { value: 0.5 }, left: { value: 0.5 } },
    ],
    agreement: { pairs: 2, share: 0.5 },
    disputed: [{ post: 2, name: 'Post p1', pairs: 1, people: 2, share: 0 }],
    disputedTotal: 1,
  });
  expect(await house.app.people()).toEqual(report);

  const printed = printPeople(report);
  expect(printed).toMatch(/^Ada +2 +50% of 2 +- /m);
  expect(printed).toMatch(/^#2 +0\.0% +1 +2 +Post p1$/m);
  for (const word of ['Agreement: ', 'Reliability: ', 'Change: ']) expect(printed).toContain(`\n${word}`);
});

test('a name from a file can do nothing to the terminal', async () => {
  const house = openHouse();
  await importPosts(house.app, plainPosts(1, 2));
  says(house, '\u001b[31mred\u0007', 1, 'left');
  expect(printPeople(await house.app.people())).not.toMatch(/(?!\n)\p{Cc}/u);
});
