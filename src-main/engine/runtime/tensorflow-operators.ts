import type * as tfjs from '@tensorflow/tfjs-core';
import type { Operator } from '../graph/graph.ts';

export type Tensorflow = typeof tfjs;

/** An operator on tfjs tensors. `shape` gives what the graph says of its first output, in numbers. */
type Compute<O extends Operator> = (
  tf: Tensorflow,
  inputs: readonly tfjs.Tensor[],
  operator: O,
  shape: () => readonly number[],
) => tfjs.Tensor | tfjs.Tensor[];

type OperatorCalled<Name extends Operator['op']> =
  Extract<Operator, { readonly op: Name }> extends never ? Operator : Extract<Operator, { readonly op: Name }>;

type Table = { readonly [Name in Operator['op']]: Compute<OperatorCalled<Name>> };

/** What each operator is in tfjs: one call where there is one. */
const table: Table = {
  constant: (tf, _, { value }) => tf.scalar(value),
  add: (tf, [a, b]) => tf.add(a!, b!),
  sub: (tf, [a, b]) => tf.sub(a!, b!),
  mul: (tf, [a, b]) => tf.mul(a!, b!),
  div: (tf, [a, b]) => tf.div(a!, b!),
  neg: (tf, [x]) => tf.neg(x!),
  sqrt: (tf, [x]) => tf.sqrt(x!),
  sigmoid: (tf, [x]) => tf.sigmoid(x!),
  softplus: (tf, [x]) => tf.softplus(x!),
  relu: (tf, [x]) => tf.relu(x!),
  step: (tf, [x]) => tf.step(x!),
  erf: (tf, [x]) => tf.erf(x!),
  exp: (tf, [x]) => tf.exp(x!),
  gelu: (tf, [x], { form }) => (form === 'exact' ? exactGelu(tf, x!) : gelu(tf, x!)),
  softmax: (tf, [x]) => tf.softmax(x!),
  layerNorm: (tf, [x, weight, bias], { epsilon }) => {
    const { mean, variance } = tf.moments(x!, -1, true);
    const inverse = tf.rsqrt(tf.add(variance, epsilon));
    return [tf.add(tf.mul(tf.mul(tf.sub(x!, mean), inverse), weight!), bias!), mean, inverse];
  },
  matmul: (tf, [a, b], { transposeA, transposeB }) => tf.matMul(a!, b!, transposeA, transposeB),
  linear: (tf, [a, b, bias], { transposeA, transposeB }) => {
    const product = tf.matMul(a!, b!, transposeA, transposeB);
    return bias ? tf.add(product, bias) : product;
  },
  sum: (tf, [x], { axes, keep }) => tf.sum(x!, [...axes], keep),
  mean: (tf, [x], { axes }) => tf.mean(x!, [...axes], true),
  sumSquares: (tf, [x]) => tf.sum(tf.square(x!)),
  expandLike: (tf, [x], _, shape) => tf.broadcastTo(x!, [...shape()] as [number]),
  after: (tf, [x]) => tf.clone(x!),
  // Programs in mixed precision are not made for it: all there is, is float32.
  cast: (tf, [x]) => tf.clone(x!),
  reshape: (tf, [x], _, shape) => tf.reshape(x!, [...shape()] as [number]),
  transpose: (tf, [x], { order }) => tf.transpose(x!, [...order]),
  split: (tf, [x], { axis, sizes }) => tf.split(x!, [...sizes], axis),
  concat: (tf, parts, { axis }) => tf.concat([...parts], axis),
  gather: (tf, [rows, indices]) => tf.gather(rows!, indices as tfjs.Tensor1D),
  pad: (tf, [rows, tokenAt]) => tf.gather(rows!, tokenAt as tfjs.Tensor1D),
  unpad: (tf, [rows, , placeOf]) => tf.gather(rows!, placeOf as tfjs.Tensor1D),
  scatterAdd: (tf, [indices, values], _, shape) => {
    const count = indices!.size;
    const rows = tf.reshape(values!, [count, ...shape().slice(1)]);
    return tf.scatterND(tf.reshape(indices!, [count, 1]), rows, [...shape()] as [number]);
  },
  crossEntropy: (tf, [logits, targets]) => {
    const picked = tf.mul(tf.logSoftmax(logits!), oneHot(tf, targets!, logits!));
    return tf.neg(tf.sum(picked, -1));
  },
  crossEntropyGradient: (tf, [logits, targets, d]) => {
    const difference = tf.sub(tf.softmax(logits!), oneHot(tf, targets!, logits!));
    return tf.mul(difference, tf.expandDims(d!, 1));
  },
};

/** Runs one operator and returns its outputs. */
export function compute(
  tf: Tensorflow,
  operator: Operator,
  inputs: readonly tfjs.Tensor[],
  shape: () => readonly number[],
): tfjs.Tensor[] {
  const results = (table[operator.op] as Compute<Operator>)(tf, inputs, operator, shape);
  return Array.isArray(results) ? results : [results];
}

/** x sigmoid(2 sqrt(2 / pi) (x + 0.044715 x^3)), which is the tanh form. */
function gelu(tf: Tensorflow, x: tfjs.Tensor): tfjs.Tensor {
  const k = 2 * Math.sqrt(2 / Math.PI);
  const slope = tf.add(tf.mul(tf.square(x), k * 0.044715), k);
  return tf.mul(x, tf.sigmoid(tf.mul(x, slope)));
}

function exactGelu(tf: Tensorflow, x: tfjs.Tensor): tfjs.Tensor {
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
}

function oneHot(tf: Tensorflow, targets: tfjs.Tensor, logits: tfjs.Tensor): tfjs.Tensor {
  return tf.oneHot(targets as tfjs.Tensor1D, logits.shape[1]!, 1, 0, 'float32');
}
