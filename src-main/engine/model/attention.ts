import type { Tensor } from '../graph/graph.ts';
import * as o from '../graph/operators.ts';
import { product } from '../graph/shape.ts';

/** [n, parts*width] to parts of [batch, heads, length, width/heads]; n is batch*length. */
export function splitHeads(
  x: Tensor,
  width: number,
  heads: number,
  [batch, length]: readonly [string, string | 1],
): readonly Tensor[] {
  const parts = Number(x.shape[1]) / width;
  const all = o.transpose(o.reshape(x, [batch, length, parts * heads, width / heads]), [0, 2, 1, 3]);
  return parts === 1 ? [all] : o.split(all, 1, Array<number>(parts).fill(heads));
}

/**
 * Scaled dot-product attention (Vaswani et al., 2017) of [batch, heads, length, size] each; the heads come out joined,
 * [batch*length, heads*size]. The mask is added to the scores: 0 where a query may look, a large negative number elsewhere.
 */
export function attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor, dropout: (x: Tensor) => Tensor): Tensor {
  const [, heads, , size] = q.shape.map(Number);
  const scores = o.mul(o.matmul(q, k, { transposeB: true }), 1 / Math.sqrt(size!));
  const probabilities = dropout(o.softmax(o.add(scores, mask)));
  const mixed = o.transpose(o.matmul(probabilities, v), [0, 2, 1, 3]);
  return o.reshape(mixed, [product(mixed.shape.slice(0, 2)), heads! * size!]);
}
