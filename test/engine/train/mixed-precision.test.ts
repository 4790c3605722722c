import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../../src-main/checkpoint/safetensors.ts';
import { defaultConfig } from '../../../src-main/common/default-config.ts';
import type { CurvePoint, PairGroup, TrainingConfig } from '../../../src-main/contract/engine.ts';
import { createOnnxRuntime } from '../../../src-main/engine/runtime/onnx.ts';
import type { Runtime } from '../../../src-main/engine/runtime/runtime.ts';
import { createLossScale } from '../../../src-main/engine/train/loss-scale.ts';
import { train as runTraining } from '../../../src-main/engine/train/train.ts';
import { resource } from '../../../src-main/root.ts';
import { halfPrecisionOnCpu } from '../../support/half-precision.ts';

const posts = 15;
const data = { train: rowsOf('ukp-train.jsonl', posts), validation: [] };
const cpu = createOnnxRuntime('cpu');
const folder = mkdtempSync(join(tmpdir(), 'tiebreak-mixed-'));
const config: TrainingConfig = {
  ...defaultConfig('sft'),
  ...{ width: 32, layers: 2, heads: 2, vocabulary: 500, maxTokens: 64, tokensPerBatch: 512, epochs: 1 },
  ...{ learningRate: 5e-3, warmupSteps: 5, mixedPrecision: 1 },
};

/** Posts of the sample with the pairs of neighbouring comments. */
function rowsOf(file: string, count: number): PairGroup[] {
  const lines = readFileSync(resource('sample', file), 'utf8').split('\n').slice(0, count);
  return lines.map((line) => {
    const { text, comments } = JSON.parse(line) as { text: string; comments: { text: string }[] };
    const texts = comments.slice(0, 5).map((comment) => ({ post: text, comment: comment.text }));
    return { texts, pairs: texts.slice(1).map((_, i) => ({ first: i, second: i + 1, target: 1 })) };
  });
}

async function train(name: string, runtime: Runtime, changes: Partial<TrainingConfig> = {}, stopAt?: number) {
  const runFolder = join(folder, `run-${name}`);
  mkdirSync(runFolder, { recursive: true });
  const places = { runFolder, modelFolder: join(folder, name), base: null, device: 'cpu' } as const;
  const job = { type: 'train', kind: 'sft', config: { ...config, ...changes }, data, ...places } as const;
  const curve: CurvePoint[] = [];
  const stop = new AbortController();
  const onProgress = ({ point }: { point?: CurvePoint }) => {
    if (point) curve.push(point);
    if (point && point.step === stopAt) stop.abort();
  };
  const result = await runTraining(runtime, job, { onProgress, signal: stop.signal }).catch((error) => {
    if (stopAt === undefined) throw error;
    return null;
  });
  return { curve, result };
}

const weightsOf = async (name: string) => (await readSafetensors(join(folder, name, 'model.safetensors'))).tensors;

describe('an epoch in mixed precision', () => {
  let [mixed, single]: Awaited<ReturnType<typeof train>>[] = [];
  beforeAll(async () => {
    mixed = await train('mixed', halfPrecisionOnCpu());
    single = await train('single', cpu, { mixedPrecision: 0 });
  });

  test('has the losses of float32 within 1%, and not its very numbers', async () => {
    const { curve } = single!;
    expect(curve.length).toBeGreaterThan(20);
    expect(mixed!.curve.length).toBe(curve.length);
    // It has learned enough for that to say something.
    expect(curve.at(-1)!.loss).toBeLessThan(0.9 * curve[0]!.loss);
    const apart = curve.map(({ loss }, i) => Math.abs(mixed!.curve[i]!.loss / loss - 1));
    expect(Math.max(...apart)).toBeGreaterThan(0);
    expect(Math.max(...apart)).toBeLessThan(0.01);
    expect(mixed!.result!.loss / mean(curve.slice(-Math.ceil(curve.length / 10)))).toBeCloseTo(1, 2);
  });

  test('goes on after a stop as if it had never stopped, the scale of its loss with it', async () => {
    const stopped = await train('parts', halfPrecisionOnCpu(), {}, 7);
    expect(stopped.result).toBeNull();
    const { tensors } = await readSafetensors(join(folder, 'run-parts', 'checkpoint.safetensors'));
    expect(tensors.get('lossScale')!.data).toHaveLength(3);
    const rest = await train('parts', halfPrecisionOnCpu());
    // What came before the checkpoint is told again.
    expect(rest.curve).toEqual(mixed!.curve);
    expect(await weightsOf('parts')).toEqual(await weightsOf('mixed'));
  });

  test('leaves out a step whose gradients are too large, and halves the scale', async () => {
    await train('large', halfPrecisionOnCpu(), {}, 7);
    const file = join(folder, 'run-large', 'checkpoint.safetensors');
    const before = await readSafetensors(file);
    const scaled = { shape: [3], data: Float32Array.of(2 ** 60, 7, 0) };
    await writeSafetensors(file, new Map(before.tensors).set('lossScale', scaled), before.metadata);
    const { curve } = await train('large', halfPrecisionOnCpu(), {}, 8);
    expect(curve.at(-1)).toMatchObject({ step: 8, loss: mixed!.curve[7]!.loss, gradientNorm: 0 });
    const after = (await readSafetensors(file)).tensors;
    expect([...after.get('lossScale')!.data]).toEqual([2 ** 59, 0, 1]);
    for (const [name, tensor] of before.tensors) if (name !== 'lossScale') expect(after.get(name)).toEqual(tensor);
  });

  test('on a device without float16 is one in float32, and says so', async () => {
    const { curve, result } = await train('without', cpu);
    expect(curve).toEqual(single!.curve);
    expect(result!.notes).toEqual([
      'Mixed precision was asked for, but the processor (CPU) does not compute in float16: all of it was float32.',
    ]);
    expect(mixed!.result!.notes).toBeUndefined();
  });
});

const mean = (curve: readonly CurvePoint[]) => curve.reduce((sum, { loss }) => sum + loss, 0) / curve.length;

describe('the scale of the loss', () => {
  const factor = (scale: ReturnType<typeof createLossScale>) => scale.feeds().lossScale!.data[0];

  test('is halved where it was too large, doubled after many steps where it was not, and goes on from what was kept', () => {
    const scale = createLossScale();
    expect(factor(scale)).toBe(2 ** 16);
    expect([scale.fits(Number.NaN), scale.fits(Number.POSITIVE_INFINITY), scale.fits(1)]).toEqual([false, false, true]);
    expect([factor(scale), scale.skipped]).toEqual([2 ** 14, 2]);
    const again = createLossScale(scale.everything().get('lossScale')!);
    for (let step = 0; step < 499; step++) expect(again.fits(1)).toBe(true);
    expect([factor(again), again.skipped]).toEqual([2 ** 15, 2]);
  });

  test('that helps nothing ends the training', () => {
    const scale = createLossScale({ data: Float32Array.of(1, 0, 0) });
    expect(() => scale.fits(Number.NaN)).toThrow('mixedPrecision 0');
  });
});
