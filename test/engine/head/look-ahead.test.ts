import { expect, test } from 'vitest';
import { defaultConfig } from '../../../src-main/common/default-config.ts';
import type { Progress, TrainRequest } from '../../../src-main/contract/engine.ts';
import { lookingAhead } from '../../../src-main/engine/head/look-ahead.ts';
import { prepared, samplePosts } from '../../support/head-samples.ts';

const request = (modelFolder: string): TrainRequest => ({
  type: 'train',
  kind: 'reward',
  method: 'quick',
  config: defaultConfig('reward'),
  device: 'cpu',
  base: null,
  runFolder: '',
  modelFolder,
});
const signal = new AbortController().signal;

test('it looks ahead once for the model that was trained last, and for no other', async () => {
  const ahead = lookingAhead();
  const told: Progress[] = [];
  const hooks = { onProgress: (progress: Progress) => told.push(progress), signal };
  expect(await ahead.look('one', hooks)).toBeNull();
  ahead.keep(request('one'), { data: prepared(samplePosts(30)), strength: 10 });
  ahead.keep(request('other'), { data: prepared(samplePosts(60)), strength: Number.POSITIVE_INFINITY });
  expect(await ahead.look('one', hooks)).toBeNull();
  expect(told).toEqual([]);
  expect(await ahead.look('other', hooks)).toMatchObject({ pairs: 180, judged: 180 });
  expect(told.map(({ done, total }) => [done, total])).toEqual([1, 2, 3, 4, 5].map((done) => [done, 5]));
  expect(await ahead.look('other', hooks)).toBeNull();
});

test('it ends when it is cancelled', async () => {
  const ahead = lookingAhead();
  ahead.keep(request('one'), { data: prepared(samplePosts(30)), strength: 10 });
  const looked = ahead.look('one', { onProgress: () => {}, signal: AbortSignal.abort() });
  await expect(looked).rejects.toMatchObject({ code: 'cancelled' });
});
