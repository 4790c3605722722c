import { encoderFeeds } from '../../../src-main/engine/batch/encoder-feeds.ts';
import { encoderRewardFeeds } from '../../../src-main/engine/batch/encoder-reward-feeds.ts';
import { gradients } from '../../../src-main/engine/graph/gradient.ts';
import { createGraph, input } from '../../../src-main/engine/graph/graph.ts';
import * as o from '../../../src-main/engine/graph/operators.ts';
import {
  declareEncoder,
  type EncoderConfig,
  embeddings,
  encoderParameters,
} from '../../../src-main/engine/model/encoder.ts';
import type { HostTensors, ProgramSpec } from '../../../src-main/engine/runtime/runtime.ts';
import { gradientOf } from '../../../src-main/engine/train/optimizer.ts';
import type { Value } from './arrays.ts';
import { random } from './cases.ts';

/** An encoder small enough for float64 and finite differences, its first layer narrower than the others. */
export const tinyEncoder = (layers: number): EncoderConfig => ({
  vocabulary: 6,
  embedding: 4,
  width: 6,
  inner: 5,
  layers,
  heads: 2,
  positions: 5,
  epsilon: 1e-6,
});

/** Weights large enough that no part of the model stays linear. */
export function drawEncoderWeights(
  config: EncoderConfig,
  deviation: number,
  { seed = 3, specs = encoderParameters(config) } = {},
): Map<string, Value> {
  const next = random(seed);
  const draw = () => (next() + next() + next() - 1.5) * 2 * deviation;
  return new Map(
    specs.map(({ name, shape, centre }) => {
      const length = shape.reduce((a, b) => a * b, 1);
      return [name, { data: Float64Array.from({ length }, () => centre + draw()), shape }];
    }),
  );
}

/** Gives `embeddings`, and `loss`, their weighted sum, with its gradients by every weight of the model. */
export function encoderLossProgram(config: EncoderConfig): ProgramSpec {
  const graph = createGraph();
  const weights = declareEncoder(graph, config);
  const y = embeddings({ graph, config, weight: (name) => weights.get(name)!, dropout: (x) => x });
  const loss = o.sum(o.mul(y, input(graph, 'lossWeights', ['batch', config.width])), [0, 1]);
  const ds = gradients(loss, [...weights.values()]);
  const stored = Object.fromEntries([...weights.keys()].map((name, i) => [gradientOf(name), ds[i]!]));
  return { graph, outputs: { loss, embeddings: y }, stored };
}

/** Five comments under two posts, the second of which is empty; the pairs are one that is clear, one tie and two more. */
export function tinyEncoderRewardFeeds(config: EncoderConfig): HostTensors {
  const posts = [Int32Array.of(3, 1, 4), new Int32Array()];
  const comments = [[1, 0, 3], [2, 4, 5, 5, 1, 0], [], [4], [2, 2]].map((ids) => Int32Array.from(ids));
  const inputs = comments.map((comment, i) => ({ comment, post: posts[i < 3 ? 0 : 1]!, textReward: 0.3 * i - 0.5 }));
  const floats = (values: readonly number[]) => ({ data: Float32Array.from(values), shape: [values.length] });
  const indices = (values: readonly number[]) => ({ data: Int32Array.from(values), shape: [values.length] });
  return {
    ...encoderRewardFeeds(config, inputs),
    first: indices([0, 1, 2, 3]),
    second: indices([1, 2, 0, 4]),
    target: floats([1, 0.5, 0, 0]),
    weight: floats([0.3, 0.2, 0.25, 0.25]),
  };
}

/** Texts of different lengths: one empty, one longer than the model reads, one token twice. */
export function tinyEncoderFeeds(config: EncoderConfig, seed = 5): HostTensors {
  const sequences = [[1, 0, 3, 1, 5, 4, 2], [], [2, 4], [5]].map((ids) => Int32Array.from(ids));
  const next = random(seed);
  const shape = [sequences.length, config.width];
  const data = Float32Array.from({ length: sequences.length * config.width }, () => 4 * next() - 2);
  return { ...encoderFeeds(config, sequences), lossWeights: { data, shape } };
}
