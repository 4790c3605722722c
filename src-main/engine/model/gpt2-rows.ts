/**
 * GPT-2's rewards of comments whose inputs begin alike, each beginning read once: a row is what its comments share, a post with its
 * context, and behind it what each of them has of its own. A comment's tokens look at what is shared and at their own, with places
 * that go on behind what is shared, so that its reward is what it would be if it were read by itself (gpt2.ts).
 *
 * The tokens of all rows stand one after the other without padding; only attention needs them apart.
 */

import { input, type Tensor } from '../graph/graph.ts';
import * as o from '../graph/operators.ts';
import { type Dim, product } from '../graph/shape.ts';
import { attend } from './attention.ts';
import { type Body, endProjections, projections, rest, rewardHead } from './gpt2.ts';
import { once } from './parameters.ts';

/**
 * The reward of every comment, [inputs]. Feeds (batch/row-feeds.ts): `ids` and `positions` [tokens]; `end` [inputs], the token at
 * which each reward is read; `mask` [batch, 1, length, length] and `endMask` [batch, 1, ends, length], 0 where a token or an end
 * token of a row may look and a large negative number elsewhere; and where tokens and end tokens stand among padding, head by head
 * (`placesOf`).
 */
export function rowRewards(body: Body): Tensor {
  const { graph, config, recomputed: layer = once } = body;
  const end = input(graph, 'end', ['inputs'], 'int32');
  const endMask = input(graph, 'endMask', ['batch', 1, 'ends', 'length']);
  const places = { keysValues: placesOf(body, 'keysValues', 2), ends: placesOf(body, 'ends', 1, 'ends', 'inputs') };
  let x = embed(body);
  if (config.layers > 1) {
    const mask = input(graph, 'mask', ['batch', 1, 'length', 'length']);
    const all = { projected: placesOf(body, 'projected', 3), mixed: placesOf(body, 'mixed', 1) };
    for (let i = 0; i < config.layers - 1; i++) x = layer(() => block(body, i, x, all, mask));
  }
  // Its gradient comes at once: what it needs may as well be kept.
  x = lastBlock(body, config.layers - 1, x, end, places, endMask);
  return o.reshape(rewardHead(body, x), ['inputs']);
}

function embed({ graph, weight, dropout }: Body): Tensor {
  const rows = (table: string, feed: string) => o.gather(weight(table), input(graph, feed, ['tokens'], 'int32'));
  return dropout(o.add(rows('wte.weight', 'ids'), rows('wpe.weight', 'positions')), 'embd');
}

/**
 * Where the heads of some parts of the tokens stand, as feeds called after them: at [parts, batch, heads, length], of
 * [tokens, parts, heads].
 */
function placesOf(
  { graph, config }: Body,
  name: string,
  parts: number,
  length: Dim = 'length',
  tokens: Dim = 'tokens',
): o.Places {
  const places = product([parts * config.heads, 'batch', length]);
  return {
    tokenAt: input(graph, `${name}.tokenAt`, [places], 'int32'),
    placeOf: input(graph, `${name}.placeOf`, [product([parts * config.heads, tokens])], 'int32'),
    filled: input(graph, `${name}.filled`, [places, 1]),
  };
}

/** [n, parts*width] to parts of [batch, heads, length, size]. */
function apart(
  { config }: Body,
  x: Tensor,
  places: o.Places,
  parts: number,
  length: Dim = 'length',
): readonly Tensor[] {
  const size = config.width / config.heads;
  const heads = o.pad(o.reshape(x, [product([x.shape[0]!, parts * config.heads]), size]), places);
  const shape = ['batch', config.heads, length, size] as const;
  if (parts === 1) return [o.reshape(heads, shape)];
  return o
    .split(o.reshape(heads, [parts, product(shape)]), 0, Array<number>(parts).fill(1))
    .map((part) => o.reshape(part, shape));
}

/** The opposite for one part: [batch, heads, length, size] to [n, width]. */
function together({ config }: Body, x: Tensor, places: o.Places, tokens: Dim = 'tokens'): Tensor {
  const heads = o.reshape(x, [product(x.shape.slice(0, 3)), x.shape[3]!]);
  return o.reshape(o.unpad(heads, places), [tokens, config.width]);
}

/** A layer: [tokens, width] to the same. */
function block(
  body: Body,
  i: number,
  x: Tensor,
  places: Record<'projected' | 'mixed', o.Places>,
  mask: Tensor,
): Tensor {
  const [q, k, v] = apart(body, projections(body, i, x), places.projected, 3) as [Tensor, Tensor, Tensor];
  const mixed = attend(q, k, v, mask, (p) => body.dropout(p, `attn.${i}`));
  return rest(body, i, x, together(body, mixed, places.mixed));
}

/** The same layer for the end tokens alone: x [tokens, width] to [inputs, width]. */
function lastBlock(
  body: Body,
  i: number,
  x: Tensor,
  end: Tensor,
  places: Record<'keysValues' | 'ends', o.Places>,
  mask: Tensor,
): Tensor {
  const { queries, keysValues } = endProjections(body, i, x, end);
  const [q] = apart(body, queries, places.ends, 1, 'ends') as [Tensor];
  const [k, v] = apart(body, keysValues, places.keysValues, 2) as [Tensor, Tensor];
  const mixed = attend(q, k, v, mask, (p) => body.dropout(p, `attn.${i}`));
  return rest(body, i, o.gather(x, end), together(body, mixed, places.ends, 'inputs'));
}
