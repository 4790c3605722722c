import { addNode, type GeluForm, type Graph, type Operator, type Tensor } from './graph.ts';
import { broadcast, type Dim, product, type Shape, sameShape } from './shape.ts';

type Binary = 'add' | 'sub' | 'mul' | 'div';
type Unary = 'neg' | 'sqrt' | 'sigmoid' | 'softplus' | 'relu' | 'step' | 'erf' | 'exp' | 'softmax';

function single(operator: Operator, inputs: readonly Tensor[], shape: Shape): Tensor {
  return addNode(operator, inputs[0]!.graph, inputs, [shape]).outputs[0]!;
}

const binary = (op: Binary) => (a: Tensor, b: Tensor | number) => {
  const other = typeof b === 'number' ? constant(a.graph, b) : b;
  return single({ op }, [a, other], broadcast(a.shape, other.shape));
};
const unary = (op: Unary) => (x: Tensor) => single({ op }, [x], x.shape);

/** A scalar, the same in every run. */
export function constant(graph: Graph, value: number): Tensor {
  return addNode({ op: 'constant', value }, graph, [], [[]]).outputs[0]!;
}

/** Elementwise, broadcasting after NumPy's rules; the second operand may be a plain number. */
export const add = binary('add');
export const sub = binary('sub');
export const mul = binary('mul');
export const div = binary('div');

export const neg = unary('neg');
export const sqrt = unary('sqrt');
export const sigmoid = unary('sigmoid');
/** log(1 + exp(x)), without overflow. */
export const softplus = unary('softplus');
export const relu = unary('relu');
/** 1 where x > 0, else 0. It has no gradient: it serves the gradient of relu. */
export const step = unary('step');
/** The error function. It has no gradient: it serves the gradient of gelu. */
export const erf = unary('erf');
/** It has no gradient: it serves the gradient of gelu. */
export const exp = unary('exp');
/** GELU (Hendrycks and Gimpel, 2016): exact, as BERT has it, or in its tanh form, as GPT-2 has it. */
export const gelu = (x: Tensor, form: GeluForm = 'tanh'): Tensor => single({ op: 'gelu', form }, [x], x.shape);
/** Over the last axis. */
export const softmax = unary('softmax');

/** Layer normalisation (Ba et al., 2016) over the last axis: [..., d], [d], [d] to [..., d]. */
export function layerNorm(x: Tensor, weight: Tensor, bias: Tensor, epsilon: number): Tensor {
  const statistics = [...x.shape.slice(0, -1), 1];
  // The mean and the inverse deviation come out too: the gradient needs them.
  const node = addNode({ op: 'layerNorm', epsilon }, x.graph, [x, weight, bias], [x.shape, statistics, statistics]);
  return node.outputs[0]!;
}

/**
 * Matrix product over the last two axes, in which either may be given transposed; the axes in front of them must be the same
 * in both.
 */
export function matmul(a: Tensor, b: Tensor, { transposeA = false, transposeB = false } = {}): Tensor {
  const batches = a.shape.slice(0, -2);
  if (!sameShape(batches, b.shape.slice(0, -2))) throw new Error(`Batches differ: [${a.shape}], [${b.shape}]`);
  const dims = productDims(a, b, transposeA, transposeB);
  return single({ op: 'matmul', transposeA, transposeB }, [a, b], [...batches, ...dims]);
}

/** a b + bias for matrices a [n, k] and b [k, m] (either may be given transposed) and a bias of [m]. */
export function linear(
  a: Tensor,
  b: Tensor,
  bias: Tensor | null = null,
  { transposeA = false, transposeB = false } = {},
): Tensor {
  if (a.shape.length !== 2 || b.shape.length !== 2) throw new Error(`Not matrices: [${a.shape}], [${b.shape}]`);
  const dims = productDims(a, b, transposeA, transposeB);
  return single({ op: 'linear', transposeA, transposeB }, bias ? [a, b, bias] : [a, b], dims);
}

function productDims(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): [Dim, Dim] {
  const [k, n] = transposeA ? [a.shape.at(-2), a.shape.at(-1)] : [a.shape.at(-1), a.shape.at(-2)];
  const [k2, m] = transposeB ? [b.shape.at(-1), b.shape.at(-2)] : [b.shape.at(-2), b.shape.at(-1)];
  if (k !== k2) throw new Error(`Can't multiply [${a.shape}] by [${b.shape}]`);
  return [n!, m!];
}

/** Sum over the given axes. */
export function sum(x: Tensor, axes: readonly number[], keep = false): Tensor {
  const shape = keep
    ? x.shape.map((dim, i) => (axes.includes(i) ? 1 : dim))
    : x.shape.filter((_, i) => !axes.includes(i));
  return single({ op: 'sum', axes, keep }, [x], shape);
}

/** Mean over the given axes, which stay as 1. It has no gradient: it serves the gradient of layerNorm. */
export function mean(x: Tensor, axes: readonly number[]): Tensor {
  return single(
    { op: 'mean', axes },
    [x],
    x.shape.map((dim, i) => (axes.includes(i) ? 1 : dim)),
  );
}

/** Sum of the squares of all elements, a scalar. It has no gradient: it serves the gradient's norm. */
export function sumSquares(x: Tensor): Tensor {
  return single({ op: 'sumSquares' }, [x], []);
}

/** x repeated to the shape of another tensor, after the rules of broadcasting. */
export function expandLike(x: Tensor, like: Tensor): Tensor {
  return sameShape(x.shape, like.shape) ? x : single({ op: 'expandLike' }, [x, like], broadcast(x.shape, like.shape));
}

/**
 * x as it is, but not before `other` was computed: where the order of the nodes is a matter of memory, this holds it. It has no
 * gradient: it serves the recomputation of layers.
 */
export function after(x: Tensor, other: Tensor): Tensor {
  return single({ op: 'after' }, [x, other], x.shape);
}

/** x in another precision. It has no gradient: it serves mixed precision, which comes after the gradients. */
export function cast(x: Tensor, to: 'float32' | 'float16'): Tensor {
  return addNode({ op: 'cast', to }, x.graph, [x], [x.shape], to).outputs[0]!;
}

/** The same elements in another shape. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  if (product(x.shape) !== product(shape)) throw new Error(`Can't reshape [${x.shape}] to [${shape}]`);
  return sameShape(x.shape, shape) ? x : single({ op: 'reshape', shape }, [x], shape);
}

/** The axes in another order: axis i of the result is axis order[i] of x. */
export function transpose(x: Tensor, order: readonly number[]): Tensor {
  return single(
    { op: 'transpose', order },
    [x],
    order.map((axis) => x.shape[axis]!),
  );
}

/** Cuts x along an axis into parts of the given sizes. */
export function split(x: Tensor, axis: number, sizes: readonly number[]): readonly Tensor[] {
  if (sizes.reduce((a, b) => a + b, 0) !== x.shape[axis]) throw new Error(`Can't split [${x.shape}] into ${sizes}`);
  const shapes = sizes.map((size) => x.shape.map((dim, i) => (i === axis ? size : dim)));
  return addNode({ op: 'split', axis, sizes }, x.graph, [x], shapes).outputs;
}

/** Joins tensors along an axis, whose sizes must be numbers. */
export function concat(parts: readonly Tensor[], axis: number): Tensor {
  const size = parts.reduce((total, part) => total + Number(part.shape[axis]), 0);
  return single(
    { op: 'concat', axis },
    parts,
    parts[0]!.shape.map((dim, i) => (i === axis ? size : dim)),
  );
}

/** Rows of a table by their indices: [rows, ...], [n] to [n, ...]. */
export function gather(table: Tensor, indices: Tensor): Tensor {
  return single({ op: 'gather' }, [table, indices], [...indices.shape, ...table.shape.slice(1)]);
}

/**
 * Rows of sequences that stand one after the other, each at its place among padding: [tokens, n] to [places, n]. What lies at
 * padding is of no matter, and must not reach the result.
 */
export function pad(x: Tensor, { tokenAt, placeOf }: Omit<Places, 'filled'>): Tensor {
  return single({ op: 'pad' }, [x, tokenAt, placeOf], [tokenAt.shape[0]!, ...x.shape.slice(1)]);
}

/** The opposite: [places, n] to [tokens, n]. */
export function unpad(x: Tensor, { tokenAt, placeOf, filled }: Places): Tensor {
  return single({ op: 'unpad' }, [x, tokenAt, placeOf, filled], [placeOf.shape[0]!, ...x.shape.slice(1)]);
}

/** Where tokens stand among padding. */
export type Places = {
  /** The token at each place, [places]; any at padding. */
  readonly tokenAt: Tensor;
  /** The place of each token, [tokens]. */
  readonly placeOf: Tensor;
  /** 1 where a place has a token, 0 at padding: [places, 1]. */
  readonly filled: Tensor;
};

/** The opposite of gather: a table of zeros to whose row indices[i] values[i] was added, for every i. */
export function scatterAdd(rows: Dim, indices: Tensor, values: Tensor): Tensor {
  return single({ op: 'scatterAdd', rows }, [indices, values], [rows, ...values.shape.slice(indices.shape.length)]);
}

/** -log softmax(logits)[target] for every row: [n, classes], [n] to [n]. */
export function crossEntropy(logits: Tensor, targets: Tensor): Tensor {
  return single({ op: 'crossEntropy' }, [logits, targets], [logits.shape[0]!]);
}

/** (softmax(logits) - onehot(target)) times the row's d: [n, classes], [n], [n] to [n, classes]. */
export function crossEntropyGradient(logits: Tensor, targets: Tensor, d: Tensor): Tensor {
  return single({ op: 'crossEntropyGradient' }, [logits, targets, d], logits.shape);
}
