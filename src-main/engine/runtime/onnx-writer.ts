import type { Tensor } from '../graph/graph.ts';
import { type Dim, factors, type Shape } from '../graph/shape.ts';

type Attributes = Readonly<Record<string, number | string | readonly number[]>>;

/** Numbers of ONNX's TensorProto.DataType and AttributeProto.AttributeType. */
export const dataTypes = { float32: 1, int32: 6, int64: 7, float16: 10 } as const;
const attributeTypes = { float: 1, int: 2, string: 3, ints: 7 } as const;

export type OnnxNode = {
  readonly opType: string;
  readonly domain: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly object[];
};

/** Collects the nodes and constants of a model. */
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

/** A writer whose sizes that are known only at run time come from the inputs. */
export function createWriter(inputs: readonly Tensor[], nameOf: (tensor: Tensor) => string, provider: string): Writer {
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
