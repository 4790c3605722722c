/**
 * A reward model that reads post and comment as one sequence of an encoder of the BERT family: a linear head without bias on the
 * vector that comes of them, and what is believed of the comment before it is read so.
 */

import { type Graph, input, state, type Tensor } from '../graph/graph.ts';
import * as o from '../graph/operators.ts';
import { type BertBody, type BertConfig, bertParameters, bertVectors } from './bert.ts';
import type { ParameterSpec } from './parameters.ts';

const headName = 'head.pooled.weight';

/** Every tensor of the model, in order. A fresh head is zero. */
export function togetherParameters(config: BertConfig): ParameterSpec[] {
  return [...bertParameters(config), { name: headName, shape: [1, config.width], deviation: 0, centre: 0 }];
}

/** An encoder's ways as this model has them: the vector as it is, since its length may say something. */
export const asTogether = (config: BertConfig): BertConfig => ({ ...config, unit: false });

/** The reward of every comment, [batch]. Feeds besides those of `bertVectors`: `before` [batch], what is added to it. */
export function togetherRewards(body: BertBody): Tensor {
  const vectors = bertVectors(body);
  const reward = o.reshape(o.linear(vectors, body.weight(headName), null, { transposeB: true }), ['batch']);
  return o.add(reward, input(body.graph, 'before', ['batch']));
}

/** The model's weights as state inputs of a graph. */
export function declareTogether(graph: Graph, config: BertConfig): Map<string, Tensor> {
  return new Map(togetherParameters(config).map(({ name, shape }) => [name, state(graph, name, shape)]));
}
