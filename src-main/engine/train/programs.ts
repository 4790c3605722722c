import { gradients } from '../graph/gradient.ts';
import { createGraph, type Graph, input, type Tensor } from '../graph/graph.ts';
import * as o from '../graph/operators.ts';
import { product } from '../graph/shape.ts';
import {
  type Body,
  declareWeights,
  type Gpt2Config,
  layerOf,
  logits,
  type ParameterSpec,
  parameters,
  rewards,
} from '../model/gpt2.ts';
import type { ProgramSpec } from '../runtime/runtime.ts';
import { gradientOf } from './optimizer.ts';

export type LossProgram = ProgramSpec & {
  /** Names and shapes of the dropout masks to feed: 0 or 1/(1-p), drawn anew for every run. */
  readonly masks: readonly { readonly name: string; readonly shape: Tensor['shape'] }[];
};

export type LossOptions = {
  readonly dropout: boolean;
  /** The tensors to differentiate by; none for a program that only evaluates. */
  readonly trained: readonly ParameterSpec[];
};

/**
 * -log sigmoid(chosen - rejected) over pairs (Ouyang et al., 2022). Feeds besides those of `rewards`: `first`, `second`
 * [pairs], places in the batch; `target` [pairs], the probability that the first is better (a tie is a half); `weight`
 * [pairs], the pair's share in the loss. Gives `loss` (the weighted sum), `rewards` [batch], and stores the gradients.
 */
export function rewardLossProgram(config: Gpt2Config, options: LossOptions): LossProgram {
  return lossProgram(config, true, options, (body) => {
    const { graph } = body;
    const [first, second] = ['first', 'second'].map((name) => input(graph, name, ['pairs'], 'int32')) as [
      Tensor,
      Tensor,
    ];
    const [target, weight] = ['target', 'weight'].map((name) => input(graph, name, ['pairs'])) as [Tensor, Tensor];
    const reward = rewards(body);
    const difference = o.sub(o.gather(reward, first), o.gather(reward, second));
    // -t log sigmoid(x) - (1 - t) log sigmoid(-x) = softplus(-x) + (1 - t) x
    const losses = o.add(o.softplus(o.neg(difference)), o.mul(o.sub(o.constant(graph, 1), target), difference));
    return { loss: o.sum(o.mul(losses, weight), [0]), outputs: { rewards: reward } };
  });
}

/**
 * Cross-entropy of the next token. Feeds besides those of `hiddenStates`: `targets` and `weight` [batch*length], the next
 * token of every place and its share in the loss (0 for padding). Gives `loss`, and stores the gradients.
 */
export function languageModelLossProgram(config: Gpt2Config, options: LossOptions): LossProgram {
  return lossProgram(config, false, options, (body) => {
    const tokens = product(['batch', 'length']);
    const targets = input(body.graph, 'targets', [tokens], 'int32');
    const weight = input(body.graph, 'weight', [tokens]);
    return { loss: o.sum(o.mul(o.crossEntropy(logits(body), targets), weight), [0]), outputs: {} };
  });
}

/** Rewards alone: gives `rewards` [batch]. */
export function rewardProgram(config: Gpt2Config): ProgramSpec {
  const graph = createGraph();
  const weights = declareWeights(graph, config, true);
  const reward = rewards({ graph, config, weight: (name) => weights.get(name)!, dropout: (x) => x });
  return { graph, outputs: { rewards: reward }, stored: {} };
}

/** The tensors that are trained when the lowest `frozen` layers stay as they are (the embeddings too, if any layer does). */
export function trainedParameters(config: Gpt2Config, head: boolean, frozen: number): ParameterSpec[] {
  return parameters(config, head).filter(({ name }) => frozen === 0 || layerOf(name, config.layers) > frozen);
}

function lossProgram(
  config: Gpt2Config,
  head: boolean,
  { dropout, trained }: LossOptions,
  describe: (body: Body) => { loss: Tensor; outputs: Record<string, Tensor> },
): LossProgram {
  const graph = createGraph();
  const weights = declareWeights(graph, config, head);
  const masks: { name: string; shape: Tensor['shape'] }[] = [];
  const drop = (x: Tensor, place: string): Tensor => {
    const name = `dropout.${place}`;
    masks.push({ name, shape: x.shape });
    return o.mul(x, maskInput(graph, name, x));
  };
  const body: Body = { graph, config, weight: (name) => weights.get(name)!, dropout: dropout ? drop : (x) => x };
  const { loss, outputs } = describe(body);
  const stored: Record<string, Tensor> = {};
  if (trained.length > 0) {
    const ds = gradients(
      loss,
      trained.map(({ name }) => weights.get(name)!),
    );
    trained.forEach(({ name }, i) => {
      stored[gradientOf(name)] = ds[i]!;
    });
  }
  return { graph, outputs: { loss, ...outputs }, stored, masks };
}

function maskInput(graph: Graph, name: string, x: Tensor): Tensor {
  return input(graph, name, x.shape);
}
