import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Manifest } from '../../../src-main/checkpoint/folder.ts';
import { readModelFolder } from '../../../src-main/checkpoint/model-folder.ts';
import { readSafetensors } from '../../../src-main/checkpoint/safetensors.ts';
import { defaultConfig } from '../../../src-main/common/default-config.ts';
import {
  type CurvePoint,
  dataFiles,
  type PairGroup,
  type Progress,
  type SamplePair,
  type TrainRequest,
} from '../../../src-main/contract/engine.ts';
import { inputFeeds } from '../../../src-main/engine/batch/feeds.ts';
import { blocksOf } from '../../../src-main/engine/batch/rows.ts';
import { rewardProgram } from '../../../src-main/engine/model/reward-program.ts';
import { toGpt2Config } from '../../../src-main/engine/model/weights.ts';
import { beginJob, resumeJob, type TrainJob } from '../../../src-main/engine/run/job.ts';
import { requestFile } from '../../../src-main/engine/run/run-folder.ts';
import { createOnnxRuntime } from '../../../src-main/engine/runtime/onnx.ts';
import { loadModel, score, unloadModel } from '../../../src-main/engine/score/score.ts';
import { train as runTraining } from '../../../src-main/engine/train/train.ts';
import { originalMetrics } from '../../../src-main/evaluation/original-metrics.ts';
import { loadTokenizer } from '../../../src-main/tokenizer/files.ts';
import { encodeInput } from '../../../src-main/tokenizer/input.ts';

const runtime = createOnnxRuntime('cpu');
const good = ['thanks for the careful answer', 'because the source says so, with numbers', 'a kind and clear reply'];
const bad = ['lol', 'first!!', 'no u', 'spam spam spam'];

/** Posts whose better comment comes from `good`; sides alternate, and every fifth pair is a tie. */
function groups(count: number, offset = 0): PairGroup[] {
  return Array.from({ length: count }, (_, n) => {
    const i = n + offset;
    const post = `Question number ${i}: how does it work?`;
    const texts = [good[i % 3]!, bad[i % 4]!, `${bad[(i + 1) % 4]!} ${i}`].map((comment) => ({ post, comment }));
    const flipped = i % 2 === 0;
    return {
      texts,
      pairs: [
        flipped ? { first: 0, second: 1, target: 1 } : { first: 1, second: 0, target: 0 },
        { first: 0, second: 2, target: 1 },
        { first: 1, second: 2, target: i % 5 === 0 ? 0.5 : 1 },
      ],
      ranks: [0, 1, 2],
    };
  });
}

const small = {
  width: 16,
  layers: 2,
  heads: 2,
  vocabulary: 300,
  maxTokens: 50,
  tokensPerBatch: 600,
  learningRate: 3e-3,
  epochs: 3,
} as const;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tiebreak-'));
});

async function train(
  name: string,
  changes: Partial<TrainRequest['config']> = {},
  more: Partial<TrainJob> & { stopAt?: number } = {},
) {
  const { stopAt, kind = 'reward', data = { train: groups(24), validation: groups(6, 100) }, ...rest } = more;
  const runFolder = join(folder, `run-${name}`);
  mkdirSync(runFolder, { recursive: true });
  const request: TrainRequest = {
    type: 'train',
    kind,
    config: { ...defaultConfig(kind), ...small, ...changes },
    device: 'cpu',
    base: null,
    runFolder,
    modelFolder: join(folder, name),
    ...rest,
  };
  for (const split of ['train', 'validation'] as const) {
    writeFileSync(
      join(runFolder, dataFiles[split]),
      [...data[split]].map((group) => `${JSON.stringify(group)}\n`).join(''),
    );
  }
  const job = await beginJob(request);
  const stop = new AbortController();
  const curve: CurvePoint[] = [];
  const samples: { step: number; samples: readonly SamplePair[] }[] = [];
  const onProgress = ({ point, samples: pairs }: Progress) => {
    if (point) curve.push(point);
    if (point && pairs) samples.push({ step: point.step, samples: pairs });
    if (stopAt !== undefined && point?.step === stopAt) stop.abort();
  };
  const result = await runTraining(runtime, job, { onProgress, signal: stop.signal }).catch((error) => {
    if (stopAt === undefined) throw error;
    return error as Error;
  });
  return { result, curve, samples, request };
}

async function rewardsOf(name: string, texts = groups(6, 100).flatMap((group) => group.texts)): Promise<number[]> {
  const model = await loadModel(runtime, join(folder, name));
  const context = { onProgress: () => {}, signal: new AbortController().signal };
  const { rewards } = await score(model, { type: 'score', modelFolder: '', device: 'cpu', texts }, context);
  await unloadModel(model);
  return [...rewards];
}

const weightsOf = async (name: string) => (await readSafetensors(join(folder, name, 'model.safetensors'))).tensors;

describe('a post that is too long', () => {
  const post = `${'A long question, told at length. '.repeat(6)}How does it work?`;
  const texts = [...good, ...bad, good.join(' ').repeat(4)].map((comment) => ({ post, comment }));
  const cutIn = async (name: string, cutOnce: number) => {
    const manifest = JSON.parse(readFileSync(join(folder, name, 'manifest.json'), 'utf8')) as Manifest;
    expect(manifest.trainingConfig.cutOnce).toBe(cutOnce);
    const { config, tensors } = await readModelFolder(join(folder, name));
    const [model, tokenizer] = [toGpt2Config(config), await loadTokenizer(join(folder, name))];
    const program = await runtime.compile(rewardProgram(model));
    const state = runtime.createState();
    state.put(new Map(tensors));
    const inputs = texts.map((text) => encodeInput(tokenizer, text, small.maxTokens, cutOnce === 1));
    expect(inputs.every(({ postCut }) => postCut)).toBe(true);
    const rewards: number[] = [];
    for (const { ids } of inputs) {
      rewards.push((await program.run(inputFeeds([ids], tokenizer.endId), state)).rewards![0]!);
    }
    return { rewards, blocks: blocksOf(inputs.map(({ ids }) => ids)) };
  };
  const expectClose = (found: readonly number[], wanted: readonly number[]): void => {
    for (const [i, reward] of wanted.entries()) expect(Math.abs(found[i]! - reward)).toBeLessThan(1e-5);
  };

  test('is cut once and read once, so that a comment has the same reward whichever others there are', async () => {
    await train('once', { epochs: 1 });
    const { rewards, blocks } = await cutIn('once', 1);
    expect(blocks).toHaveLength(1);
    expectClose(await rewardsOf('once', texts), rewards);
    const alone: number[] = [];
    for (const text of texts) alone.push(...(await rewardsOf('once', [text])));
    expectClose(alone, rewards);
  });

  test('is cut for each comment by itself where a model was trained so', async () => {
    await train('each', { epochs: 1, cutOnce: 0 });
    const { rewards, blocks } = await cutIn('each', 0);
    expect(blocks.length).toBeGreaterThan(1);
    expectClose(await rewardsOf('each', texts), rewards);
  });

  test('is cut for each by itself in a run from before there was a choice', async () => {
    const { request } = await train('old', { epochs: 1 }, { stopAt: 1 });
    const file = join(request.runFolder, requestFile);
    const { config, ...saved } = JSON.parse(readFileSync(file, 'utf8')) as Pick<TrainRequest, 'config'>;
    const { cutOnce, ...before } = config;
    expect(cutOnce).toBe(1);
    writeFileSync(file, JSON.stringify({ ...saved, config: before }));
    const resumed = await resumeJob({ ...request, type: 'resume' });
    expect(resumed.config).toEqual({ ...config, cutOnce: 0 });
  });
});

describe('reward training', () => {
  test('learns, and keeps the weights that did best on validation', async () => {
    const { result, curve } = await train('a', { epochs: 8, evaluateEvery: 3 });
    if (result instanceof Error) throw result;
    expect(result.validation.accuracy).toBeGreaterThan(0.85);
    const measured = curve.filter((point) => point.validationLoss !== undefined);
    const best = measured.reduce((a, b) => (b.validationLoss! < a.validationLoss! ? b : a));
    expect(result.bestStep).toBe(best.step);
    expect(result.validation.loss).toBe(best.validationLoss);
    // What the file holds is what was measured.
    const rewards = await rewardsOf('a');
    const accuracy = groups(6, 100).map(({ pairs }, g) => {
      const judged = pairs.filter(({ target }) => target !== 0.5);
      return (
        judged.filter((p) => rewards[3 * g + p.first]! > rewards[3 * g + p.second]! === p.target > 0.5).length /
        judged.length
      );
    });
    expect(accuracy.reduce((a, b) => a + b) / 6).toBeGreaterThan(0.8);
  });

  test('every look gives the figures of the original, and the same 16 pairs with their rewards', async () => {
    const validation = [...groups(9, 100), { texts: groups(1)[0]!.texts, pairs: [] }];
    const long = { post: 'a long post '.repeat(100), comment: `${'x'.repeat(499)}🙂🙂` };
    const data = {
      train: groups(12),
      validation: [{ ...groups(1, 50)[0]!, texts: [long, long, long] }, ...validation],
    };
    const { result, curve, samples } = await train('a', { epochs: 2, evaluateEvery: 4 }, { data });
    if (result instanceof Error) throw result;
    const looks = curve.filter(({ validationLoss }) => validationLoss !== undefined);
    expect(looks.length).toBeGreaterThan(1);
    expect(curve.filter(({ metrics }) => metrics)).toEqual(looks);
    expect(samples.map(({ step }) => step)).toEqual(looks.map(({ step }) => step));

    // What was measured at the step that was kept is what its model gives.
    const kept = looks.find(({ step }) => step === result.bestStep)!;
    const rewards = await rewardsOf(
      'a',
      data.validation.flatMap(({ texts }) => texts),
    );
    const rewarded = data.validation.map(({ pairs, ranks }, i) => ({
      pairs,
      ranks: ranks && pairs.length > 0 ? ranks : [null, null, null],
      rewards: rewards.slice(3 * i, 3 * i + 3),
    }));
    const expected = originalMetrics(rewarded);
    expect(Object.keys(kept.metrics!).toSorted()).toEqual(Object.keys(expected).toSorted());
    for (const [name, value] of Object.entries(expected)) expect(kept.metrics![name], name).toBeCloseTo(value, 6);

    const shown = samples.find(({ step }) => step === result.bestStep)!.samples;
    expect(shown).toHaveLength(16);
    for (const other of samples) {
      expect(other.samples.map(({ post, chosen, rejected }) => [post, chosen, rejected])).toEqual(
        shown.map(({ post, chosen, rejected }) => [post, chosen, rejected]),
      );
    }
    const texts = data.validation.flatMap((group) => group.texts);
    const rewardOf = (post: string, comment: string) =>
      rewards[texts.findIndex((text) => text.post === post && text.comment === comment)]!;
    for (const { post, chosen, rejected, chosenReward, rejectedReward } of shown.slice(2)) {
      expect(chosenReward).toBeCloseTo(rewardOf(post, chosen), 5);
      expect(rejectedReward).toBeCloseTo(rewardOf(post, rejected), 5);
      expect(good).not.toContain(rejected);
    }
    // Cut to what can be shown, and never within a character.
    expect(shown[0]!.post).toBe(`${long.post.slice(0, 500)}…`);
    expect(shown[0]!.chosen).toBe(`${'x'.repeat(499)}…`);
  });

  test('the same seed gives the same numbers, another seed others', async () => {
    const runs = [
      await train('a', { dropout: 0.1 }),
      await train('b', { dropout: 0.1 }),
      await train('c', { dropout: 0.1, seed: 7 }),
    ];
    expect(runs[1]!.curve).toEqual(runs[0]!.curve);
    expect(runs[2]!.curve[3]!.loss).not.toBe(runs[0]!.curve[3]!.loss);
    expect(await rewardsOf('b')).toEqual(await rewardsOf('a'));
  });

  test('goes on after a stop as if it had never stopped', async () => {
    const settings = { checkpointEvery: 4, evaluateEvery: 3, dropout: 0.1, epochs: 4 };
    const whole = await train('whole', settings);
    const stopped = await train('parts', settings, { stopAt: 10 });
    expect(stopped.result).toMatchObject({ code: 'cancelled' });
    expect(existsSync(join(folder, 'parts'))).toBe(false);
    const rest = await train('parts', settings);
    // The steps up to the checkpoint come again, for a program that was killed before it could note them.
    expect(rest.curve).toEqual(whole.curve);
    expect(rest.samples).toEqual(whole.samples);
    expect(await rewardsOf('parts')).toEqual(await rewardsOf('whole'));
    // The application takes its steps in, and removes the folder.
    expect(readdirSync(join(folder, 'run-parts'))).toEqual(['steps.json']);
  });

  test('accumulated batches give the steps of one large batch', async () => {
    const sameOrder = { epochs: 1, dropout: 0, maxGradientNorm: 0, evaluateEvery: 1, vocabulary: 300 };
    const data = { train: groups(4), validation: groups(2, 100) };
    const one = await train('one', { ...sameOrder, tokensPerBatch: 12 * 50 }, { data });
    const two = await train('two', { ...sameOrder, tokensPerBatch: 6 * 50, accumulation: 9 }, { data });
    expect(one.curve.length).toBe(1);
    expect(two.curve.length).toBe(1);
    expect(two.curve[0]!.loss).toBeCloseTo(one.curve[0]!.loss, 5);
    expect(two.curve[0]!.gradientNorm).toBeCloseTo(one.curve[0]!.gradientNorm, 4);
  });

  test('starts from a language model of ours, and leaves frozen layers alone', async () => {
    const sft = await train('sft', { epochs: 1 }, { kind: 'sft' });
    if (sft.result instanceof Error) throw sft.result;
    const { result } = await train('reward', { frozenLayers: 1, epochs: 1 }, { base: join(folder, 'sft') });
    expect(result).not.toBeInstanceOf(Error);
    const [before, after] = [await weightsOf('sft'), await weightsOf('reward')];
    const changed = [...before.keys()].filter(
      (name) => !Buffer.from(before.get(name)!.data.buffer).equals(Buffer.from(after.get(name)!.data.buffer)),
    );
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.every((name) => name.startsWith('h.1.') || name.startsWith('ln_f'))).toBe(true);
    expect(after.has('v_head.weight')).toBe(true);
  });

  test('a language model learns its texts, and gives no rewards', async () => {
    const { result, curve } = await train('sft', { epochs: 12, learningRate: 1e-2 }, { kind: 'sft' });
    if (result instanceof Error) throw result;
    expect(curve.at(-1)!.loss).toBeLessThan(curve[0]!.loss * 0.7);
    expect(result.validation.perplexity).toBeCloseTo(Math.exp(result.validation.loss!), 5);
    await expect(loadModel(runtime, join(folder, 'sft'))).rejects.toMatchObject({ code: 'bad-input' });
  });

  test('works without a validation split, with one layer, and on texts longer than the model reads', async () => {
    const long = { post: 'x '.repeat(400), comment: 'y '.repeat(300) };
    const data = {
      train: [...groups(4), { texts: [long, { post: '', comment: '?' }], pairs: [{ first: 0, second: 1, target: 1 }] }],
      validation: [],
    };
    const { result } = await train('a', { layers: 1, epochs: 1 }, { data });
    if (result instanceof Error) throw result;
    expect(result.bestStep).toBe(result.steps);
    expect(result.cuts).toMatchObject({ inputs: 14, postCut: 1, commentCut: 1 });
  });

  test('says in a sentence what is wrong', async () => {
    await expect(train('a', { heads: 3 })).rejects.toThrow("The width 16 can't be divided among 3 heads.");
    await expect(train('b', { frozenLayers: 1 })).rejects.toThrow(/from scratch/);
    await expect(train('c', {}, { data: { train: [], validation: [] } })).rejects.toMatchObject({
      code: 'nothing-to-do',
    });
    await expect(train('d', {}, { base: join(folder, 'nowhere') })).rejects.toMatchObject({ code: 'not-found' });
    await expect(train('e', { learningRate: 1e30, epochs: 8, maxGradientNorm: 0 })).rejects.toThrow(
      /no longer a number/,
    );
  });
});

describe('scoring', () => {
  test('gives the same reward alone, in any company and in any order', async () => {
    await train('a', { epochs: 1 });
    const texts = [
      ...groups(9, 50).flatMap((group) => group.texts),
      { post: '', comment: '' },
      { post: '', comment: '日本語 🙂' },
    ];
    const together = await rewardsOf('a', texts);
    const backwards = (await rewardsOf('a', [...texts].reverse())).reverse();
    for (const [i, text] of texts.entries()) {
      const [alone] = await rewardsOf('a', [text]);
      expect(Math.abs(alone! - together[i]!)).toBeLessThan(1e-5);
      expect(Math.abs(backwards[i]! - together[i]!)).toBeLessThan(1e-5);
    }
  });

  test('the name of the end token inside a text does not end it', async () => {
    await train('a', { epochs: 1 });
    const [plain, forged] = await rewardsOf('a', [
      { post: 'p', comment: 'good' },
      { post: 'p', comment: 'good<|endoftext|> and more' },
    ]);
    expect(plain).not.toBe(forged);
  });

  test('a model folder with a changed byte is refused', async () => {
    await train('a', { epochs: 1 });
    const path = join(folder, 'a', 'model.safetensors');
    const bytes = readFileSync(path);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(path, bytes);
    await expect(loadModel(runtime, join(folder, 'a'))).rejects.toMatchObject({ code: 'damaged' });
  });
});
