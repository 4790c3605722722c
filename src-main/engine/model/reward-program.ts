import { createGraph } from '../graph/graph.ts';
import type { ProgramSpec } from '../runtime/runtime.ts';
import { declareWeights, type Gpt2Config, rewards } from './gpt2.ts';

/** Rewards alone: gives `rewards` [batch]. */
export function rewardProgram(config: Gpt2Config): ProgramSpec {
  const graph = createGraph();
  const weights = declareWeights(graph, config, true);
  const weight = (name: string) => weights.get(name)!;
  const reward = rewards({ graph, config, weight, dropout: (x) => x });
  return { graph, outputs: { rewards: reward }, stored: {} };
}
