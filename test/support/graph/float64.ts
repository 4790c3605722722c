import { type Graph, type Node, neededFor, type Tensor } from '../../../src-main/engine/graph/graph.ts';
import { factors, resolve } from '../../../src-main/engine/graph/shape.ts';
import {
  byRow,
  concat,
  count,
  elementwise,
  gather,
  layerNorm,
  matmul,
  scatterAdd,
  softmax,
  split,
  sum,
  swap,
  total,
  transpose,
  type Value,
} from './arrays.ts';

export type Values = Readonly<Record<string, Value>>;

/**
 * Runs a graph in float64, slowly and plainly: what the runtimes and the gradients are held against. Inputs of both kinds
 * come from `given` by name. Throws where a result hasn't got the shape that the graph says.
 */
export function evaluate(graph: Graph, given: Values, wanted: readonly Tensor[]): Value[] {
  const sizes = new Map<string, number>();
  const values = new Map<number, Value>();
  for (const tensor of graph.inputs) {
    const value = given[tensor.input!.name];
    if (!value) continue;
    tensor.shape.forEach((dim, i) => {
      if (typeof dim === 'string' && factors(dim).names.length === 1) sizes.set(dim, value.shape[i]!);
    });
    values.set(tensor.id, value);
  }
  const lookUp = (tensor: Tensor): Value => {
    const value = values.get(tensor.id);
    if (!value) throw new Error(`The input '${tensor.input?.name ?? tensor.id}' is missing`);
    return value;
  };
  for (const node of neededFor(graph, wanted)) {
    const results = compute(node, node.inputs.map(lookUp), sizes);
    node.outputs.forEach((tensor, i) => {
      const shape = tensor.shape.map((dim) => resolve(dim, sizes));
      const result = results[i]!;
      if (String(shape) !== String(result.shape) || result.data.length !== count(shape)) {
        throw new Error(`The operator '${node.operator.op}' gave [${result.shape}], not [${shape}]`);
      }
      values.set(tensor.id, result);
    });
  }
  return wanted.map(lookUp);
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

const binary = {
  add: (a: number, b: number) => a + b,
  sub: (a: number, b: number) => a - b,
  mul: (a: number, b: number) => a * b,
  div: (a: number, b: number) => a / b,
} as const;

const unary = {
  neg: (x: number) => -x,
  sqrt: Math.sqrt,
  sigmoid,
  softplus: (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  relu: (x: number) => Math.max(x, 0),
  step: (x: number) => Number(x > 0),
  erf,
  exp: Math.exp,
} as const;

const gelu = {
  tanh: (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  exact: (x: number) => 0.5 * x * (1 + erf(x * Math.SQRT1_2)),
} as const;

/** The error function by its series without changing signs: 2 / sqrt(pi) exp(-x^2) (x + 2/3 x^3 + 4/15 x^5 + ...). */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let n = 1; Math.abs(term) > 1e-18; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

function compute({ operator, outputs }: Node, inputs: readonly Value[], sizes: ReadonlyMap<string, number>): Value[] {
  const [a, b, c] = inputs as [Value, Value, Value];
  switch (operator.op) {
    case 'constant':
      return [{ data: Float64Array.of(operator.value), shape: [] }];
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
      return [elementwise(a, b, binary[operator.op])];
    case 'neg':
    case 'sqrt':
    case 'sigmoid':
    case 'softplus':
    case 'relu':
    case 'step':
    case 'erf':
    case 'exp':
      return [{ data: a.data.map(unary[operator.op]), shape: a.shape }];
    case 'gelu':
      return [{ data: a.data.map(gelu[operator.form]), shape: a.shape }];
    case 'softmax':
      return [byRow(a, softmax)];
    case 'layerNorm':
      return layerNorm(a, b, c, operator.epsilon);
    case 'matmul':
    case 'linear': {
      const y = matmul(operator.transposeA ? swap(a) : a, operator.transposeB ? swap(b) : b);
      return [c ? elementwise(y, c, binary.add) : y];
    }
    case 'sum':
      return [sum(a, operator.axes, operator.keep)];
    case 'mean': {
      const sums = sum(a, operator.axes, true);
      const scale = sums.data.length / a.data.length;
      return [{ ...sums, data: sums.data.map((x) => x * scale) }];
    }
    case 'sumSquares':
      return [{ data: Float64Array.of(total(a.data.map((x) => x * x))), shape: [] }];
    case 'expandLike':
      return [elementwise(a, b, (x) => x)];
    case 'cast':
    case 'after':
      return [a];
    case 'reshape':
      return [{ data: a.data, shape: operator.shape.map((dim) => resolve(dim, sizes)) }];
    case 'transpose':
      return [transpose(a, operator.order)];
    case 'split':
      return split(a, operator.axis, operator.sizes);
    case 'concat':
      return [concat(inputs, operator.axis)];
    case 'gather':
    case 'pad':
      return [gather(a, b)];
    case 'unpad':
      return [gather(a, c)];
    case 'scatterAdd':
      return [scatterAdd(a, b, resolve(outputs[0]!.shape[0]!, sizes))];
    case 'crossEntropy': {
      const classes = a.shape[1]!;
      const losses = Array.from(b.data, (target, row) => {
        return -Math.log(softmax(a.data.subarray(row * classes, (row + 1) * classes))[target]!);
      });
      return [{ data: Float64Array.from(losses), shape: b.shape }];
    }
    case 'crossEntropyGradient': {
      const classes = a.shape[1]!;
      const y = byRow(a, softmax);
      y.data.forEach((p, i) => {
        const row = Math.floor(i / classes);
        y.data[i] = (p - (i % classes === b.data[row] ? 1 : 0)) * c.data[row]!;
      });
      return [y];
    }
  }
}
