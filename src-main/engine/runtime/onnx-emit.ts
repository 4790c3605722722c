import { type DataType, neededFor, type Tensor } from '../graph/graph.ts';
import { type Dim, factors, type Shape } from '../graph/shape.ts';
import { emitNode } from './onnx-operators.ts';
import { onnx } from './onnx-schema.ts';
import { anyShape, neededInputs, type ProgramSpec } from './runtime.ts';

type Attributes = Readonly<Record<string, number | string | readonly number[]>>;

/** Numbers of ONNX's TensorProto.DataType and AttributeProto.AttributeType. */
const dataTypes = { float32: 1, int32: 6, int64: 7 } as const;
const attributeTypes = { float: 1, int: 2, string: 3, ints: 7 } as const;

/**
 * Writes a program as an ONNX model, operator set 20. Inputs keep their names; a result is called 'out:' and its name,
 * since a state tensor and its new value may share one. The provider that is to run it is known by ONNX Runtime's name.
 */
export function emitOnnx(spec: ProgramSpec, provider: string): Uint8Array {
  const inputs = neededInputs(spec);
  const results = Object.entries({ ...spec.outputs, ...spec.stored });
  // A tensor is called by its result's name where it can be: an Identity would copy it.
  const called = new Map<number, string>();
  for (const [name, tensor] of results) if (!tensor.input) called.set(tensor.id, resultName(name));
  const nameOf = (tensor: Tensor) => tensor.input?.name ?? called.get(tensor.id) ?? `t${tensor.id}`;
  const writer = createWriter(inputs, nameOf, provider);
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
      opsetImport: [
        { domain: '', version: 20 },
        { domain: 'com.microsoft', version: 1 },
      ],
      graph: {
        name: 'tiebreak',
        node: resultsLast(writer.nodes),
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

/**
 * Moves the nodes that no other node reads to the end, the first of them last. ONNX Runtime runs these from the last to the
 * first, each after what it still needs. Like this every weight's gradient comes as soon as it can, while what it reads is
 * in the cache, and that is then freed; as they stand, the gradients would all come at the very end.
 */
function resultsLast(nodes: readonly OnnxNode[]): OnnxNode[] {
  const read = new Set(nodes.flatMap(({ input }) => input));
  const isRead = ({ output }: OnnxNode) => output.some((name) => read.has(name));
  return [...nodes.filter(isRead), ...nodes.filter((node) => !isRead(node)).reverse()];
}

type OnnxNode = {
  readonly opType: string;
  readonly domain: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly object[];
};

export type Writer = {
  readonly provider: string;
  readonly nameOf: (tensor: Tensor) => string;
  readonly nodes: OnnxNode[];
  readonly initializers: Map<string, object>;
  node(
    type: string,
    inputs: readonly string[],
    attributes?: Attributes,
    outputs?: readonly string[],
    domain?: string,
  ): string;
  floats(values: readonly number[], shape: readonly number[]): string;
  integers(values: readonly number[]): string;
  /** Name of an int64 vector that holds a shape, known now or only when the graph runs. */
  shape(shape: Shape): string;
};

function createWriter(inputs: readonly Tensor[], nameOf: (tensor: Tensor) => string, provider: string): Writer {
  const nodes: OnnxNode[] = [];
  const initializers = new Map<string, object>();
  const sizes = new Map<Dim, string>();
  let fresh = 0;

  const initializer = (name: string, dataType: number, dims: readonly number[], data: ArrayBuffer): string => {
    initializers.set(name, { name, dataType, dims, rawData: new Uint8Array(data) });
    return name;
  };
  const writer: Writer = {
    provider,
    nameOf,
    nodes,
    initializers,
    node(type, from, attributes = {}, to = [`n${fresh++}`], domain = '') {
      const attributeList = Object.entries(attributes).map(attribute);
      nodes.push({ opType: type, domain, input: from, output: to, attribute: attributeList });
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
