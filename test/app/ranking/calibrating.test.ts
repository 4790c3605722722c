import { expect, test } from 'vitest';
import { printCalibration } from '../../../src-main/doors/terminal/print.ts';
import { addModel, findKeptModel } from '../../../src-main/store/models.ts';
import { importPosts, type OpenHouse, openHouse, type PostRow } from '../../support/house-with-posts.ts';
import { resultOf } from '../../support/served.ts';

/** The engine of the tests gives a comment its length as a reward: it is right on all but every fourth of these. */
const posts = (name: string, count: number): readonly PostRow[] =>
  Array.from({ length: count }, (_, i) => {
    const comments = [`The much longer comment ${i}`, `Short ${i}`];
    return { id: `${name}${i}`, comments: i % 4 === 3 ? comments.toReversed() : comments };
  });

async function trained(): Promise<OpenHouse> {
  const house = openHouse();
  for (const split of ['train', 'validation', 'test'] as const) await importPosts(house.app, posts(split, 40), split);
  await house.app.train({ kind: 'reward', method: 'gpt', config: { epochs: 1 }, device: 'cpu' });
  return house;
}

test('a training learns how sure its model may be, and rankings say so', async () => {
  const { app, api, store } = await trained();
  const { temperature } = findKeptModel(store, 1);
  // It is sure of every pair by 17 or 18 characters, and right on three of four: sigmoid(17 / T) is about 3/4.
  expect(temperature!).toBeGreaterThan(10);
  expect(temperature!).toBeLessThan(17);
  const [post] = (await api.posts.list({ split: 'test', limit: 1 })).posts;
  const view = await api.rankings.post({ post: post!.id });
  const [first, second] = view.comments;
  const distance = first!.rewards[0]! - second!.rewards[0]!;
  expect(first!.beatsNext).toBeCloseTo(1 / (1 + Math.exp(-distance / temperature!)), 1);
  const { evaluation, result } = await api.models.detail({ model: 1 });
  // One figure, wherever the model stands.
  const [line] = (await api.models.list()).models;
  expect(result).toMatchObject({ name: 'reward-1', inUse: true, trainedOn: line!.trainedOn, accuracy: line!.accuracy });
  expect(evaluation).toMatchObject({ data: 'test', pairs: 40, answered: 0, accuracy: line!.accuracy!.value });
  expect((await api.train.run({ run: 1 })).result).toEqual(result);
  expect(evaluation!.reliability).toMatchObject({ temperature });
  expect(evaluation!.reliability!.error).toBeLessThan(0.06);
  expect(evaluation!.calibration.error).toBeGreaterThan(0.2);
  // The same by command, which learns it anew.
  const report = await app.calibrate({ device: 'cpu' });
  expect(report).toMatchObject({ model: 'reward-1', temperature, pairs: 40, evaluation: { data: 'test', pairs: 40 } });
  const printed = printCalibration(report);
  expect(printed).toContain('reward-1 was calibrated on 40 pairs of the validation split: temperature 1');
  expect(printed).toMatch(/sure +on average +right +pairs/);
});

test('answers on validation change it when it is measured again', async () => {
  const { app, api, store } = await trained();
  const before = findKeptModel(store, 1).temperature!;
  // The four that were wrong first are said to be right now, and 36 more are.
  await importPosts(
    app,
    posts('more', 40).map((post, i) => ({
      ...post,
      comments: i % 4 === 3 ? [...post.comments].reverse() : post.comments,
    })),
    'validation',
  );
  const [post] = (await api.posts.list({ split: 'test', limit: 1 })).posts;
  const [chosen, rejected] = (await api.posts.get({ post: post!.id })).comments;
  await app.addAnswer({ post: post!.key, chosen: chosen!.id, rejected: rejected!.id });
  const evaluation = await resultOf(app, 'measure', (await api.models.measure({ model: 1 })).task);
  const { temperature } = findKeptModel(store, 1);
  expect(temperature!).toBeLessThan(before);
  expect(evaluation.reliability).toMatchObject({ temperature });
  // Whose word the figures are held against is counted with them.
  expect(evaluation).toMatchObject({ pairs: 40, answered: 1 });
  expect((await api.models.detail({ model: 1 })).model).toMatchObject({ temperature });
});

test('without pairs in the validation split rewards are taken as they are, and that is said', async () => {
  const { app, store } = openHouse();
  await importPosts(app, posts('train', 8), 'train');
  await app.train({ kind: 'reward', method: 'gpt', config: { epochs: 1 }, device: 'cpu' });
  expect(findKeptModel(store, 1).temperature).toBeNull();
  const report = await app.calibrate({ device: 'cpu' });
  expect(report).toMatchObject({ temperature: 1, pairs: 0, evaluation: null });
  expect(printCalibration(report)).toBe(
    'There are no pairs in the validation split to calibrate reward-1 on: its rewards are taken as they are.',
  );
});

test('what gives no rewards is not measured', async () => {
  const { api, store } = openHouse();
  const { id } = addModel(store, {
    name: 'sft-1',
    kind: 'sft',
    folder: 'models/sft-1',
    base: null,
    runId: null,
    metrics: {},
  });
  await expect(api.models.measure({ model: id })).rejects.toThrow('sft-1');
});
