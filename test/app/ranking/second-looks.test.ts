import { expect, test } from 'vitest';
import { printSecondLooks } from '../../../src-main/doors/terminal/print.ts';
import { addAnswer } from '../../../src-main/store/answers.ts';
import { addModel } from '../../../src-main/store/models.ts';
import type { WritingStore } from '../../../src-main/store/open.ts';
import { findPost } from '../../../src-main/store/posts.ts';
import { importPosts, type OpenHouse, openHouse } from '../../support/house-with-posts.ts';

/** Posts on which three people hold the longer comment for the better one, and I do so but on the first. */
async function answered(): Promise<OpenHouse> {
  const house = openHouse();
  const { app, store } = house;
  await importPosts(
    app,
    Array.from({ length: 8 }, (_, i) => ({ id: `p${i}`, comments: [`Long${'g'.repeat(i)}er`, `S${i}`] })),
  );
  for (let post = 1; post <= 8; post++) {
    for (const annotator of ['Anna', 'Ben', 'me']) say(store, post, annotator, annotator === 'me' && post === 1);
  }
  return house;
}

function say(store: WritingStore, post: number, annotator: string, shorter = false): void {
  const [long, short] = findPost(store, post).comments.toSorted((a, b) => b.text.length - a.text.length);
  addAnswer(store, {
    postId: post,
    leftId: long!.id,
    rightId: short!.id,
    choice: shorter ? 'right' : 'left',
    annotator,
    origin: 'compare',
  });
}

const addReward = (store: WritingStore) =>
  addModel(store, { name: 'lengths', kind: 'reward', folder: 'models/lengths', base: null, runId: null, metrics: {} });

test('my answer that all else contradicts is offered, until I say that it stands', async () => {
  const { app, api, store } = await answered();
  expect(await api.answers.secondLooks()).toEqual({ looks: [], of: 0, model: null });
  expect(printSecondLooks(await app.secondLooks({}))).toContain('train one first');
  addReward(store);
  // What the model has not scored can't be held against it.
  expect(await api.answers.secondLooks()).toEqual({ looks: [], of: 0, model: 'lengths' });
  await app.rank({ device: 'cpu' });
  const { looks, of } = await api.answers.secondLooks();
  expect(of).toBe(8);
  expect(looks).toMatchObject([{ choice: 'right', annotator: 'me', post: { id: 1 } }]);
  expect(looks[0]!.chance).toBeLessThan(0.25);
  const printed = printSecondLooks(await app.secondLooks({}));
  expect(printed).toMatch(
    /^1 answer of 8 for a second look, the most harmful first:\n\nPost 1: right is better, which everything else gives \d+\.\d%/,
  );
  expect(printSecondLooks(await app.secondLooks({ annotator: 'Anna' }))).toContain('None of 8 answers is contradicted');

  await api.answers.confirm({ key: looks[0]!.key });
  expect((await api.answers.secondLooks()).looks).toEqual([]);
});

test('one that I change is no longer in doubt, and what is not mine is not mine to confirm', async () => {
  const { app, api, store } = await answered();
  addReward(store);
  await app.rank({ device: 'cpu' });
  const [look] = (await api.answers.secondLooks()).looks;
  await api.answers.change({ key: look!.key, choice: 'left', note: '' });
  expect(await api.answers.secondLooks()).toMatchObject({ looks: [], of: 8 });
  say(store, 2, 'Cy', true);
  const [other] = (await app.secondLooks({ annotator: 'Cy' })).looks;
  expect(other).toMatchObject({ annotator: 'Cy' });
  await expect(api.answers.confirm({ key: other!.key })).rejects.toThrow("This answer is Cy's own.");
});
