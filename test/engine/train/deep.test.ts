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
  vectorWidth,
} from '../../../src-main/contract/engine.ts';
import { blocksOf, plainNames } from '../../../src-main/engine/head/features.ts';
import { type Head, writeHeadFolder } from '../../../src-main/engine/head/head-folder.ts';
import { judge } from '../../../src-main/engine/head/loss.ts';
import { headReward } from '../../../src-main/engine/head/score-head.ts';
import { beginJob } from '../../../src-main/engine/run/job.ts';
import { createOnnxRuntime } from '../../../src-main/engine/runtime/onnx.ts';
import { embed, loadEncoder, unloadEncoder } from '../../../src-main/engine/score/embed.ts';
import { openModel } from '../../../src-main/engine/score/open-model.ts';
import { train as runTraining } from '../../../src-main/engine/train/train.ts';
import { smallEncoder } from '../../support/small-deep-encoder.ts';

const runtime = createOnnxRuntime('cpu');
const context = { onProgress: () => {}, signal: new AbortController().signal };

// Of the same lengths: what is believed of a longer comment must not tell.
const good = ['thanks', 'clear', 'kind'];
const bad = ['source', 'first', 'spam'];

/** Posts whose better comment has a word of `better`. Sides alternate, and every fifth post has a tie. */
function groups(count: number, seed: number, [better, worse] = [good, bad]): PairGroup[] {
  const random = createRandom(seed);
  const pick = (from: ArrayLike<string>) => from[Math.floor(random() * from.length)]!;
  return Array.from({ length: count }, (_, i) => {
    const post = `question number ${pick('abc')}`;
    const comment = (words: readonly string[]) => `${pick('abcd')}${pick('efgh')} ${pick(words)} ${pick('ijkl')}`;
    const texts = [better!, worse!, worse!].map((words) => ({ post, comment: comment(words) }));
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

const data = { train: groups(40, 1), validation: groups(12, 2) };
const small = { epochs: 3, learningRate: 3e-3, tokensPerBatch: 600, checkpointEvery: 0, seed: 3 };

const blank: Head = {
  weights: new Float32Array(blocksOf(vectorWidth).end),
  mean: new Float32Array(plainNames.length),
  deviation: new Float32Array(plainNames.length).fill(1),
};
const unimportant = { kind: 'reward', createdAt: '', trainingConfig: {}, result: {}, maxTokens: 24 } as const;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tiebreak-'));
});

async function train(
  name: string,
  changes: Partial<TrainingConfig> = {},
  { stopAt, head, of = data }: { stopAt?: number; head?: Head; of?: typeof data } = {},
) {
  const runFolder = join(folder, `run-${name}`);
  mkdirSync(runFolder, { recursive: true });
  const request: TrainRequest = {
    type: 'train',
    kind: 'reward',
    method: 'deep',
    config: { ...defaultConfig('reward', 'deep'), ...small, ...changes },
    device: 'cpu',
    base: null,
    runFolder,
    modelFolder: join(folder, name),
  };
  for (const split of ['train', 'validation'] as const) {
    writeFileSync(join(runFolder, dataFiles[split]), of[split].map((group) => `${JSON.stringify(group)}\n`).join(''));
  }
  if (head)
    await writeHeadFolder(join(runFolder, 'head'), { ...head, encoder: 'small', deviations: null }, unimportant);
  const stop = new AbortController();
  const curve: CurvePoint[] = [];
  const onProgress = ({ point }: Progress) => {
    if (point) curve.push(point);
    if (stopAt !== undefined && point?.step === stopAt) stop.abort();
  };
  const job = await beginJob(request);
  const result = await runTraining(runtime, job, { onProgress, signal: stop.signal }, smallEncoder);
  return { result, curve };
}

async function rewardsOf(name: string, texts = data.validation.flatMap((group) => group.texts)): Promise<number[]> {
  const model = await openModel(runtime, join(folder, name));
  const { rewards } = await model.score({ type: 'score', modelFolder: '', device: 'cpu', texts }, context);
  await model.close();
  return [...rewards];
}

const weightsOf = async (name: string) => (await readSafetensors(join(folder, name, 'model.safetensors'))).tensors;

/** Names of the tensors that are other than in the small encoder. */
async function changedIn(name: string): Promise<string[]> {
  const [before, after] = [(await smallEncoder()).tensors, await weightsOf(name)];
  return [...before.keys()].filter(
    (tensor) => !before.get(tensor)!.data.every((x, i) => x === after.get(tensor)!.data[i]),
  );
}

describe('deep training', () => {
  test('learns, and its folder scores as it was measured', async () => {
    // The head of a quick training would know the answer before the first step.
    const { result, curve } = await train('a', { epochs: 6, tokensPerBatch: 160 }, { head: blank });
    expect(result.before!.accuracy).toBeLessThan(0.7);
    expect(result.validation.accuracy).toBeGreaterThan(0.9);
    expect(result.validation.loss).toBeLessThan(0.8 * result.before!.loss!);
    const best = curve.find(({ step }) => step === result.bestStep);
    expect(best?.validationLoss).toBe(result.validation.loss);
    const rewards = await rewardsOf('a');
    const pairs = data.validation.flatMap((group, g) =>
      group.pairs.map(({ first, second, target }) => ({ first: 3 * g + first, second: 3 * g + second, target })),
    );
    const found = judge(pairs, Float64Array.from(rewards));
    expect(found.loss).toBeCloseTo(result.validation.loss!, 4);
    expect(found.accuracy).toBeCloseTo(result.validation.accuracy!, 9);
    expect(await readArchitecture(join(folder, 'a'))).toBe('encoder');
    expect(result.cuts.inputs).toBe(120);
  });

  test('goes on after a stop as if it had never stopped', async () => {
    const settings = { checkpointEvery: 4, evaluateEvery: 3, dropout: 0.1 };
    const whole = await train('whole', settings);
    await expect(train('parts', settings, { stopAt: 6 })).rejects.toMatchObject({ code: 'cancelled' });
    expect(existsSync(join(folder, 'parts'))).toBe(false);
    const rest = await train('parts', settings);
    expect(rest.curve).toEqual(whole.curve);
    const { seconds: _, ...figures } = rest.result;
    expect(whole.result).toMatchObject(figures);
    expect(await rewardsOf('parts')).toEqual(await rewardsOf('whole'));
    // The application takes its steps in, and removes the folder.
    expect(readdirSync(join(folder, 'run-parts'))).toEqual(['steps.json']);
  });

  test('keeps the start where every step makes it worse', async () => {
    const of = { train: groups(40, 1, [bad, good]), validation: groups(12, 2) };
    const { result, curve } = await train('a', {}, { of, head: blank });
    expect(curve.at(-1)!.validationLoss).toBeGreaterThan(result.before!.loss!);
    expect(result.bestStep).toBe(0);
    expect(result.validation).toEqual(result.before);
    expect(await changedIn('a')).toEqual([]);
  });

  test('ends early where looks in a row find nothing better, also after a stop', async () => {
    const of = { train: groups(40, 1, [bad, good]), validation: groups(12, 2) };
    const settings = { tokensPerBatch: 160, evaluateEvery: 2, checkpointEvery: 1 };
    const whole = await train('whole', { ...settings, patience: 0 }, { of, head: blank });
    const early = await train('early', { ...settings, patience: 3 }, { of, head: blank });
    expect(whole.curve.length).toBeGreaterThan(6);
    expect(early.curve).toEqual(whole.curve.slice(0, 6));
    expect(early.result).toMatchObject({ steps: 6, bestStep: 0 });
    const parts = { ...settings, patience: 3 };
    await expect(train('parts', parts, { of, head: blank, stopAt: 3 })).rejects.toMatchObject({ code: 'cancelled' });
    expect((await train('parts', parts, { of })).curve).toEqual(early.curve);
  });

  test('starts with the rewards of the quick head', async () => {
    const random = createRandom(9);
    const numbers = (length: number, low: number, high: number) =>
      Float32Array.from({ length }, () => low + (high - low) * random());
    const plain = plainNames.length;
    const head = {
      weights: numbers(blocksOf(vectorWidth).end, -0.5, 0.5),
      mean: numbers(plain, 0, 1),
      deviation: numbers(plain, 0.8, 2),
    };
    await train('a', { learningRate: 0, epochs: 1 }, { head });
    const texts = [...data.validation.flatMap(({ texts }) => texts), { post: 'lol', comment: 'A! 1' }];
    const encoder = await loadEncoder(runtime, await smallEncoder());
    const vector = async (text: string) => (await embed(encoder, { texts: [text] }, context)).embeddings;
    // Rewards are compared within a post: what they have in common says nothing.
    const differences: number[] = [];
    const rewards = await rewardsOf('a', texts);
    for (const [i, text] of texts.entries()) {
      const quick = headReward(head, text, await vector(text.post), await vector(text.comment));
      differences.push(rewards[i]! - quick);
    }
    await unloadEncoder(encoder);
    expect(Math.max(...differences) - Math.min(...differences)).toBeLessThan(1e-4);
  });

  test('leaves frozen layers alone, and lower layers the slower the lower they are', async () => {
    const of = { ...data, validation: [] };
    await train('frozen', { frozenLayers: 1, epochs: 1 }, { of });
    const changed = await changedIn('frozen');
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.filter((name) => !/^(h\.1|dense)\./.test(name))).toEqual([]);
    await train('top', { layerDecay: 0, epochs: 1 }, { of });
    expect((await changedIn('top')).toSorted()).toEqual(['dense.bias', 'dense.weight']);
    await expect(train('none', { frozenLayers: 3 })).rejects.toThrow(
      "The model has 2 layers: frozenLayers can't be 3.",
    );
  });

  test('works without a validation split and on texts longer than the model reads; says where there are no pairs', async () => {
    const long = { post: 'x '.repeat(40), comment: 'y '.repeat(30) };
    const pairs = [{ first: 0, second: 1, target: 1 }];
    const odd = [{ texts: [long, { post: long.post, comment: '' }], pairs }];
    const { result } = await train('a', { epochs: 1 }, { of: { train: [...data.train, ...odd], validation: [] } });
    expect(result).toMatchObject({
      bestStep: result.steps,
      validation: {},
      cuts: { inputs: 122, postCut: 2, commentCut: 1 },
    });
    await expect(train('b', {}, { of: { train: [], validation: [] } })).rejects.toMatchObject({
      code: 'nothing-to-do',
    });
  });
});

describe('scoring with a trained encoder', () => {
  test('gives the same reward alone, in any company and in any order', async () => {
    await train('a', { epochs: 1 });
    const texts = [...data.train.flatMap((group) => group.texts), { post: '', comment: '日本語 🙂' }];
    const together = await rewardsOf('a', texts);
    const backwards = (await rewardsOf('a', texts.toReversed())).toReversed();
    const alone = await rewardsOf('a', texts.slice(-1));
    expect(Math.abs(alone[0]! - together.at(-1)!)).toBeLessThan(1e-5);
    for (const [i, reward] of together.entries()) expect(Math.abs(reward - backwards[i]!)).toBeLessThan(1e-5);
    expect(await rewardsOf('a', [])).toEqual([]);
  });

  test('a folder with a changed byte is refused', async () => {
    await train('a', { epochs: 1 });
    const path = join(folder, 'a', 'tokenizer.json');
    const bytes = readFileSync(path);
    bytes[bytes.length - 9]! ^= 1;
    writeFileSync(path, bytes);
    await expect(openModel(runtime, join(folder, 'a'))).rejects.toMatchObject({ code: 'damaged' });
  });

  test('its rewards can be taken apart: into what its head finds in the texts, what they mean, and what the post adds', async () => {
    await train('a', { epochs: 1 });
    const model = await openModel(runtime, join(folder, 'a'));
    const [one, , other] = data.validation[0]!.texts;
    const asked = { modelFolder: '', device: 'cpu' } as const;
    const texts = [one!, { ...other!, comment: `${other!.comment} and more` }] as const;
    const { parts } = await model.explain!({ type: 'explain', ...asked, texts }, context);
    const { rewards } = await model.score({ type: 'score', ...asked, texts }, context);
    for (const i of [0, 1] as const) {
      const sum = Object.values(parts[i]).reduce((a, b) => a + b);
      expect(sum).toBeCloseTo(rewards[i]!, 5);
      expect(parts[i].meaning).not.toBe(0);
      expect(parts[i].post).not.toBe(0);
    }
    expect(parts[1].length).toBeGreaterThan(parts[0].length);
    await model.close();
  });
});
