import { type DataType, type Node, neededFor, type Tensor } from '../graph/graph.ts';
import { type Dim, factors, type Shape } from '../graph/shape.ts';
import { onnx } from './onnx-schema.ts';
import { anyShape, neededInputs, type ProgramSpec } from './runtime.ts';

type Attributes = Readonly<Record<string, number | string | readonly number[]>>;

/** Numbers of ONNX's TensorProto.DataType and AttributeProto.AttributeType. */
const dataTypes = { float32: 1, int32: 6, int64: 7 } as const;
const attributeTypes = { float: 1, int: 2, string: 3, ints: 7 } as const;

const names = {
  add: 'Add',
  sub: 'Sub',
  mul: 'Mul',
  div: 'Div',
  neg: 'Neg',
  sqrt: 'Sqrt',
  sigmoid: 'Sigmoid',
  softplus: 'Softplus',
  softmax: 'Softmax',
  matmul: 'MatMul',
} as const;

/**
 * Writes a program as an ONNX model, operator set 20. Inputs keep their names; a result is called 'out:' and its name,
 * since a state tensor and its new value may share one.
 */
export function emitOnnx(spec: ProgramSpec): Uint8Array {
  const inputs = neededInputs(spec);
  const results = Object.entries({ ...spec.outputs, ...spec.stored });
  // A tensor is called by its result's name where it can be: an Identity would copy it.
  const called = new Map<number, string>();
  for (const [name, tensor] of results) if (!tensor.input) called.set(tensor.id, resultName(name));
  const nameOf = (tensor: Tensor) => tensor.input?.name ?? called.get(tensor.id) ?? `t${tensor.id}`;
  const writer = createWriter(inputs, nameOf);
  const wanted = results.map(([, tensor]) => tensor);
  for (const node of neededFor(spec.graph, wanted)) emitNode(writer, node);
  for (const [name, tensor] of results) {
    if (nameOf(tensor) !== resultName(name)) writer.node('Identity', [nameOf(tensor)], {}, [resultName(name)]);
  }

  const value = (name: string, shape: Shape, type: DataType) => ({
    name,
    // Without a shape, a tensor of any rank fits.
    type: {
      tensorType: {
        elemType: dataTypes[type],
        ...(shape.includes(anyShape) ? {} : { shape: { dim: shape.map(dimension) } }),
      },
    },
  });
  const Model = onnx.lookupType('Model');
  return Model.encode(
    Model.fromObject({
      irVersion: 10,
      producerName: 'tiebreak',
      opsetImport: [{ domain: '', version: 20 }],
      graph: {
        name: 'tiebreak',
        node: writer.nodes,
        initializer: [...writer.initializers.values()],
        input: inputs.map((tensor) => value(nameOf(tensor), tensor.shape, tensor.type)),
        output: results.map(([name, tensor]) => value(resultName(name), tensor.shape, tensor.type)),
      },
    }),
  ).finish();
}

export const resultName = (name: string): string => `out:${name}`;

function dimension(dim: Dim): object {
  return typeof dim === 'number' ? { dimValue: dim } : { dimParam: dim };
}

type Writer = {
  readonly nameOf: (tensor: Tensor) => string;
  readonly nodes: object[];
  readonly initializers: Map<string, object>;
  node(type: string, inputs: readonly string[], attributes?: Attributes, outputs?: readonly string[]): string;
  floats(values: readonly number[], shape: readonly number[]): string;
  integers(values: readonly number[]): string;
  /** Name of an int64 vector that holds a shape, known now or only when the graph runs. */
  shape(shape: Shape): string;
};

function createWriter(inputs: readonly Tensor[], nameOf: (tensor: Tensor) => string): Writer {
  const nodes: object[] = [];
  const initializers = new Map<string, object>();
  const sizes = new Map<Dim, string>();
  let fresh = 0;

  const initializer = (name: string, dataType: number, dims: readonly number[], data: ArrayBuffer): string => {
    initializers.set(name, { name, dataType, dims, rawData: new Uint8Array(data) });
    return name;
  };
  const writer: Writer = {
    nameOf,
    nodes,
    initializers,
    node(type, from, attributes = {}, to = [`n${fresh++}`]) {
      nodes.push({ opType: type, input: from, output: to, attribute: Object.entries(attributes).map(attribute) });
      return to[0]!;
    },
    floats: (values, shape) =>
      initializer(`f[${shape}]${values}`, dataTypes.float32, shape, Float32Array.from(values).buffer),
    integers: (values) =>
      initializer(`i${values}`, dataTypes.int64, [values.length], BigInt64Array.from(values.map(BigInt)).buffer),
    shape(shape) {
      if (shape.every((dim) => typeof dim === 'number')) return writer.integers(shape);
      return writer.node('Concat', shape.map(sizeOf), { axis: 0 });
    },
  };
  const sizeOf = (dim: Dim): string => {
    if (typeof dim === 'number') return writer.integers([dim]);
    const known = sizes.get(dim);
    if (known) return known;
    const parts = factors(dim);
    let size = parts.number === 1 ? null : writer.integers([parts.number]);
    for (const name of parts.names) {
      const from = inputs.find((tensor) => tensor.shape.includes(name));
      if (!from) throw new Error(`No input says how large '${name}' is`);
      const axis = from.shape.indexOf(name);
      const one = writer.node('Shape', [nameOf(from)], { start: axis, end: axis + 1 });
      size = size ? writer.node('Mul', [size, one]) : one;
    }
    sizes.set(dim, size!);
    return size!;
  };
  return writer;
}

function attribute([name, value]: [string, Attributes[string]]): object {
  if (typeof value === 'string') return { name, type: attributeTypes.string, s: Buffer.from(value) };
  if (typeof value === 'object') return { name, type: attributeTypes.ints, ints: value };
  if (Number.isInteger(value)) return { name, type: attributeTypes.int, i: value };
  return { name, type: attributeTypes.float, f: value };
}

function emitNode(writer: Writer, { operator, inputs, outputs }: Node): void {
  const from = inputs.map(writer.nameOf);
  const to = outputs.map(writer.nameOf);
  const [a, b, c] = from as [string, string, string];
  const { node, integers } = writer;
  switch (operator.op) {
    case 'constant':
      node('Identity', [writer.floats([operator.value], [])], {}, to);
      return;
    case 'gelu':
      node('Gelu', from, { approximate: 'tanh' }, to);
      return;
    case 'layerNorm':
      node('LayerNormalization', from, { axis: -1, epsilon: operator.epsilon }, to);
      return;
    case 'linear':
      node('Gemm', from, { transA: Number(operator.transposeA), transB: Number(operator.transposeB) }, to);
      return;
    case 'sum':
      node('ReduceSum', [a, integers(operator.axes)], { keepdims: Number(operator.keep) }, to);
      return;
    case 'mean':
      node('ReduceMean', [a, integers(operator.axes)], { keepdims: 1 }, to);
      return;
    case 'sumSquares':
      node('ReduceSumSquare', from, { keepdims: 0 }, to);
      return;
    case 'expandLike':
      node('Expand', [a, node('Shape', [b])], {}, to);
      return;
    case 'reshape': {
      const { shape } = operator;
      const unknown = shape.filter((dim) => typeof dim !== 'number');
      const simple = unknown.length <= 1;
      node(
        'Reshape',
        [a, simple ? integers(shape.map((dim) => (typeof dim === 'number' ? dim : -1))) : writer.shape(shape)],
        {},
        to,
      );
      return;
    }
    case 'transpose':
      node('Transpose', from, { perm: operator.order }, to);
      return;
    case 'split':
      node('Split', [a, integers(operator.sizes)], { axis: operator.axis }, to);
      return;
    case 'concat':
      node('Concat', from, { axis: operator.axis }, to);
      return;
    case 'gather':
      node('Gather', from, { axis: 0 }, to);
      return;
    case 'scatterAdd': {
      // ScatterElements, not ScatterND: that one adds in several threads at once, and loses sums where indices repeat.
      const tail = inputs[1]!.shape.slice(inputs[0]!.shape.length).map(Number);
      const zeros = node('ConstantOfShape', [writer.shape(outputs[0]!.shape)]);
      const values = node('Reshape', [b, integers([-1, ...tail])]);
      const column = node('Reshape', [a, integers([-1, ...tail.map(() => 1)])]);
      const indices = tail.length === 0 ? column : node('Expand', [column, node('Shape', [values])]);
      node('ScatterElements', [zeros, indices, values], { axis: 0, reduction: 'add' }, to);
      return;
    }
    case 'crossEntropy': {
      const column = node('Unsqueeze', [b, integers([1])]);
      const picked = node('GatherElements', [node('LogSoftmax', [a], { axis: -1 }), column], { axis: 1 });
      node('Neg', [node('Squeeze', [picked, integers([1])])], {}, to);
      return;
    }
    case 'crossEntropyGradient': {
      const [targets, d] = [b, c].map((name) => node('Unsqueeze', [name, integers([1])])) as [string, string];
      const weighted = node('Mul', [node('Softmax', [a], { axis: -1 }), d]);
      node('ScatterElements', [weighted, targets, node('Neg', [d])], { axis: 1, reduction: 'add' }, to);
      return;
    }
    default:
      node(names[operator.op], from, operator.op === 'softmax' ? { axis: -1 } : {}, to);
  }
}
