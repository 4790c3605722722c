import { addNode, type Node, type Tensor } from './graph.ts';
import * as o from './operators.ts';
import { type Shape, sameShape } from './shape.ts';

/** A part of a graph: its nodes from one place up to another. */
export type Segment = { readonly from: number; readonly to: number };

/**
 * Reverse-mode differentiation: adds to the graph the nodes that compute the derivative of a scalar with respect to each of
 * the given tensors, and returns them in the same order, in the tensors' shapes. Throws where an operator on the way has no
 * gradient, or where the scalar doesn't depend on a tensor.
 * @param recomputed parts of the graph whose results are not kept for the gradient but computed once more when it comes to
 * them, from what went into the part (Chen et al., Training deep nets with sublinear memory cost, 2016)
 */
export function gradients(
  scalar: Tensor,
  withRespectTo: readonly Tensor[],
  recomputed: readonly Segment[] = [],
): Tensor[] {
  const graph = scalar.graph;
  const forward = [...graph.nodes];
  // Only what depends on the wanted tensors is differentiated: frozen layers cost nothing.
  const wanted = new Set(withRespectTo.map((tensor) => tensor.id));
  for (const node of forward) {
    if (node.inputs.some((tensor) => wanted.has(tensor.id))) for (const tensor of node.outputs) wanted.add(tensor.id);
  }
  const found = new Map<number, Tensor>([[scalar.id, o.constant(graph, 1)]]);
  const copies = new Map<Segment, Map<Node, Node>>();
  for (const [at, node] of [...forward.entries()].reverse()) {
    const ds = node.outputs.map((tensor) => found.get(tensor.id));
    if (!ds.some(Boolean) || !node.inputs.some((tensor) => wanted.has(tensor.id))) continue;
    const segment = recomputed.find(({ from, to }) => from <= at && at < to);
    if (segment && !copies.has(segment)) copies.set(segment, recompute(forward, segment, ds.find(Boolean)!));
    const seen = (segment && copies.get(segment)!.get(node)) ?? node;
    inputGradients(seen, ds, (i) => wanted.has(node.inputs[i]!.id)).forEach((d, i) => {
      const tensor = node.inputs[i]!;
      if (!d || !wanted.has(tensor.id)) return;
      const before = found.get(tensor.id);
      found.set(tensor.id, before ? o.add(before, d) : d);
    });
  }
  return withRespectTo.map((tensor) => {
    const d = found.get(tensor.id);
    if (!d) throw new Error(`The scalar doesn't depend on '${tensor.input?.name ?? tensor.id}'`);
    return d;
  });
}

/**
 * Adds the nodes of a part once more, and gives the copy of each. They run only after `d`, the derivative by the part's result:
 * a copy that could run earlier would lie in memory until then, or be taken for the original by whatever optimises the graph.
 */
function recompute(forward: readonly Node[], { from, to }: Segment, d: Tensor): Map<Node, Node> {
  const copied = new Map<number, Tensor>();
  const copyOf = (tensor: Tensor): Tensor => {
    // What is given from outside is there all the time.
    if (tensor.input) return tensor;
    const known = copied.get(tensor.id) ?? o.after(tensor, d);
    copied.set(tensor.id, known);
    return known;
  };
  return new Map(
    forward.slice(from, to).map((node) => {
      const inputs = node.inputs.map(copyOf);
      const shapes = node.outputs.map(({ shape }) => shape);
      const copy = addNode(node.operator, d.graph, inputs, shapes);
      node.outputs.forEach(({ id }, i) => {
        copied.set(id, copy.outputs[i]!);
      });
      return [node, copy];
    }),
  );
}

type MaybeTensor = Tensor | undefined;

/** Gradients of a node's inputs, given those of its outputs (undefined where nothing depends on an output). */
function inputGradients(
  { operator, inputs, outputs }: Node,
  ds: readonly MaybeTensor[],
  needs: (input: number) => boolean,
): readonly MaybeTensor[] {
  const d = ds[0]!;
  const [a, b, c] = inputs as [Tensor, Tensor, Tensor];
  const y = outputs[0]!;
  switch (operator.op) {
    case 'constant':
      return [];
    case 'add':
      return [needs(0) ? reduceTo(d, a.shape) : undefined, needs(1) ? reduceTo(d, b.shape) : undefined];
    case 'sub':
      return [needs(0) ? reduceTo(d, a.shape) : undefined, needs(1) ? reduceTo(o.neg(d), b.shape) : undefined];
    case 'mul':
      return [
        needs(0) ? reduceTo(o.mul(d, b), a.shape) : undefined,
        needs(1) ? reduceTo(o.mul(d, a), b.shape) : undefined,
      ];
    case 'div':
      return [
        needs(0) ? reduceTo(o.div(d, b), a.shape) : undefined,
        needs(1) ? reduceTo(o.neg(o.div(o.mul(d, y), b)), b.shape) : undefined,
      ];
    case 'neg':
      return [o.neg(d)];
    case 'sqrt':
      return [o.div(o.mul(d, 0.5), y)];
    case 'sigmoid':
      return [o.mul(d, o.mul(y, o.sub(o.constant(y.graph, 1), y)))];
    case 'softplus':
      return [o.mul(d, o.sigmoid(a))];
    case 'relu':
      return [o.mul(d, o.step(y))];
    case 'gelu':
      return [operator.form === 'exact' ? exactGeluGradient(a, d) : geluGradient(a, y, d)];
    case 'softmax': {
      const last = y.shape.length - 1;
      return [o.mul(o.sub(d, o.sum(o.mul(d, y), [last], true)), y)];
    }
    case 'layerNorm':
      return layerNormGradient(a, b, outputs as [Tensor, Tensor, Tensor], d, needs);
    case 'matmul':
      return productGradients(o.matmul, operator, a, b, d, needs);
    case 'linear': {
      const linear: typeof o.matmul = (x, z, options) => o.linear(x, z, null, options);
      const bias = c && needs(2) ? o.sum(d, [0]) : undefined;
      return [...productGradients(linear, operator, a, b, d, needs), bias];
    }
    case 'sum': {
      const kept = a.shape.map((dim, i) => (operator.axes.includes(i) ? 1 : dim));
      return [o.expandLike(o.reshape(d, kept), a)];
    }
    case 'expandLike':
      return [reduceTo(d, a.shape), undefined];
    case 'reshape':
      return [o.reshape(d, a.shape)];
    case 'transpose':
      return [
        o.transpose(
          d,
          operator.order.map((_, i) => operator.order.indexOf(i)),
        ),
      ];
    case 'split':
      return [
        o.concat(
          ds.map((part, i) => part ?? o.expandLike(o.constant(y.graph, 0), outputs[i]!)),
          operator.axis,
        ),
      ];
    case 'concat':
      return o.split(
        d,
        operator.axis,
        inputs.map((part) => Number(part.shape[operator.axis])),
      );
    case 'gather':
      return [o.scatterAdd(a.shape[0]!, b, d)];
    case 'pad':
      return [o.gather(d, c)];
    case 'unpad':
      return [o.mul(o.gather(d, b), inputs[3]!)];
    case 'scatterAdd':
      return [undefined, o.gather(d, a)];
    case 'crossEntropy':
      return [o.crossEntropyGradient(a, b, d)];
    case 'after':
    case 'cast':
    case 'step':
    case 'erf':
    case 'exp':
    case 'mean':
    case 'sumSquares':
    case 'crossEntropyGradient':
      throw new Error(`The operator '${operator.op}' has no gradient`);
  }
}

/** Undoes broadcasting: sums d over the axes along which a tensor of this shape was repeated. */
function reduceTo(d: Tensor, shape: Shape): Tensor {
  if (sameShape(d.shape, shape)) return d;
  const offset = d.shape.length - shape.length;
  const axes = d.shape.map((_, i) => i).filter((i) => i < offset || shape[i - offset] !== d.shape[i]);
  return o.reshape(o.sum(d, axes), shape);
}

/** Gradients of the factors of a product, each of which may have been given transposed. */
function productGradients(
  multiply: typeof o.matmul,
  { transposeA, transposeB }: { readonly transposeA: boolean; readonly transposeB: boolean },
  a: Tensor,
  b: Tensor,
  d: Tensor,
  needs: (input: number) => boolean,
): MaybeTensor[] {
  const da = () =>
    transposeA
      ? multiply(b, d, { transposeA: transposeB, transposeB: true })
      : multiply(d, b, { transposeB: !transposeB });
  const db = () =>
    transposeB
      ? multiply(d, a, { transposeA: true, transposeB: transposeA })
      : multiply(a, d, { transposeA: !transposeA });
  return [needs(0) ? da() : undefined, needs(1) ? db() : undefined];
}

/**
 * With u = k (x + .044715 x^3), k = sqrt(2 / pi), the tanh form is y = x s, s = sigmoid(2 u), so
 * dy/dx = s (1 + (x - y) 2 u'), 2 u' = 2k + 6k .044715 x^2.
 */
function geluGradient(x: Tensor, y: Tensor, d: Tensor): Tensor {
  const k = Math.sqrt(2 / Math.PI);
  const square = o.mul(x, x);
  const s = o.sigmoid(o.mul(x, o.add(o.mul(square, 2 * k * 0.044715), 2 * k)));
  const slope = o.add(o.mul(square, 6 * k * 0.044715), 2 * k);
  return o.mul(o.mul(d, s), o.add(o.mul(o.sub(x, y), slope), 1));
}

/** With P the normal distribution, y = x P(x) and dy/dx = P(x) + x P'(x), P(x) = (1 + erf(x / sqrt(2))) / 2. */
function exactGeluGradient(x: Tensor, d: Tensor): Tensor {
  const distribution = o.add(o.mul(o.erf(o.mul(x, Math.SQRT1_2)), 0.5), 0.5);
  const density = o.mul(o.exp(o.mul(o.mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return o.mul(d, o.add(distribution, o.mul(x, density)));
}

/** With xhat = (x - mean) / deviation: dx = (dxhat - mean(dxhat) - xhat mean(dxhat xhat)) / deviation, dxhat = d weight. */
function layerNormGradient(
  x: Tensor,
  weight: Tensor,
  [, mean, inverse]: readonly [Tensor, Tensor, Tensor],
  d: Tensor,
  needs: (input: number) => boolean,
): MaybeTensor[] {
  const last = [x.shape.length - 1];
  const rows = x.shape.map((_, i) => i).slice(0, -1);
  const xhat = o.mul(o.sub(x, mean), inverse);
  const dxhat = o.mul(d, weight);
  const centred = () => o.sub(o.sub(dxhat, o.mean(dxhat, last)), o.mul(xhat, o.mean(o.mul(dxhat, xhat), last)));
  return [
    needs(0) ? o.mul(centred(), inverse) : undefined,
    needs(1) ? o.sum(o.mul(d, xhat), rows) : undefined,
    needs(2) ? o.sum(d, rows) : undefined,
  ];
}
