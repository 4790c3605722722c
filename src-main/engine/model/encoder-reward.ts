/**
 * A reward model on the sentence encoder: post and comment are read apart, by the same weights, and a linear head reads the
 * comment's vector, its product with the post's, and their cosine with its square. What a quick head finds in the text itself
 * (its length, its words) is added as it is.
 */

import { type Graph, input, state, type Tensor } from '../graph/graph.ts';
import * as o from '../graph/operators.ts';
import type { ParameterSpec } from './parameters.ts';
import { type TextEncoderBody, type TextEncoderConfig, textEncoderParameters, textVectors } from './text-encoder.ts';

/** Products of numbers of unit vectors are small: they are brought to the size of the numbers themselves. */
export const productScale = ({ width }: TextEncoderConfig): number => Math.sqrt(width);

/** Every tensor of the model, in order. A fresh head is zero. */
export function encoderRewardParameters(config: TextEncoderConfig): ParameterSpec[] {
  return [...textEncoderParameters(config), ...headParameters(config)];
}

function headParameters({ width }: TextEncoderConfig): ParameterSpec[] {
  const part = (name: string, size: number): ParameterSpec => ({
    name: `head.${name}.weight`,
    shape: [1, size],
    deviation: 0,
    centre: 0,
  });
  return [part('comment', width), part('product', width), part('cosine', 1), part('cosineSquare', 1)];
}

/**
 * The reward of every comment, [inputs]. Feeds (encoderRewardFeeds) besides those of `textVectors`: `comment` and `post`
 * [inputs], places in the batch; `textReward` [inputs].
 */
export function encoderRewards(body: TextEncoderBody): Tensor {
  const vectors = textVectors(body);
  const [c, p] = ['comment', 'post'].map((name) => o.gather(vectors, input(body.graph, name, ['inputs'], 'int32')));
  return headRewards(body, c!, p!);
}

/** The same from the vectors of comments and posts, [inputs, width]. */
export function headRewards({ graph, config, weight }: TextEncoderBody, c: Tensor, p: Tensor): Tensor {
  const part = (x: Tensor, name: string) => o.linear(x, weight(`head.${name}.weight`), null, { transposeB: true });
  const product = o.mul(c, p);
  const cosine = o.sum(product, [1], true);
  const parts = [
    part(c, 'comment'),
    part(o.mul(product, productScale(config)), 'product'),
    part(cosine, 'cosine'),
    part(o.mul(cosine, cosine), 'cosineSquare'),
  ];
  const sum = parts.reduce((a, b) => o.add(a, b));
  return o.add(o.reshape(sum, ['inputs']), input(graph, 'textReward', ['inputs']));
}

/** The head's tensors as state inputs of a graph. */
export function declareHead(graph: Graph, config: TextEncoderConfig): Map<string, Tensor> {
  return new Map(headParameters(config).map(({ name, shape }) => [name, state(graph, name, shape)]));
}
