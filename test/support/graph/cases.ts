import { createGraph, type Graph, input, type Operator, type Tensor } from '../../../src-main/engine/graph/graph.ts';
import * as o from '../../../src-main/engine/graph/operators.ts';
import { resolve, type Shape } from '../../../src-main/engine/graph/shape.ts';
import type { Value } from './arrays.ts';

/** One use of an operator: inputs by name, and what is built of them. */
export type Case = {
  readonly title: string;
  readonly inputs: Readonly<Record<string, Given>>;
  readonly build: (inputs: Readonly<Record<string, Tensor>>, graph: Graph) => Tensor | readonly Tensor[];
};

/** Float inputs are drawn at random between the bounds (default -2 to 2), or given and not differentiated by; index inputs are given. */
type Given = {
  readonly shape: Shape;
  readonly from?: number;
  readonly to?: number;
  readonly indices?: readonly number[];
  readonly given?: readonly number[];
};

/** What the names among the dimensions stand for in every case. */
const sizes: ReadonlyMap<string, number> = new Map([
  ['batch', 2],
  ['length', 3],
  ['n', 5],
  ['tokens', 4],
]);

/** A repeatable stream of numbers between 0 and 1. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const f = (...shape: Shape): Given => ({ shape });
const positive = (...shape: Shape): Given => ({ shape, from: 0.5, to: 3 });
const index = (shape: Shape, ...indices: readonly number[]): Given => ({ shape, indices });

const one = (
  title: string,
  inputs: Case['inputs'],
  build: (...inputs: Tensor[]) => Tensor | readonly Tensor[],
): Case => ({
  title,
  inputs,
  build: (tensors) => build(...Object.keys(inputs).map((name) => tensors[name]!)),
});

/** Broadcasting of every kind: none, over rows, over columns, both ways at once, scalars, named dimensions. */
function binaryCases(build: (a: Tensor, b: Tensor) => Tensor, b = f): Case[] {
  return [
    one('same shape', { a: f(2, 3), b: b(2, 3) }, build),
    one('row repeated', { a: f(4, 2, 3), b: b(3) }, build),
    one('column repeated', { a: f(2, 3), b: b(2, 1) }, build),
    one('left repeated', { a: f(3), b: b('batch', 2, 3) }, build),
    one('both repeated', { a: f(2, 1, 3), b: b(4, 1) }, build),
    one('scalar right', { a: f('n', 2), b: b() }, build),
    one('scalar left', { a: f(), b: b('n', 2) }, build),
    one('two scalars', { a: f(), b: b() }, build),
    one('one element', { a: f(1, 1), b: b('n', 2) }, build),
    one('named dimensions', { a: f('batch', 1, 'length'), b: b(2, 1) }, build),
    one('the same tensor twice', { a: b(2, 3) }, (a) => build(a, a)),
  ];
}

function unaryCases(build: (x: Tensor) => Tensor, x = f): Case[] {
  return [
    one('matrix', { x: x(3, 4) }, build),
    one('named dimensions', { x: x('batch', 'length', 2) }, build),
    one('vector', { x: x(4) }, build),
  ];
}

const scalarToo = (build: (x: Tensor) => Tensor, x = f) => [...unaryCases(build, x), one('scalar', { x: x() }, build)];

/** The two factors of a product, each as it is and transposed. */
const factors = [false, true].flatMap((transposeA) =>
  [false, true].map((transposeB) => ({
    title: `${transposeA ? "a'" : 'a'} ${transposeB ? "b'" : 'b'}`,
    options: { transposeA, transposeB },
    a: transposeA ? [3, 'n'] : ['n', 3],
    b: transposeB ? [2, 3] : [3, 2],
  })),
);

const linearCases = factors.flatMap(({ title, options, a, b }): Case[] => {
  const inputs = { a: f(...a), b: f(...b) };
  return [
    one(title, inputs, (a, b) => o.linear(a!, b!, null, options)),
    one(`${title} + bias`, { ...inputs, bias: f(2) }, (a, b, bias) => o.linear(a!, b!, bias!, options)),
  ];
});

const matmulCases = factors.flatMap(({ title, options, a, b }): Case[] => {
  const product = (a?: Tensor, b?: Tensor) => o.matmul(a!, b!, options);
  return [
    one(title, { a: f(...a), b: f(...b) }, product),
    one(`${title}, batches`, { a: f('batch', 2, ...a), b: f('batch', 2, ...b) }, product),
  ];
});

const layerNorm = (x: Tensor, weight: Tensor, bias: Tensor) => o.layerNorm(x, weight, bias, 1e-5);

/** Two sequences, of one token and of three, each at its place among padding. */
const placeInputs = {
  tokenAt: index(['batch*length'], 0, 0, 0, 1, 2, 3),
  placeOf: index(['tokens'], 0, 3, 4, 5),
  filled: { shape: ['batch*length', 1], given: [1, 0, 0, 1, 1, 1] },
  // Says how large the named dimensions are.
  like: f('batch', 'length'),
} satisfies Record<string, Given>;

/** What lies at padding must not reach the result. */
const padCase = (x?: Tensor, tokenAt?: Tensor, placeOf?: Tensor, filled?: Tensor, like?: Tensor): Tensor => {
  const padded = o.mul(o.pad(x!, { tokenAt: tokenAt!, placeOf: placeOf! }), filled!);
  return o.mul(padded, o.reshape(like!, ['batch*length', 1]));
};
const unpadCase = (x?: Tensor, tokenAt?: Tensor, placeOf?: Tensor, filled?: Tensor, like?: Tensor): Tensor =>
  o.unpad(o.mul(x!, o.reshape(like!, ['batch*length', 1])), {
    tokenAt: tokenAt!,
    placeOf: placeOf!,
    filled: filled!,
  });

/** Every operator has its cases here: a missing one is a type error. */
export const cases: Readonly<Record<Operator['op'], readonly Case[]>> = {
  constant: [
    one('times a tensor', { x: f(2, 3) }, (x) => o.mul(x!, 1.5)),
    one('minus a tensor', { x: f('n') }, (x) => o.sub(o.constant(x!.graph, -0.25), x!)),
  ],
  add: binaryCases(o.add),
  sub: binaryCases(o.sub),
  mul: binaryCases(o.mul),
  div: binaryCases(o.div, positive),
  neg: scalarToo(o.neg),
  sqrt: scalarToo(o.sqrt, positive),
  sigmoid: scalarToo(o.sigmoid),
  softplus: [
    ...scalarToo(o.softplus),
    one('large', { x: { shape: [4], from: 30, to: 90 }, y: { shape: [4], from: -90, to: -30 } }, (x, y) =>
      o.add(o.softplus(x!), o.softplus(y!)),
    ),
  ],
  cast: scalarToo((x) => o.cast(x, 'float32')),
  relu: scalarToo(o.relu),
  step: scalarToo(o.step),
  erf: unaryCases(o.erf),
  exp: unaryCases(o.exp),
  gelu: (['tanh', 'exact'] as const).flatMap((form) => [
    ...scalarToo((x) => o.gelu(x, form)),
    one(`large, ${form}`, { x: { shape: [8], from: -9, to: 9 } }, (x) => o.gelu(x!, form)),
  ]),
  softmax: [...unaryCases(o.softmax), one('masked', { x: f(2, 4) }, (x) => o.softmax(o.mul(x!, 20)))],
  layerNorm: [
    one('matrix', { x: f(4, 5), weight: f(5), bias: f(5) }, layerNorm),
    one('named dimensions', { x: f('batch', 'length', 4), weight: f(4), bias: f(4) }, layerNorm),
    one('two in a row', { x: f(3, 4), weight: f(4), bias: f(4) }, (x, w, b) =>
      layerNorm(layerNorm(x!, w!, b!), w!, b!),
    ),
  ],
  matmul: [
    ...matmulCases,
    one('named inside', { a: f(2, 3, 'length'), b: f(2, 'length', 2) }, (a, b) => o.matmul(a!, b!)),
    one('a tensor by itself, transposed', { a: f(2, 3) }, (a) => o.matmul(a!, a!, { transposeB: true })),
  ],
  linear: [...linearCases, one('a tensor by itself', { a: f(3, 3) }, (a) => o.linear(a!, a!))],
  sum: [
    one('all', { x: f(2, 3) }, (x) => o.sum(x!, [0, 1])),
    one('rows', { x: f('n', 3) }, (x) => o.sum(x!, [0])),
    one('last', { x: f('batch', 'length', 2) }, (x) => o.sum(x!, [2])),
    one('middle, kept', { x: f(2, 3, 4) }, (x) => o.sum(x!, [1], true)),
    one('two apart', { x: f('batch', 'length', 2) }, (x) => o.sum(x!, [0, 2])),
    one('two apart, kept', { x: f('batch', 'length', 2) }, (x) => o.sum(x!, [0, 2], true)),
  ],
  mean: [
    one('last', { x: f(3, 4) }, (x) => o.mean(x!, [1])),
    one('named', { x: f('batch', 'length', 2) }, (x) => o.mean(x!, [0, 2])),
  ],
  sumSquares: unaryCases(o.sumSquares),
  expandLike: [
    one('scalar', { x: f(), like: f('batch', 3) }, o.expandLike),
    one('column', { x: f(2, 1), like: f(2, 3) }, o.expandLike),
    one('row', { x: f(3), like: f('batch', 'length', 3) }, o.expandLike),
  ],
  after: [
    one('a matrix after a vector', { x: f(2, 3), other: f(4) }, o.after),
    one('named dimensions', { x: f('batch', 'length', 2), other: f('batch', 3) }, o.after),
    one('after negative numbers', { x: f('n'), other: { shape: [2, 2], from: -3, to: -1 } }, o.after),
  ],
  reshape: [
    one('numbers', { x: f(2, 6) }, (x) => o.reshape(x!, [3, 4])),
    one('joined', { x: f('batch', 'length', 2) }, (x) => o.reshape(x!, ['batch*length', 2])),
    one('divided', { x: f('batch', 'length', 4), y: f('batch', 'length') }, (x, y) =>
      o.mul(
        o.reshape(o.reshape(x!, ['batch*length', 4]), ['batch', 'length', 2, 2]),
        o.reshape(y!, ['batch', 'length', 1, 1]),
      ),
    ),
    one('to a scalar', { x: f(1, 1) }, (x) => o.reshape(x!, [])),
  ],
  transpose: [
    one('matrix', { x: f('n', 3) }, (x) => o.transpose(x!, [1, 0])),
    one('turned around', { x: f(2, 3, 4) }, (x) => o.transpose(x!, [2, 0, 1])),
    one('heads', { x: f('batch', 'length', 2, 3) }, (x) => o.transpose(x!, [0, 2, 1, 3])),
  ],
  split: [
    one('all parts used', { x: f('n', 6) }, (x) => o.split(x!, 1, [1, 2, 3])),
    one('the middle part unused', { x: f('n', 6) }, (x) => {
      const [first, , last] = o.split(x!, 1, [1, 4, 1]) as [Tensor, Tensor, Tensor];
      return o.mul(first, last);
    }),
    one('only one part used', { x: f(5, 'n') }, (x) => o.split(x!, 0, [2, 3])[1]!),
    one('vector', { x: f(5) }, (x) => o.split(x!, 0, [2, 3])),
  ],
  concat: [
    one('columns', { a: f('n', 2), b: f('n', 1), c: f('n', 3) }, (a, b, c) => o.concat([a!, b!, c!], 1)),
    one('rows, one of them twice', { a: f(2, 3), b: f(1, 3) }, (a, b) => o.concat([a!, b!, a!], 0)),
  ],
  gather: [
    one('rows, some twice', { table: f(4, 3), at: index([6], 2, 0, 2, 2, 3, 0) }, o.gather),
    one('two axes of indices', { table: f(4, 2), at: index(['batch', 'length'], 1, 1, 3, 0, 1, 3) }, o.gather),
    one('of a vector', { table: f('n'), at: index([4], 4, 0, 4, 1) }, o.gather),
    one('of matrices', { table: f(3, 2, 2), at: index([2, 2], 2, 0, 2, 2) }, o.gather),
    one('named rows', { table: f('n', 2), at: index(['batch'], 4, 4) }, o.gather),
  ],
  pad: [one('sequences of two lengths', { x: f('tokens', 2), ...placeInputs }, padCase)],
  unpad: [one('sequences of two lengths', { x: f('batch*length', 2), ...placeInputs }, unpadCase)],
  scatterAdd: [
    one('rows, some twice', { at: index(['n'], 3, 0, 3, 3, 1), values: f('n', 2) }, (at, x) =>
      o.scatterAdd(4, at!, x!),
    ),
    one(
      'two axes of indices',
      { at: index(['batch', 'length'], 1, 1, 3, 0, 1, 3), values: f('batch', 'length', 2) },
      (at, x) => o.scatterAdd(5, at!, x!),
    ),
    one('into a vector', { at: index([4], 2, 0, 2, 1), values: f(4) }, (at, x) => o.scatterAdd(3, at!, x!)),
    one('of matrices', { at: index([3], 1, 0, 1), values: f(3, 2, 2) }, (at, x) => o.scatterAdd(2, at!, x!)),
    one('named rows', { at: index([3], 4, 0, 4), values: f(3, 2), like: f('n') }, (at, x, like) =>
      o.mul(o.sum(o.scatterAdd('n', at!, x!), [1]), like!),
    ),
  ],
  crossEntropy: [
    one('numbers', { logits: f(3, 4), targets: index([3], 2, 0, 2) }, o.crossEntropy),
    one(
      'named rows',
      { logits: { shape: ['n', 3], from: -8, to: 8 }, targets: index(['n'], 2, 0, 1, 1, 2) },
      o.crossEntropy,
    ),
  ],
  crossEntropyGradient: [
    one('named rows', { logits: f('n', 3), targets: index(['n'], 2, 0, 1, 1, 2), d: f('n') }, o.crossEntropyGradient),
  ],
};

export type BuiltCase = {
  readonly graph: Graph;
  readonly outputs: readonly Tensor[];
  /** The weighted sum of all outputs: a scalar that depends on each of their elements in another way. */
  readonly scalar: Tensor;
  readonly floats: readonly Tensor[];
  readonly values: Readonly<Record<string, Value>>;
};

/** A case's graph with numbers for all its inputs. */
export function buildCase(which: Case, seed = 7): BuiltCase {
  const graph = createGraph();
  const next = random(seed);
  const values: Record<string, Value> = {};
  const draw = (name: string, { shape, from = -2, to = 2, indices, given }: Given): Tensor => {
    const actual = shape.map((dim) => resolve(dim, sizes));
    const length = actual.reduce((a, b) => a * b, 1);
    const fixed = indices ?? given;
    const data = fixed ? Float64Array.from(fixed) : Float64Array.from({ length }, () => from + (to - from) * next());
    values[name] = { data, shape: actual };
    return input(graph, name, shape, indices ? 'int32' : 'float32');
  };
  const tensors = Object.fromEntries(Object.entries(which.inputs).map(([name, given]) => [name, draw(name, given)]));
  const built = which.build(tensors, graph);
  const outputs = 'graph' in built ? [built] : built;
  const sums = outputs.map((y, i) =>
    o.sum(
      o.mul(y, draw(`weights${i}`, f(...y.shape))),
      y.shape.map((_, axis) => axis),
    ),
  );
  const floats = Object.values(tensors).filter(
    ({ type, input }) => type === 'float32' && which.inputs[input!.name]!.given === undefined,
  );
  return { graph, outputs, scalar: sums.reduce((a, b) => o.add(a, b)), floats, values };
}
