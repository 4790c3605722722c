import { gradients } from '../../../src-main/engine/graph/gradient.ts';
import { createGraph, input } from '../../../src-main/engine/graph/graph.ts';
import * as o from '../../../src-main/engine/graph/operators.ts';
import {
  declareEncoder,
  type EncoderConfig,
  embeddings,
  encoderParameters,
} from '../../../src-main/engine/model/encoder.ts';
import { encoderFeeds } from '../../../src-main/engine/model/encoder-feeds.ts';
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
export function drawEncoderWeights(config: EncoderConfig, deviation: number, seed = 3): Map<string, Value> {
  const next = random(seed);
  const draw = () => (next() + next() + next() - 1.5) * 2 * deviation;
  return new Map(
    encoderParameters(config).map(({ name, shape, centre }) => {
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

/** Texts of different lengths: one empty, one longer than the model reads, one token twice. */
export function tinyEncoderFeeds(config: EncoderConfig, seed = 5): HostTensors {
  const sequences = [[1, 0, 3, 1, 5, 4, 2], [], [2, 4], [5]].map((ids) => Int32Array.from(ids));
  const next = random(seed);
  const shape = [sequences.length, config.width];
  const data = Float32Array.from({ length: sequences.length * config.width }, () => 4 * next() - 2);
  return { ...encoderFeeds(config, sequences), lossWeights: { data, shape } };
}
