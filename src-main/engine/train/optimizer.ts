/** AdamW: what an optimiser does in a step, and how it is written as graphs: the norm of all gradients, and the update of one tensor. */

import { createGraph, input, state, type Tensor } from '../graph/graph.ts';
import * as o from '../graph/operators.ts';
import type { Shape } from '../graph/shape.ts';
import { anyShape, type HostTensors, type ProgramSpec } from '../runtime/runtime.ts';

export type AdamWConfig = {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Gradients are scaled down to this norm over all tensors; 0 leaves them as they are. */
  readonly maxGradientNorm: number;
};

/** What ends a step. The state holds the gradients, weights and moments under the names of `adamWNames`. */
export type Optimizer = {
  /** The norm of the gradients of these parameters together. */
  gradientNorm(names: readonly string[]): Promise<number>;
  /** AdamW on all parameters, with what `adamWFeeds` gives for each. */
  update(scalarsOf: ReadonlyMap<string, HostTensors>): Promise<void>;
  dispose(): Promise<void>;
};

export const gradientOf = (name: string): string => `gradient:${name}`;
export const firstMomentOf = (name: string): string => `m:${name}`;
export const secondMomentOf = (name: string): string => `v:${name}`;

/** The norm of all gradients together, as `gradientNorm`. */
export function gradientNormProgram(tensors: readonly { readonly name: string; readonly shape: Shape }[]): ProgramSpec {
  const graph = createGraph();
  const squares = tensors.map(({ name, shape }) => o.sumSquares(state(graph, gradientOf(name), shape)));
  return { graph, outputs: { gradientNorm: o.sqrt(squares.reduce((a, b) => o.add(a, b))) }, stored: {} };
}

/**
 * One step of AdamW (Loshchilov and Hutter, 2019, as in PyTorch) on one tensor of any shape. State: `weight`, `gradient`, and
 * the moments `m` and `v`, kept without their factors (1 - beta), which saves a multiplication of every element. Feeds are
 * the scalars of `adamWFeeds`.
 */
export function adamWProgram(config: AdamWConfig): ProgramSpec {
  const graph = createGraph();
  const [decay, stepSize, epsilon, scale] = ['decay', 'stepSize', 'epsilon', 'scale'].map((name) =>
    input(graph, name, []),
  ) as [Tensor, Tensor, Tensor, Tensor];
  const [weight, raw, m, v] = ['weight', 'gradient', 'm', 'v'].map((name) => state(graph, name, [anyShape])) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const gradient = config.maxGradientNorm > 0 ? o.mul(raw, scale) : raw;
  const first = o.add(o.mul(m, config.beta1), gradient);
  const second = o.add(o.mul(v, config.beta2), o.mul(gradient, gradient));
  const update = o.mul(o.div(first, o.add(o.sqrt(second), epsilon)), stepSize);
  const decayed = config.weightDecay > 0 ? o.mul(weight, decay) : weight;
  return { graph, outputs: {}, stored: { m: first, v: second, weight: o.sub(decayed, update) } };
}

/** What the state calls the tensors of `adamWProgram` for a parameter. */
export function adamWNames(name: string): Record<'weight' | 'gradient' | 'm' | 'v', string> {
  return { weight: name, gradient: gradientOf(name), m: firstMomentOf(name), v: secondMomentOf(name) };
}

/**
 * The scalars of step `step` (the first is 1). With m = M (1 - beta1), v = V (1 - beta2) for the kept sums M and V, PyTorch's
 * lr / (1 - beta1^t) m / (sqrt(v / (1 - beta2^t)) + eps) is stepSize M / (sqrt(V) + epsilon). A gradient longer than
 * maxGradientNorm is scaled down to it.
 */
export function adamWFeeds(config: AdamWConfig, step: number, learningRate: number, gradientNorm: number): HostTensors {
  const first = (1 - config.beta1) / (1 - config.beta1 ** step);
  const second = Math.sqrt((1 - config.beta2) / (1 - config.beta2 ** step));
  const scalars = {
    decay: 1 - learningRate * config.weightDecay,
    stepSize: (learningRate * first) / second,
    epsilon: config.epsilon / second,
    scale: Math.min(1, config.maxGradientNorm / (gradientNorm + 1e-6)),
  };
  return Object.fromEntries(
    Object.entries(scalars).map(([name, value]) => [name, { data: Float32Array.of(value), shape: [] }]),
  );
}

/** Names of everything a training keeps beside each weight. */
export function companionsOf(name: string): string[] {
  return [gradientOf(name), firstMomentOf(name), secondMomentOf(name)];
}
