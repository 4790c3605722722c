import { type Graph, type Node, neededFor, type Tensor } from '../../../src-main/engine/graph/graph.ts';
import { factors, resolve } from '../../../src-main/engine/graph/shape.ts';

/** Numbers and their shape, row by row. */
export type Value = { readonly data: Float64Array; readonly shape: readonly number[] };
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

const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const total = (data: Float64Array): number => data.reduce((a, b) => a + b, 0);
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

const binary = {
  add: (a: number, b: number) => a + b,
  sub: (a: number, b: number) => a - b,
  mul: (a: number, b: number) => a * b,
  div: (a: number, b: number) => a / b,
  min: (a: number, b: number) => Math.min(a, b),
} as const;

const unary = {
  neg: (x: number) => -x,
  sqrt: Math.sqrt,
  sigmoid,
  softplus: (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  gelu: (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
} as const;

function compute({ operator, outputs }: Node, inputs: readonly Value[], sizes: ReadonlyMap<string, number>): Value[] {
  const [a, b, c] = inputs as [Value, Value, Value];
  switch (operator.op) {
    case 'constant':
      return [{ data: Float64Array.of(operator.value), shape: [] }];
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
    case 'min':
      return [elementwise(a, b, binary[operator.op])];
    case 'neg':
    case 'sqrt':
    case 'sigmoid':
    case 'softplus':
    case 'gelu':
      return [{ data: a.data.map(unary[operator.op]), shape: a.shape }];
    case 'softmax':
      return [byRow(a, softmax)];
    case 'layerNorm':
      return layerNorm(a, b, c, operator.epsilon);
    case 'matmul':
      return [matmul(a, b)];
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
    case 'reshape':
      return [{ data: a.data, shape: operator.shape.map((dim) => resolve(dim, sizes)) }];
    case 'transpose':
      return [transpose(a, operator.order)];
    case 'split':
      return split(a, operator.axis, operator.sizes);
    case 'concat':
      return [concat(inputs, operator.axis)];
    case 'gather':
      return [gather(a, b)];
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

/** Index of an element in a value that is broadcast to `shape`, given the element's place there. */
function broadcastIndex(value: Value, shape: readonly number[], place: readonly number[]): number {
  const offset = shape.length - value.shape.length;
  return value.shape.reduce((index, size, i) => index * size + (size === 1 ? 0 : place[i + offset]!), 0);
}

/** Calls `visit` with the place of every element of a shape, in order. */
function everyPlace(shape: readonly number[], visit: (place: readonly number[], index: number) => void): void {
  const place = shape.map(() => 0);
  for (let index = 0; index < count(shape); index++) {
    visit(place, index);
    for (let axis = shape.length - 1; axis >= 0 && ++place[axis]! === shape[axis]; axis--) place[axis] = 0;
  }
}

function elementwise(a: Value, b: Value, f: (x: number, y: number) => number): Value {
  const rank = Math.max(a.shape.length, b.shape.length);
  const size = (value: Value, i: number) => value.shape[i - rank + value.shape.length] ?? 1;
  const shape = Array.from({ length: rank }, (_, i) => (size(a, i) === 1 ? size(b, i) : size(a, i)));
  const data = new Float64Array(count(shape));
  everyPlace(shape, (place, i) => {
    data[i] = f(a.data[broadcastIndex(a, shape, place)]!, b.data[broadcastIndex(b, shape, place)]!);
  });
  return { data, shape };
}

function byRow({ data, shape }: Value, f: (row: Float64Array) => Float64Array): Value {
  const width = shape.at(-1)!;
  const result = new Float64Array(data.length);
  for (let i = 0; i < data.length; i += width) result.set(f(data.subarray(i, i + width)), i);
  return { data: result, shape };
}

function softmax(row: Float64Array): Float64Array {
  const most = Math.max(...row);
  const powers = row.map((x) => Math.exp(x - most));
  const all = total(powers);
  return powers.map((x) => x / all);
}

function layerNorm(x: Value, weight: Value, bias: Value, epsilon: number): Value[] {
  const width = x.shape.at(-1)!;
  const shape = [...x.shape.slice(0, -1), 1];
  const means: number[] = [];
  const inverses: number[] = [];
  const y = byRow(x, (row) => {
    const mean = total(row) / width;
    const inverse = 1 / Math.sqrt(total(row.map((v) => (v - mean) ** 2)) / width + epsilon);
    means.push(mean);
    inverses.push(inverse);
    return row.map((v, i) => (v - mean) * inverse * weight.data[i]! + bias.data[i]!);
  });
  return [y, { data: Float64Array.from(means), shape }, { data: Float64Array.from(inverses), shape }];
}

function matmul(a: Value, b: Value): Value {
  const [n, k, m] = [a.shape.at(-2)!, a.shape.at(-1)!, b.shape.at(-1)!];
  const batches = a.shape.slice(0, -2);
  const data = new Float64Array(count(batches) * n * m);
  for (let batch = 0; batch < count(batches); batch++) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < m; j++) {
        let value = 0;
        for (let l = 0; l < k; l++) value += a.data[(batch * n + i) * k + l]! * b.data[(batch * k + l) * m + j]!;
        data[(batch * n + i) * m + j] = value;
      }
    }
  }
  return { data, shape: [...batches, n, m] };
}

function transpose(x: Value, order: readonly number[]): Value {
  const shape = order.map((axis) => x.shape[axis]!);
  const data = new Float64Array(x.data.length);
  everyPlace(shape, (place, i) => {
    const from = x.shape.map((_, axis) => place[order.indexOf(axis)]!);
    data[i] = x.data[broadcastIndex(x, x.shape, from)]!;
  });
  return { data, shape };
}

const swap = (x: Value): Value => transpose(x, [1, 0]);

function sum(x: Value, axes: readonly number[], keep: boolean): Value {
  const kept = x.shape.map((size, i) => (axes.includes(i) ? 1 : size));
  const sums: Value = { data: new Float64Array(count(kept)), shape: kept };
  everyPlace(x.shape, (place, i) => {
    sums.data[broadcastIndex(sums, x.shape, place)]! += x.data[i]!;
  });
  return keep ? sums : { data: sums.data, shape: x.shape.filter((_, i) => !axes.includes(i)) };
}

function split(x: Value, axis: number, sizes: readonly number[]): Value[] {
  let start = 0;
  return sizes.map((size) => {
    const first = start;
    start += size;
    const shape = x.shape.map((dim, i) => (i === axis ? size : dim));
    const data = new Float64Array(count(shape));
    everyPlace(shape, (place, i) => {
      data[i] =
        x.data[
          broadcastIndex(
            x,
            x.shape,
            place.map((at, dim) => (dim === axis ? at + first : at)),
          )
        ]!;
    });
    return { data, shape };
  });
}

function concat(parts: readonly Value[], axis: number): Value {
  const size = parts.reduce((all, part) => all + part.shape[axis]!, 0);
  const shape = parts[0]!.shape.map((dim, i) => (i === axis ? size : dim));
  const data = new Float64Array(count(shape));
  everyPlace(shape, (place, i) => {
    let at = place[axis]!;
    const part = parts.find((candidate) => {
      if (at < candidate.shape[axis]!) return true;
      at -= candidate.shape[axis]!;
      return false;
    })!;
    data[i] =
      part.data[
        broadcastIndex(
          part,
          part.shape,
          place.map((p, dim) => (dim === axis ? at : p)),
        )
      ]!;
  });
  return { data, shape };
}

function gather(table: Value, indices: Value): Value {
  const width = count(table.shape.slice(1));
  const data = new Float64Array(indices.data.length * width);
  indices.data.forEach((row, i) => {
    data.set(table.data.subarray(row * width, (row + 1) * width), i * width);
  });
  return { data, shape: [...indices.shape, ...table.shape.slice(1)] };
}

function scatterAdd(indices: Value, values: Value, rows: number): Value {
  const tail = values.shape.slice(indices.shape.length);
  const width = count(tail);
  const data = new Float64Array(rows * width);
  values.data.forEach((value, i) => {
    data[indices.data[Math.floor(i / width)]! * width + (i % width)]! += value;
  });
  return { data, shape: [rows, ...tail] };
}
