import { afterEach, expect, test, vi } from 'vitest';
import { isBlind } from '../../../src-main/common/blind.ts';
import { randomFrom } from '../../../src-main/common/random.ts';
import type { Answer } from '../../../src-main/contract/records.ts';
import type { Settings } from '../../../src-main/contract/settings.ts';
import type { ComparePair } from '../../../src-main/contract/views.ts';
import { allAnswers } from '../../../src-main/store/labels.ts';
import { findPost } from '../../../src-main/store/posts.ts';
import { type Client, importPosts, type OpenHouse, openHouse, plainPosts } from '../../support/house-with-posts.ts';
import { resultOf } from '../../support/served.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** Lets everything be drawn from this seed. */
function drawFrom(seed: number): void {
  const random = randomFrom(seed);
  vi.spyOn(crypto, 'getRandomValues').mockImplementation(((into: Uint32Array<ArrayBuffer>) =>
    into.map(() => random() * 2 ** 32)) as typeof crypto.getRandomValues);
}

const nameOf = ({ left, right }: ComparePair): string => [left.id, right.id].sort((a, b) => a - b).join(' ');

/** Answers so many pairs one by one, the longer text being better, and gives the pairs. */
async function answer(api: Client, count: number): Promise<ComparePair[]> {
  const shown: ComparePair[] = [];
  for (let i = 0; i < count; i++) {
    const [pair] = (await api.answers.nextPairs({ tab: 'tab', count: 1 })).pairs;
    const choice = pair!.left.text.length > pair!.right.text.length ? 'left' : 'right';
    const sides = { postId: pair!.post.id, leftId: pair!.left.id, rightId: pair!.right.id };
    await api.answers.add({ tab: 'tab', key: crypto.randomUUID(), ...sides, choice });
    shown.push(pair!);
  }
  return shown;
}

async function housed(settings: Partial<Settings>): Promise<OpenHouse> {
  const house = openHouse();
  await house.api.settings.set(settings);
  return house;
}

const shareOf = (answers: readonly Answer[], chosenBy: Answer['chosenBy']): number =>
  answers.filter((one) => one.chosenBy === chosenBy).length / answers.length;

test('a share of the pairs is drawn by chance, and each answer knows how its pair came to be asked and with what chance', async () => {
  drawFrom(1);
  const { app, api, store } = await housed({ strategy: 'coverage', randomShare: 0.25, repeatShare: 0 });
  await importPosts(app, plainPosts(40, 5));
  await answer(api, 200);
  const answers = [...allAnswers(store)];
  // Three deviations of 200 draws.
  expect(Math.abs(shareOf(answers, 'random') - 0.25)).toBeLessThan(0.092);
  expect(shareOf(answers, 'random') + shareOf(answers, 'coverage')).toBe(1);
  for (const { chance } of answers) {
    expect(chance).toBeGreaterThan(0);
    expect(chance).toBeLessThan(0.2);
  }
  // Nobody had answered yet: 40 posts of ten pairs, drawn evenly either way.
  const [first] = answers;
  const share = first!.chosenBy === 'random' ? 0.25 : 0.75;
  expect(first!.chance).toBeCloseTo(share / 400, 6);
});

test('spread evenly, posts come to have more equal numbers of answers than by chance', async () => {
  const spreadOf = async (strategy: 'random' | 'coverage'): Promise<number> => {
    drawFrom(2);
    const { app, api, store } = await housed({ strategy, randomShare: 0, repeatShare: 0 });
    await importPosts(app, plainPosts(30, 5));
    await answer(api, 90);
    const counts = Map.groupBy(allAnswers(store), ({ postId }) => postId);
    const squares = [...counts.values()].reduce((sum, { length }) => sum + (length - 3) ** 2, 0);
    return (squares + 9 * (30 - counts.size)) / 30;
  };
  expect(await spreadOf('coverage')).toBeLessThan((await spreadOf('random')) / 2);
});

test('after a while some pairs come back with their sides swapped, once each, and count as said again', async () => {
  drawFrom(3);
  const { app, api, store } = await housed({ repeatShare: 0.5 });
  await importPosts(app, plainPosts(40, 5));
  const shown = await answer(api, 120);
  const answers = [...allAnswers(store)];
  const again = answers.filter((one) => one.again);
  expect(answers.slice(0, 31).some((one) => one.again)).toBe(false);
  expect(again.length).toBeGreaterThan(15);
  for (const one of again) {
    expect(one.chosenBy).toBe('again');
    const before = answers.find(({ leftId, rightId }) => leftId === one.rightId && rightId === one.leftId);
    expect(before).toMatchObject({ again: false, annotator: one.annotator });
  }
  const names = Map.groupBy(shown, nameOf);
  for (const times of names.values()) expect(times.length).toBeLessThanOrEqual(2);
  const { people } = await app.people();
  expect(people[0]).toMatchObject({ repeated: again.length });
});

test('where there is no quick model pairs are spread evenly instead of what would tell a model most', async () => {
  const { app, api, store } = await housed({ strategy: 'information', randomShare: 0 });
  await importPosts(app, plainPosts(10, 4));
  await answer(api, 10);
  expect(shareOf([...allAnswers(store)], 'coverage')).toBe(1);
});

test('posts are finished one after another, and those that models are measured on are asked by chance', async () => {
  drawFrom(4);
  const { app, api, store } = await housed({ strategy: 'finish', randomShare: 0, repeatShare: 0 });
  await importPosts(app, plainPosts(12, 4));
  const held = plainPosts(4, 4).map((post) => ({ ...post, id: `v${post.id}`, text: `Another ${post.id}` }));
  await importPosts(app, held, 'validation');
  await answer(api, 40);
  const answers = [...allAnswers(store)];
  expect(shareOf(answers, 'finish')).toBeGreaterThan(0.4);
  const splits = new Map(answers.map(({ postId }) => [postId, findPost(store, postId).split]));
  for (const { postId, chosenBy } of answers) {
    if (splits.get(postId) === 'validation') expect(chosenBy).not.toBe('finish');
  }
  expect(answers.some(({ postId }) => splits.get(postId) === 'validation')).toBe(true);
});

/** How often another post comes than the one before. */
const changes = (shown: readonly ComparePair[]): number =>
  shown.slice(1).filter(({ post }, i) => post.id !== shown[i]!.post.id).length;

test.each(['random', 'coverage', 'finish'] as const)(
  'with posts finished one by one, each text is read once, by the strategy %s',
  async (strategy) => {
    drawFrom(6);
    const { app, api, store } = await housed({ strategy, work: 'post', randomShare: 0.2, repeatShare: 0 });
    await importPosts(app, plainPosts(20, 4));
    const shown = await answer(api, 40);
    const posts = new Set(shown.map(({ post }) => post.id));
    expect(changes(shown)).toBe(posts.size - 1);
    expect(posts.size).toBeGreaterThan(4);
    const answers = [...allAnswers(store)];
    // What was drawn within a post says so: nothing that looks at answers passes for chance.
    if (strategy === 'random') expect(shareOf(answers, 'random')).toBe(1);
    else expect(shareOf(answers, 'finish')).toBeGreaterThan(0.4);
    for (const { chance } of answers) expect(chance).toBeGreaterThan(0);
  },
);

test('pairs that come again come between two posts, as often as is set', async () => {
  drawFrom(7);
  const { app, api, store } = await housed({ work: 'post', repeatShare: 0.1 });
  await importPosts(app, plainPosts(40, 4));
  const shown = await answer(api, 90);
  const again = [...allAnswers(store)].filter((one) => one.again).length;
  expect(again).toBeGreaterThan(2);
  expect(again).toBeLessThan(18);
  // Each leads to another post and on from there: no post is left for it and taken up anew.
  const posts = new Set(shown.map(({ post }) => post.id));
  expect(changes(shown)).toBeLessThanOrEqual(posts.size - 1 + again);
});

test('a tab that wants posts finished from now on keeps the pair on the screen, and the next ones are of its post', async () => {
  drawFrom(8);
  const { app, api } = await housed({ strategy: 'random', repeatShare: 0 });
  await importPosts(app, plainPosts(40, 4));
  const [first] = (await api.answers.nextPairs({ tab: 'tab', count: 3 })).pairs;
  await api.settings.set({ work: 'post' });
  const { pairs } = await api.answers.nextPairs({ tab: 'tab', count: 3, anew: true });
  expect(nameOf(pairs[0]!)).toBe(nameOf(first!));
  expect(new Set(pairs.map(({ post }) => post.id)).size).toBe(1);
});

test('posts on which models are measured are finished as well, by pairs that are drawn whatever is known of them', async () => {
  drawFrom(9);
  const { app, api, store } = await housed({ strategy: 'coverage', work: 'post', randomShare: 0, repeatShare: 0 });
  await importPosts(app, plainPosts(6, 4), 'validation');
  expect(changes(await answer(api, 18))).toBeLessThan(6);
  expect([...allAnswers(store)].every(isBlind)).toBe(true);
});

test('only chosen posts are asked about, of pairs and of several, until all are again', async () => {
  const { app, api, store } = await housed({ strategy: 'coverage', repeatShare: 0 });
  await importPosts(app, plainPosts(30, 4));
  const narrowed = { name: 'posts with “p1”', search: '', split: 'train', disagreement: false } as const;
  await expect(api.answers.narrow({ ...narrowed, split: 'test' })).rejects.toThrow(
    /nothing to compare in 0 posts.*Nothing was changed/,
  );
  const held = (await api.answers.nextPairs({ tab: 'tab', count: 3 })).pairs.map(({ post }) => post.id);
  // Of a post whose pair another tab holds, no list is asked.
  const id = ['p7', 'p8', 'p9', 'p11'].map((name) => findPost(store, name).id).find((one) => !held.includes(one))!;
  expect(await api.answers.narrow({ name: 'one post', post: id })).toEqual({ posts: 1 });
  expect((await api.settings.get()).only).toBe('one post');
  expect((await api.answers.summary()).only).toEqual({ posts: 1, pairsLeft: 6 });
  const lists = (await api.answers.nextLists({ tab: 'list', kind: 'order', count: 1 })).lists;
  expect(lists.map(({ post }) => post.id)).toEqual([id]);
  const shown = await answer(api, 6);
  expect(new Set(shown.map(({ post }) => post.id))).toEqual(new Set([id]));
  expect((await api.answers.nextPairs({ tab: 'tab', count: 1 })).pairs).toEqual([]);
  expect((await api.answers.summary()).only).toEqual({ posts: 1, pairsLeft: 0 });
  // Somebody else's command line asks about all.
  expect((await app.nextPairs({ count: 2 })).length).toBe(2);
  await api.settings.set({ only: null });
  expect((await api.answers.nextPairs({ tab: 'tab', count: 1 })).pairs).toHaveLength(1);
  expect(await api.answers.narrow({ ...narrowed, answered: false })).toEqual({ posts: 29 });
  // What is answered changes nothing of which posts they are.
  const more = await answer(api, 10);
  expect((await api.answers.summary()).only).toEqual({ posts: 29, pairsLeft: 29 * 6 - 10 });
  expect(more.every(({ post }) => post.id !== id)).toBe(true);
});

test('a post that takes the number of a chosen one that is gone is not asked about', async () => {
  const { app, api } = await housed({ repeatShare: 0 });
  await importPosts(app, plainPosts(2, 3));
  await api.answers.narrow({ name: 'posts', search: '', disagreement: false });
  const { id } = (await api.data.imports()).imports[0]!;
  await resultOf(app, 'undo-import', (await api.data.undoImport({ import: id })).task);
  await importPosts(
    app,
    plainPosts(2, 3).map((post) => ({ ...post, id: `other ${post.id}` })),
  );
  expect((await api.answers.summary()).only).toEqual({ posts: 0, pairsLeft: 0 });
  expect((await api.answers.nextPairs({ tab: 'tab', count: 1 })).pairs).toEqual([]);
});

test('a pair that was picked says so, and is left out where a model is measured', async () => {
  const { app, api, store } = openHouse();
  await importPosts(app, plainPosts(1, 3));
  const { id, comments } = findPost(store, 'p0');
  await api.answers.ask({ tab: 'tab', postId: id, one: comments[0]!.id, other: comments[1]!.id });
  await answer(api, 1);
  expect([...allAnswers(store)]).toMatchObject([{ chosenBy: 'picked', chance: null }]);
});

test('the pairs that a model would learn most from are asked, each comment in one of them at most', {
  timeout: 120_000,
}, async () => {
  drawFrom(5);
  const { app, api, store } = openHouse(undefined, 'real');
  await api.settings.set({ strategy: 'information', randomShare: 0, repeatShare: 0 });
  await importPosts(app, plainPosts(30, 4));
  await app.train({ kind: 'reward', method: 'quick', device: 'cpu', compare: false });
  const pairs = await app.nextPairs({ strategy: 'information', count: 20 });
  expect(pairs.map(({ chosenBy }) => chosenBy)).toEqual(Array.from({ length: 20 }, () => 'information'));
  expect(new Set(pairs.flatMap(({ left, right }) => [left.id, right.id])).size).toBe(40);
  // The first ones are spread evenly, until what the model would learn most from is found in the background.
  await expect
    .poll(
      async () => (await answer(api, 1)) && [...allAnswers(store)].some(({ chosenBy }) => chosenBy === 'information'),
      {
        timeout: 30_000,
      },
    )
    .toBe(true);
});
