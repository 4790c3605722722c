import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { readArchitecture } from '../../../src-main/checkpoint/folder.ts';
import { readSafetensors } from '../../../src-main/checkpoint/safetensors.ts';
import { defaultConfig } from '../../../src-main/common/default-config.ts';
import { createRandom } from '../../../src-main/common/random.ts';
import {
  type CurvePoint,
  dataFiles,
  type PairGroup,
  type Progress,
  type TrainingConfig,
  type TrainRequest,
} from '../../../src-main/contract/engine.ts';
import { judge } from '../../../src-main/engine/head/loss.ts';
import { readBertEncoder } from '../../../src-main/engine/model/bert-encoder.ts';
import { beginJob } from '../../../src-main/engine/run/job.ts';
import { createOnnxRuntime } from '../../../src-main/engine/runtime/onnx.ts';
import type { Runtime } from '../../../src-main/engine/runtime/runtime.ts';
import { createTensorflowRuntime } from '../../../src-main/engine/runtime/tensorflow.ts';
import { openModel } from '../../../src-main/engine/score/open-model.ts';
import { train as runTraining } from '../../../src-main/engine/train/train.ts';
import { encodersFolder } from '../../support/fixtures.ts';
import { smallEncoder } from '../../support/small-deep-encoder.ts';

const onnx = createOnnxRuntime('cpu');
const context = { onProgress: () => {}, signal: new AbortController().signal };
/** Small, random, and of the family of the one that comes with the program. */
const encoderFolder = join(encodersFolder(), 'all-minilm');
const sum = (name: string) =>
  createHash('sha256')
    .update(readFileSync(join(encoderFolder, name)))
    .digest('hex');
const files = { 'model.safetensors': sum('model.safetensors') };
writeFileSync(join(encoderFolder, 'encoder.json'), JSON.stringify({ format: 1, name: 'small', files }));
const encoder = () => readBertEncoder(encoderFolder);

// Which word is the better one depends on the post: who reads the comment alone can't know.
const words: Readonly<Record<string, readonly [string, string]>> = {
  'what is good to eat': ['bread', 'water'],
  'what is good to drink': ['water', 'bread'],
};

/** Posts whose better comment has the word that goes with the post. Sides alternate, and every fifth post has a tie. */
function groups(count: number, seed: number): PairGroup[] {
  const random = createRandom(seed);
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)]!;
  return Array.from({ length: count }, (_, i) => {
    const [post, [better, worse]] = pick(Object.entries(words));
    const comment = (word: string) => `${pick(['the', 'some', 'a'])} ${word} ${pick(['here', 'there', 'now'])}`;
    const texts = [better, worse, worse].map((word) => ({ post, comment: comment(word) }));
    return {
      texts,
      pairs: [
        i % 2 === 0 ? { first: 0, second: 1, target: 1 } : { first: 1, second: 0, target: 0 },
        { first: 0, second: 2, target: 1 },
        ...(i % 5 === 0 ? [{ first: 1, second: 2, target: 0.5 }] : []),
      ],
    };
  });
}

const data = { train: groups(60, 1), validation: groups(16, 2) };
const small = {
  epochs: 2,
  learningRate: 3e-3,
  layerDecay: 1,
  warmupSteps: 4,
  tokensPerBatch: 300,
  maxTokens: 24,
  checkpointEvery: 0,
  patience: 0,
  seed: 3,
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tiebreak-'));
});

async function train(
  name: string,
  changes: Partial<TrainingConfig> = {},
  {
    stopAt,
    seconds,
    of = data,
    runtime = onnx,
  }: { stopAt?: number; seconds?: number; of?: typeof data; runtime?: Runtime } = {},
) {
  const runFolder = join(folder, `run-${name}`);
  mkdirSync(runFolder, { recursive: true });
  const request: TrainRequest = {
    type: 'train',
    kind: 'reward',
    method: 'together',
    config: { ...defaultConfig('reward', 'together'), ...small, ...changes },
    device: 'cpu',
    base: null,
    encoder: { name: 'small', folder: encoderFolder },
    ...(seconds === undefined ? {} : { seconds }),
    runFolder,
    modelFolder: join(folder, name),
  };
  for (const split of ['train', 'validation'] as const) {
    writeFileSync(join(runFolder, dataFiles[split]), of[split].map((group) => `${JSON.stringify(group)}\n`).join(''));
  }
  const stop = new AbortController();
  const curve: CurvePoint[] = [];
  const onProgress = ({ point }: Progress) => {
    if (point) curve.push(point);
    if (stopAt !== undefined && point?.step === stopAt) stop.abort();
  };
  const result = await runTraining(runtime, await beginJob(request), { onProgress, signal: stop.signal }, encoder);
  return { result, curve };
}

async function rewardsOf(
  name: string,
  texts = data.validation.flatMap((group) => group.texts),
  runtime: Runtime = onnx,
): Promise<number[]> {
  const model = await openModel(runtime, join(folder, name));
  const { rewards } = await model.score({ type: 'score', modelFolder: '', device: 'cpu', texts }, context);
  await model.close();
  return [...rewards];
}

/** Names of the tensors that are other than in the small encoder. */
async function changedIn(name: string): Promise<string[]> {
  const before = (await encoder()).tensors;
  const { tensors } = await readSafetensors(join(folder, name, 'model.safetensors'));
  return [...before.keys()].filter(
    (tensor) => !before.get(tensor)!.data.every((x, i) => x === tensors.get(tensor)!.data[i]),
  );
}

const losses = (curve: readonly CurvePoint[]): number[] => curve.map(({ loss }) => loss);
const furthest = (one: readonly number[], other: readonly number[]): number =>
  Math.max(...one.map((value, i) => Math.abs(value - other[i]!)));

describe('training on post and comment together', () => {
  test('learns what depends on the post, and its folder scores as it was measured', async () => {
    const { result, curve } = await train('a', { epochs: 14 });
    expect(result.before).toEqual({ loss: expect.closeTo(Math.log(2), 6), accuracy: 0.5 });
    expect(result.validation.accuracy).toBeGreaterThan(0.9);
    const best = curve.find(({ step }) => step === result.bestStep);
    expect(best?.validationLoss).toBe(result.validation.loss);
    const rewards = await rewardsOf('a');
    const pairs = data.validation.flatMap((group, g) =>
      group.pairs.map(({ first, second, target }) => ({ first: 3 * g + first, second: 3 * g + second, target })),
    );
    const found = judge(pairs, Float64Array.from(rewards));
    expect(found.loss).toBeCloseTo(result.validation.loss!, 4);
    expect(found.accuracy).toBeCloseTo(result.validation.accuracy!, 9);
    expect(await readArchitecture(join(folder, 'a'))).toBe('together');
    expect(result.cuts.inputs).toBe(180);
  });

  test('ends when its time is over, after a look, with the weights that did best by then', async () => {
    const { result, curve } = await train('late', {}, { seconds: 0 });
    expect(curve.map(({ step }) => step)).toEqual([1]);
    expect(curve[0]!.validationLoss).toBeGreaterThan(0);
    expect(result.steps).toBe(1);
    expect([0, 1]).toContain(result.bestStep);
    expect(await rewardsOf('late')).toHaveLength(data.validation.flatMap(({ texts }) => texts).length);
  });

  test('goes on after a stop as if it had never stopped, bit for bit', async () => {
    const settings = { checkpointEvery: 3, evaluateEvery: 4, dropout: 0.1 };
    const whole = await train('whole', settings);
    await expect(train('parts', settings, { stopAt: 5 })).rejects.toMatchObject({ code: 'cancelled' });
    expect(existsSync(join(folder, 'parts'))).toBe(false);
    const rest = await train('parts', settings);
    expect(rest.curve).toEqual(whole.curve);
    const { seconds: _, ...figures } = rest.result;
    expect(whole.result).toMatchObject(figures);
    expect(await rewardsOf('parts')).toEqual(await rewardsOf('whole'));
    // The application takes its steps in, and removes the folder.
    expect(readdirSync(join(folder, 'run-parts'))).toEqual(['steps.json']);
  });

  test('layers that are computed twice learn the same; those that are dropped from, something else', async () => {
    const plain = await train('plain');
    const again = await train('again', { recompute: 1 });
    expect(furthest(losses(again.curve), losses(plain.curve))).toBeLessThan(1e-5);
    const dropped = await train('dropped', { dropout: 0.2 });
    expect(furthest(losses(dropped.curve), losses(plain.curve))).toBeGreaterThan(1e-3);
    const both = await train('both', { dropout: 0.2, recompute: 1 });
    expect(furthest(losses(both.curve), losses(dropped.curve))).toBeLessThan(1e-5);
  });

  test('TensorFlow goes the same way, and gives the same rewards', async () => {
    const settings = { epochs: 1, learningRate: 1e-3 };
    const expected = await train('onnx', settings);
    const tensorflow = await createTensorflowRuntime();
    const found = await train('tensorflow', settings, { runtime: tensorflow });
    expect(found.curve.length).toBeGreaterThan(4);
    expect(furthest(losses(found.curve), losses(expected.curve))).toBeLessThan(1e-4);
    const texts = data.validation.flatMap((group) => group.texts);
    expect(furthest(await rewardsOf('onnx', texts, tensorflow), await rewardsOf('onnx'))).toBeLessThan(1e-5);
  });

  test('leaves frozen layers alone', async () => {
    const of = { ...data, validation: [] };
    await train('frozen', { frozenLayers: 1, epochs: 1 }, { of });
    const changed = await changedIn('frozen');
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.filter((name) => !/^h\.[1-9]/.test(name))).toEqual([]);
    await expect(train('none', { frozenLayers: 100 })).rejects.toThrow("frozenLayers can't be 100");
  });

  test('refuses an encoder that reads one text at a time, in a sentence', async () => {
    const runFolder = join(folder, 'run');
    mkdirSync(runFolder);
    for (const split of ['train', 'validation'] as const) {
      writeFileSync(join(runFolder, dataFiles[split]), `${JSON.stringify(data[split][0])}\n`);
    }
    const request = { type: 'train', kind: 'reward', method: 'together', device: 'cpu', base: null } as const;
    const config = { ...defaultConfig('reward', 'together'), ...small };
    const job = await beginJob({ ...request, config, runFolder, modelFolder: join(folder, 'no') });
    await expect(runTraining(onnx, job, context, smallEncoder)).rejects.toThrow(
      "can't read a post and a comment together: take another one",
    );
  });
});

describe('scoring with it', () => {
  test('gives the same reward alone, in any company and in any order', async () => {
    await train('a', { epochs: 1 });
    const long = 'bread and water '.repeat(20);
    const texts = [
      ...data.train.flatMap((group) => group.texts),
      { post: long, comment: long },
      { post: '', comment: '日本語 🙂' },
    ];
    const together = await rewardsOf('a', texts);
    const backwards = (await rewardsOf('a', texts.toReversed())).toReversed();
    expect(furthest(together, backwards)).toBeLessThan(1e-5);
    for (const last of [1, 2]) {
      const [alone] = await rewardsOf('a', texts.slice(-last, texts.length - last + 1));
      expect(Math.abs(alone! - together.at(-last)!)).toBeLessThan(1e-5);
    }
    expect(await rewardsOf('a', [])).toEqual([]);
  });

  test('a folder with a changed byte is refused', async () => {
    await train('a', { epochs: 1 });
    const path = join(folder, 'a', 'model.safetensors');
    const bytes = readFileSync(path);
    bytes[bytes.length - 9]! ^= 1;
    writeFileSync(path, bytes);
    await expect(openModel(onnx, join(folder, 'a'))).rejects.toMatchObject({ code: 'damaged' });
  });
});
