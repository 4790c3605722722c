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
 * Scaled dot-product attention (Vaswani et al., 2017) of [batch, heads, length, size] each, and so is the result. The mask is
 * added to the scores: 0 where a query may look, a large negative number elsewhere.
 */
export function attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor, dropout: (x: Tensor) => Tensor): Tensor {
  const scores = o.mul(o.matmul(q, k, { transposeB: true }), 1 / Math.sqrt(Number(q.shape[3])));
  return o.matmul(dropout(o.softmax(o.add(scores, mask))), v);
}

/** The same with the heads joined, [batch*length, heads*size]. */
export function attention(...given: Parameters<typeof attend>): Tensor {
  const [, heads, , size] = given[0].shape.map(Number);
  const mixed = o.transpose(attend(...given), [0, 2, 1, 3]);
  return o.reshape(mixed, [product(mixed.shape.slice(0, 2)), heads! * size!]);
}
