import { type Gpt2Config, parameters } from '../../src-main/engine/model/gpt2.ts';
import { rowRewardProgram } from '../../src-main/engine/model/reward-program.ts';
import type { Runtime, State } from '../../src-main/engine/runtime/runtime.ts';
import { rewardLossProgram } from '../../src-main/engine/train/loss-graph.ts';
import {
  type AdamWConfig,
  adamWFeeds,
  adamWNames,
  adamWProgram,
  firstMomentOf,
  gradientNormProgram,
  gradientOf,
  secondMomentOf,
} from '../../src-main/engine/train/optimizer.ts';
import { drawWeights, rewardFeeds } from './graph/gpt2.ts';

const config: Gpt2Config = { width: 16, layers: 2, heads: 2, vocabulary: 32, positions: 12, epsilon: 1e-5 };
const adam: AdamWConfig = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, maxGradientNorm: 1 };
const learningRate = 3e-3;
const steps = 6;

export type Trained = {
  readonly losses: readonly number[];
  readonly norms: readonly number[];
  /** Of a model with its first weights, and of the trained one. */
  readonly rewards: readonly [before: readonly number[], after: readonly number[]];
};

/** The programs of one training step on a small GPT-2. */
export function smallPrograms() {
  const trained = parameters(config, true);
  return {
    loss: rewardLossProgram(config, { dropout: false, trained }),
    norm: gradientNormProgram(trained),
    update: adamWProgram(adam),
  };
}

/** A few steps of reward training of a small GPT-2; `look` sees the state after each. */
export async function trainSmall(runtime: Runtime, look: (state: State) => void = () => {}): Promise<Trained> {
  const specs = smallPrograms();
  const loss = await runtime.compile(specs.loss);
  const norm = await runtime.compile(specs.norm);
  const update = await runtime.compile(specs.update);
  const reward = await runtime.compile(rowRewardProgram(config));
  const state = runtime.createState();
  for (const [name, { data, shape }] of drawWeights(config, true, 0.1)) {
    state.put(new Map([[name, { data: Float32Array.from(data), shape }]]));
    for (const other of [gradientOf, firstMomentOf, secondMomentOf]) {
      state.put(new Map([[other(name), { data: new Float32Array(data.length), shape }]]));
    }
  }
  const lengths = [
    [7, 12, 3, 9],
    [5, 5, 11, 2],
  ];
  const losses: number[] = [];
  const norms: number[] = [];
  const before = await reward.run(rewardFeeds(config, lengths[0]), state);
  for (let step = 1; step <= steps; step++) {
    const feeds = rewardFeeds(config, lengths[step % 2], 11 + (step % 2));
    losses.push((await loss.run(feeds, state)).loss![0]!);
    const { gradientNorm } = await norm.run({}, state);
    norms.push(gradientNorm![0]!);
    const scalars = adamWFeeds(adam, step, learningRate, gradientNorm![0]!);
    for (const { name } of parameters(config, true)) await update.run(scalars, state, adamWNames(name));
    look(state);
  }
  const after = await reward.run(rewardFeeds(config, lengths[0]), state);
  state.dispose();
  for (const program of [loss, norm, update, reward]) await program.dispose();
  return { losses, norms, rewards: [[...before.rewards!], [...after.rewards!]] };
}
