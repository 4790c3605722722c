import { createGraph, type Tensor } from '../graph/graph.ts';
import type { ProgramSpec } from '../runtime/runtime.ts';
import { type Body, declareWeights, type Gpt2Config, rewards } from './gpt2.ts';
import { rowRewards } from './gpt2-rows.ts';

/** Rewards of inputs that are read by themselves: gives `rewards` [batch]. What is exported. */
export const rewardProgram = (config: Gpt2Config): ProgramSpec => programOf(config, rewards);

/** Rewards of inputs that share their beginnings: gives `rewards` [inputs]. What runs in the house. */
export const rowRewardProgram = (config: Gpt2Config): ProgramSpec => programOf(config, rowRewards);

function programOf(config: Gpt2Config, describe: (body: Body) => Tensor): ProgramSpec {
  const graph = createGraph();
  const weights = declareWeights(graph, config, true);
  const reward = describe({ graph, config, weight: (name) => weights.get(name)!, dropout: (x) => x });
  return { graph, outputs: { rewards: reward }, stored: {} };
}
