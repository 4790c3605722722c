import { afterEach, expect, test, vi } from 'vitest';
import { randomFrom } from '../../../src-main/common/random.ts';
import type { Answer } from '../../../src-main/contract/records.ts';
import type { Settings } from '../../../src-main/contract/settings.ts';
import type { ComparePair } from '../../../src-main/contract/views.ts';
import { allAnswers } from '../../../src-main/store/labels.ts';
import { findPost } from '../../../src-main/store/posts.ts';
import { type Client, importPosts, type OpenHouse, openHouse, plainPosts } from '../../support/house-with-posts.ts';

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
