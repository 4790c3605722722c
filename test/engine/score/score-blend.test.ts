import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeBlendFolder } from '../../../src-main/checkpoint/blend-folder.ts';
import { createRandom } from '../../../src-main/common/random.ts';
import { type Progress, type ScoreRequest, useEncoder, vectorWidth } from '../../../src-main/contract/engine.ts';
import { writeEncoderFolder } from '../../../src-main/engine/head/encoder-folder.ts';
import { blocksOf, plainNames } from '../../../src-main/engine/head/features.ts';
import { type Head, writeHeadFolder } from '../../../src-main/engine/head/head-folder.ts';
import { encoderRewardParameters } from '../../../src-main/engine/model/encoder-reward.ts';
import { createOnnxRuntime } from '../../../src-main/engine/runtime/onnx.ts';
import { holdModels } from '../../../src-main/engine/score/held-models.ts';
import { smallEncoder } from '../../support/small-deep-encoder.ts';

const manifest = { kind: 'reward', createdAt: '', trainingConfig: {}, result: {}, maxTokens: 24 } as const;
const random = createRandom(4);
const numbers = (length: number) => Float32Array.from({ length }, () => random() - 0.5);
const headOf = (): Head => ({
  weights: numbers(blocksOf(vectorWidth).end),
  mean: new Float32Array(plainNames.length),
  deviation: new Float32Array(plainNames.length).fill(1),
});
const texts = ['thanks, clear', 'spam', 'a kind source'].map((comment) => ({ post: 'question number one', comment }));
const vectors = numbers(2 * texts.length * vectorWidth);
const home = mkdtempSync(join(tmpdir(), 'tiebreak-'));
afterAll(() => rmSync(home, { recursive: true }));
const [quick, deep, blend] = ['quick-1', 'deep-1', 'best-1'].map((name) => join(home, name)) as [
  string,
  string,
  string,
];
const held = holdModels();
const open = async () => createOnnxRuntime('cpu');

async function score(modelFolder: string, request: Partial<ScoreRequest> = {}) {
  const seen: Progress[] = [];
  const context = {
    onProgress: (progress: Progress) => void seen.push(progress),
    signal: new AbortController().signal,
  };
  const whole: ScoreRequest = { type: 'score', modelFolder, device: 'cpu', texts, ...request };
  return { ...(await held.score(whole, open, context)), seen };
}

beforeAll(async () => {
  await writeHeadFolder(quick, { ...headOf(), encoder: useEncoder.name, deviations: null }, manifest);
  const { tensors: pretrained, ...reader } = await smallEncoder();
  const own = encoderRewardParameters(reader.config).flatMap(({ name, shape }) =>
    pretrained.has(name) ? [] : [[name, { shape, data: numbers(shape.reduce((a, b) => a * b, 1)) }] as const],
  );
  const tensors = new Map([...pretrained, ...own]);
  await writeEncoderFolder(deep, { ...reader, manifest, tensors, head: headOf() });
  const parts = [
    { folder: quick, method: 'quick', weight: 0.7 },
    { folder: deep, method: 'deep', weight: 1.9 },
  ] as const;
  await writeBlendFolder(blend, parts, manifest);
});

test('a blend gives the weighted sum of what its models give, the vectors going to the quick one', async () => {
  const [one, other, both] = [await score(quick, { vectors }), await score(deep), await score(blend, { vectors })];
  for (const [i, reward] of both.rewards.entries()) {
    expect(reward).toBeCloseTo(0.7 * one.rewards[i]! + 1.9 * other.rewards[i]!, 4);
  }
  expect(new Set(both.rewards).size).toBe(texts.length);
  expect(both.cuts).toEqual(other.cuts);
});

test('its progress goes once through the texts, whatever its models', async () => {
  const { seen } = await score(blend, { vectors });
  const done = seen.map((progress) => progress.done);
  expect(done).toEqual(done.toSorted((a, b) => a - b));
  expect(done.at(-1)).toBe(texts.length);
  for (const { total } of seen) expect(total).toBe(texts.length);
});

test('no text gets no reward', async () => {
  expect([...(await score(blend, { texts: [], vectors: new Float32Array(0) })).rewards]).toEqual([]);
});
