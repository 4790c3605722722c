import { createGraph, input, state, type Tensor } from '../graph/graph.ts';
import * as o from '../graph/operators.ts';
import type { ParameterSpec } from '../model/gpt2.ts';
import type { ProgramSpec } from '../runtime/runtime.ts';

export type AdamWConfig = {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Gradients are scaled down to this norm over all tensors; 0 leaves them as they are. */
  readonly maxGradientNorm: number;
};

export const gradientOf = (name: string): string => `gradient:${name}`;
/** The two moments are kept without their factors (1 - beta): one multiplication less per element and step. */
export const firstMomentOf = (name: string): string => `m:${name}`;
export const secondMomentOf = (name: string): string => `v:${name}`;

/**
 * One step of AdamW (Loshchilov and Hutter, 2019, as in PyTorch) on every given tensor, from the gradients in the state.
 * Feeds are the scalars of `adamWFeeds`. The gradients' norm before clipping comes back as `gradientNorm`.
 */
export function adamWProgram(tensors: readonly ParameterSpec[], config: AdamWConfig): ProgramSpec {
  const graph = createGraph();
  const [decay, stepSize, epsilon] = ['decay', 'stepSize', 'epsilon'].map((name) => input(graph, name, [])) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const gradients = tensors.map(({ name, shape }) => state(graph, gradientOf(name), shape));
  const squares = gradients.map(o.sumSquares);
  const norm = o.sqrt(squares.reduce((a, b) => o.add(a, b)));
  const scale =
    config.maxGradientNorm > 0
      ? o.min(o.div(o.constant(graph, config.maxGradientNorm), o.add(norm, 1e-6)), o.constant(graph, 1))
      : null;

  const stored: Record<string, Tensor> = {};
  tensors.forEach(({ name, shape }, i) => {
    const weight = state(graph, name, shape);
    const gradient = scale ? o.mul(gradients[i]!, scale) : gradients[i]!;
    const m = o.add(o.mul(state(graph, firstMomentOf(name), shape), config.beta1), gradient);
    const v = o.add(o.mul(state(graph, secondMomentOf(name), shape), config.beta2), o.mul(gradient, gradient));
    const update = o.mul(o.div(m, o.add(o.sqrt(v), epsilon)), stepSize);
    stored[firstMomentOf(name)] = m;
    stored[secondMomentOf(name)] = v;
    stored[name] = o.sub(config.weightDecay > 0 ? o.mul(weight, decay) : weight, update);
  });
  return { graph, outputs: { gradientNorm: norm }, stored };
}

/**
 * The scalars of step `step` (the first is 1). With m = M (1 - beta1), v = V (1 - beta2) for the kept sums M and V, PyTorch's
 * lr / (1 - beta1^t) m / (sqrt(v / (1 - beta2^t)) + eps) is stepSize M / (sqrt(V) + epsilon).
 */
export function adamWFeeds(config: AdamWConfig, step: number, learningRate: number): Record<string, number> {
  const first = (1 - config.beta1) / (1 - config.beta1 ** step);
  const second = Math.sqrt((1 - config.beta2) / (1 - config.beta2 ** step));
  return {
    decay: 1 - learningRate * config.weightDecay,
    stepSize: (learningRate * first) / second,
    epsilon: config.epsilon / second,
  };
}

const sumOf = (name: string): string => `sum:${name}`;

/**
 * For steps of several batches: `keep` sets the gradients so far aside, `add` adds them to those of the next batch.
 */
export function accumulationPrograms(tensors: readonly ParameterSpec[]): { keep: ProgramSpec; add: ProgramSpec } {
  const keep = createGraph();
  const add = createGraph();
  const kept: Record<string, Tensor> = {};
  const added: Record<string, Tensor> = {};
  for (const { name, shape } of tensors) {
    kept[sumOf(name)] = state(keep, gradientOf(name), shape);
    added[gradientOf(name)] = o.add(state(add, gradientOf(name), shape), state(add, sumOf(name), shape));
  }
  return { keep: { graph: keep, outputs: {}, stored: kept }, add: { graph: add, outputs: {}, stored: added } };
}

/** Names of everything a training keeps beside each weight. */
export function companionsOf(name: string, accumulation: number): string[] {
  const names = [gradientOf(name), firstMomentOf(name), secondMomentOf(name)];
  return accumulation > 1 ? [...names, sumOf(name)] : names;
}
