import { expect, test } from 'vitest';
import type { CompareList } from '../../../src-main/contract/views.ts';
import { allAnswers } from '../../../src-main/store/labels.ts';
import { listAnswer } from '../../../src-main/store/questions.ts';
import { type Client, importPosts, openHouse, plainPosts } from '../../support/house-with-posts.ts';

const idsOf = ({ comments }: CompareList): number[] => comments.map(({ id }) => id);

function given(list: CompareList, pressed: number[][], key = crypto.randomUUID()) {
  return { tab: 'tab', key, kind: list.kind, postId: list.post.id, shown: idsOf(list), pressed, durationMs: 4000 };
}

async function one(api: Client, kind: CompareList['kind'], tab = 'tab'): Promise<CompareList> {
  return (await api.answers.nextLists({ tab, kind, count: 1 })).lists[0]!;
}

test('an answer on four is kept as it was shown and pressed, with five pairs that follow from it; undo takes all of it back', async () => {
  const { app, api, store } = openHouse();
  await importPosts(app, plainPosts(3, 5));
  const list = await one(api, 'best-worst');
  const [a, b, c, d] = idsOf(list);
  const { key } = await api.answers.addList(given(list, [[c!], [a!]]));
  expect(listAnswer(store, key)).toMatchObject({
    kind: 'best-worst',
    shown: [a, b, c, d],
    pressed: [[c], [a]],
    annotator: 'me',
    durationMs: 4000,
    chosenBy: 'coverage',
  });
  const answers = [...allAnswers(store)];
  expect(answers).toHaveLength(5);
  for (const answer of answers) {
    expect(answer).toMatchObject({ question: key, origin: 'compare', durationMs: null, again: false });
  }
  const better = answers.map(({ leftId, rightId, choice }) =>
    choice === 'left' ? [leftId, rightId] : [rightId, leftId],
  );
  expect(better).toEqual(
    expect.arrayContaining([
      [c, a],
      [c, b],
      [c, d],
      [b, a],
      [d, a],
    ]),
  );
  expect(await api.answers.summary()).toMatchObject({ today: 1, total: 1 });
  expect(await api.answers.recent({})).toMatchObject({ answers: [], lists: [{ key, pressed: [[c], [a]] }] });

  await api.answers.revokeList({ key, tab: 'tab' });
  expect([...allAnswers(store)]).toEqual([]);
  expect([...allAnswers(store, { revoked: true })]).toHaveLength(5);
  expect(await api.answers.summary()).toMatchObject({ today: 0, total: 0 });
  expect(await api.answers.recent({})).toEqual({ answers: [], lists: [] });
  expect(idsOf(await one(api, 'best-worst'))).toEqual([a, b, c, d]);
});

test('an order with a tie says every pair; one that the person answered before is said again', async () => {
  const { app, api, store } = openHouse();
  await importPosts(app, plainPosts(1, 3));
  const [pair] = (await api.answers.nextPairs({ tab: 'tab', count: 1 })).pairs;
  const sides = { postId: pair!.post.id, leftId: pair!.left.id, rightId: pair!.right.id };
  await api.answers.add({ tab: 'tab', key: crypto.randomUUID(), ...sides, choice: 'left', much: true });
  const list = await one(api, 'order');
  const [a, b, c] = idsOf(list);
  await api.answers.addList(given(list, [[b!], [a!, c!]]));
  const [first, ...others] = [...allAnswers(store)];
  expect(first).toMatchObject({ much: true, question: null });
  expect(others).toHaveLength(3);
  expect(others.filter(({ choice }) => choice === 'tie')).toHaveLength(1);
  expect(others.filter(({ again }) => again)).toHaveLength(1);
  expect((await api.answers.summary()).total).toBe(2);
  // Both kinds stand among the recent ones, and every pair is answered now.
  const recent = await api.answers.recent({});
  expect([recent.answers.length, recent.lists.length]).toEqual([1, 1]);
  expect((await api.answers.nextPairs({ tab: 'tab', count: 1 })).pairs).toEqual([]);
  expect((await api.answers.nextLists({ tab: 'tab', kind: 'order', count: 1 })).lists).toEqual([]);
});

test('the same answer sent twice is kept once, and one that does not fit is refused with nothing kept', async () => {
  const { app, api, store } = openHouse();
  await importPosts(app, plainPosts(2, 4));
  const list = await one(api, 'order');
  const [a, b, c, d] = idsOf(list);
  await expect(api.answers.addList(given(list, [[a!], [b!]]))).rejects.toThrow(
    "The answer can't be kept: it does not place every comment. Nothing was saved.",
  );
  const gone = { ...list, comments: [...list.comments.slice(1), { id: 999, text: '' }] };
  await expect(api.answers.addList(given(gone, []))).rejects.toThrow('A comment of this question is gone.');
  expect([...allAnswers(store)]).toEqual([]);
  const answer = given(list, [[a!], [b!], [c!], [d!]]);
  await api.answers.addList(answer);
  await api.answers.addList(answer);
  expect([...allAnswers(store)]).toHaveLength(6);
});

test('a question that was skipped does not come again from its post, until the skip is taken back', async () => {
  const { app, api } = openHouse();
  await importPosts(app, plainPosts(1, 4));
  const list = await one(api, 'best-worst');
  const { key } = await api.answers.addList(given(list, []));
  expect((await api.answers.nextLists({ tab: 'tab', kind: 'best-worst' })).lists).toEqual([]);
  expect((await api.answers.recent({})).lists).toMatchObject([{ key, pressed: [] }]);
  await api.answers.revokeList({ key });
  expect((await api.answers.nextLists({ tab: 'tab', kind: 'best-worst', count: 1 })).lists).toHaveLength(1);
});

test('questions on the screen outlive a restart, and no other tab gets them', async () => {
  const before = openHouse();
  await importPosts(before.app, plainPosts(2, 4));
  const list = await one(before.api, 'order');
  expect(idsOf(await one(before.api, 'order', 'other'))).not.toEqual(expect.arrayContaining(idsOf(list)));
  await before.app.close();
  const after = openHouse(before.home);
  const again = (await after.api.answers.nextLists({ tab: 'tab', kind: 'order', count: 2 })).lists;
  expect(again.map(idsOf)).toContainEqual(idsOf(list));
});

test('posts with too few comments are not asked, and a person takes back only their own', async () => {
  const { app, api } = openHouse();
  await importPosts(app, [...plainPosts(5, 3), { id: 'large', comments: ['a', 'b', 'c', 'd'] }]);
  const { lists } = await api.answers.nextLists({ tab: 'tab', kind: 'best-worst', count: 5 });
  expect(lists.map(({ comments }) => comments.length)).toEqual([4]);
  const { key } = await api.answers.addList(given(lists[0]!, []));
  await api.settings.set({ annotator: 'another' });
  await expect(api.answers.revokeList({ key })).rejects.toThrow("This answer is me's own. Nothing was changed.");
  await expect(api.answers.revokeList({ key: 'none' })).rejects.toThrow('This answer is not there.');
});
