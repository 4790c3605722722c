import { beforeAll, describe, expect, test } from 'vitest';
import { readModelFolder } from '../../src-main/checkpoint/model-folder.ts';
import { inputFeeds } from '../../src-main/engine/batch/feeds.ts';
import { rowFeeds } from '../../src-main/engine/batch/row-feeds.ts';
import { type Gpt2Config, parameters } from '../../src-main/engine/model/gpt2.ts';
import type { ParameterSpec } from '../../src-main/engine/model/parameters.ts';
import { rewardProgram } from '../../src-main/engine/model/reward-program.ts';
import { createOnnxRuntime } from '../../src-main/engine/runtime/onnx.ts';
import type { HostTensors, Program, State } from '../../src-main/engine/runtime/runtime.ts';
import { languageModelLossProgram, rewardLossProgram } from '../../src-main/engine/train/loss-graph.ts';
import {
  adamWFeeds,
  adamWNames,
  adamWProgram,
  firstMomentOf,
  gradientOf,
  secondMomentOf,
} from '../../src-main/engine/train/optimizer.ts';
import { gpt2Tokenizer } from '../../src-main/tokenizer/files.ts';
import { encodeInput } from '../../src-main/tokenizer/input.ts';
import { expectedRewards, fixtureJson, gpt2RewardFolder } from '../support/fixtures.ts';

const config: Gpt2Config = { width: 16, layers: 2, heads: 2, vocabulary: 50257, positions: 1024, epsilon: 1e-5 };
const end = 50256;
const runtime = createOnnxRuntime('cpu');

type Training = {
  readonly batches: readonly (readonly [chosen: number[], rejected: number[]][])[];
  readonly hyperparameters: { learningRate: number; betas: [number, number]; epsilon: number; weightDecay: number };
  readonly losses: readonly number[];
  readonly sftLosses: readonly number[];
  readonly finalRewards: readonly number[];
};
const training = fixtureJson<Training>('gpt2-reward/training.json');
const adamW = {
  beta1: training.hyperparameters.betas[0],
  beta2: training.hyperparameters.betas[1],
  epsilon: training.hyperparameters.epsilon,
  weightDecay: training.hyperparameters.weightDecay,
  maxGradientNorm: 0,
};

let tensors: Awaited<ReturnType<typeof readModelFolder>>['tensors'];
beforeAll(async () => {
  tensors = (await readModelFolder(gpt2RewardFolder())).tensors;
});

function fixtureState(head: boolean): State {
  const state = runtime.createState();
  const entries = parameters(config, head).flatMap(({ name }) => {
    const { data, shape } = tensors.get(name)!;
    const zeros = () => ({ data: new Float32Array(data.length), shape });
    return [
      [name, { data: data.slice(), shape }] as const,
      ...[gradientOf, firstMomentOf, secondMomentOf].map((of) => [of(name), zeros()] as const),
    ];
  });
  state.put(new Map(entries));
  return state;
}

async function step(
  { loss, update, trained }: { loss: Program; update: Program; trained: readonly ParameterSpec[] },
  state: State,
  feeds: HostTensors,
  number: number,
): Promise<number> {
  const result = await loss.run(feeds, state);
  const scalars = adamWFeeds(adamW, number, training.hyperparameters.learningRate, 0);
  for (const { name } of trained) await update.run(scalars, state, adamWNames(name));
  return result.loss![0]!;
}

/** The batch as chosen and rejected sequences in turn. */
const sequencesOf = (batch: Training['batches'][number]) => batch.flat().map((ids) => Int32Array.from(ids));

function pairFeeds(batch: Training['batches'][number]): HostTensors {
  const pairs = batch.length;
  const vector = (data: Float32Array | Int32Array) => ({ data, shape: [pairs] });
  return {
    ...rowFeeds(sequencesOf(batch), config.heads),
    first: vector(Int32Array.from(batch, (_, i) => 2 * i)),
    second: vector(Int32Array.from(batch, (_, i) => 2 * i + 1)),
    target: vector(new Float32Array(pairs).fill(1)),
    weight: vector(new Float32Array(pairs).fill(1 / pairs)),
  };
}

describe("PyTorch's values", () => {
  test('rewards of the fixture model within 1e-4', async () => {
    const tokenizer = await gpt2Tokenizer();
    const program = await runtime.compile(rewardProgram(config));
    const state = fixtureState(true);
    const rows = expectedRewards();
    const inputs = rows.map((row) => encodeInput(tokenizer, { post: row.prompt, comment: row.comment }, 512).ids);
    expect(inputs.map((ids) => ids.length)).toEqual(rows.map((row) => row.tokens));
    const together = (await program.run(inputFeeds(inputs, end), state)).rewards!;
    for (const [i, row] of rows.entries()) {
      const alone = (await program.run(inputFeeds([inputs[i]!], end), state)).rewards![0]!;
      expect(Math.abs(alone - row.reward), `row ${i} alone`).toBeLessThan(1e-4);
      expect(Math.abs(together[i]! - row.reward), `row ${i} in a batch`).toBeLessThan(1e-4);
    }
  });

  test('20 steps of reward training within 2e-3', async () => {
    const trained = parameters(config, true);
    const loss = await runtime.compile(rewardLossProgram(config, { dropout: false, trained }));
    const update = await runtime.compile(adamWProgram(adamW));
    const state = fixtureState(true);
    for (const [i, expected] of training.losses.entries()) {
      const batch = training.batches[i % training.batches.length]!;
      const got = await step({ loss, update, trained }, state, pairFeeds(batch), i + 1);
      expect(Math.abs(got - expected), `step ${i + 1}: ${got} for ${expected}`).toBeLessThan(2e-3);
    }
    const program = await runtime.compile(rewardProgram(config));
    const final = await program.run(inputFeeds(sequencesOf(training.batches[0]!), end), state);
    // The chosen sides of the first batch. Twenty steps of Adam carry rounding further than the losses show.
    training.finalRewards.forEach((expected, i) => {
      expect(Math.abs(final.rewards![2 * i]! - expected)).toBeLessThan(1e-2);
    });
  });

  test('10 steps of language-model training within 2e-3', async () => {
    const trained = parameters(config, false);
    const loss = await runtime.compile(languageModelLossProgram(config, { dropout: false, trained }));
    const update = await runtime.compile(adamWProgram(adamW));
    const state = fixtureState(false);
    for (const [i, expected] of training.sftLosses.entries()) {
      const sequences = sequencesOf(training.batches[i % training.batches.length]!);
      const feeds = inputFeeds(sequences, end);
      const [batch, length] = feeds.ids!.shape as [number, number];
      const targets = new Int32Array(batch * length);
      const weight = new Float32Array(batch * length);
      const count = sequences.reduce((total, ids) => total + ids.length - 1, 0);
      sequences.forEach((ids, row) => {
        targets.set(ids.subarray(1), row * length);
        weight.fill(1 / count, row * length, row * length + ids.length - 1);
      });
      const shape = [batch * length];
      const all = { ...feeds, targets: { data: targets, shape }, weight: { data: weight, shape } };
      const got = await step({ loss, update, trained }, state, all, i + 1);
      expect(Math.abs(got - expected), `step ${i + 1}: ${got} for ${expected}`).toBeLessThan(2e-3);
    }
  });
});
