import type { Tensor } from '../graph/graph.ts';
import type { Dim, Shape } from '../graph/shape.ts';
import { anyShape } from './runtime.ts';

/** Numbers of TensorFlow's enum DataType. */
const dataTypes = { float32: 1, int32: 3, float16: 19 } as const;

type Attribute = boolean | number | { readonly type: keyof typeof dataTypes } | { readonly raw: object };
export type Attributes = Readonly<Record<string, Attribute>>;

/** A vector or a number of sizes that only a run knows: fed to the graph at each. */
export type FedSizes = { readonly name: string; readonly dims: readonly Dim[]; readonly scalar: boolean };

/** Collects the nodes of a TensorFlow graph. Tensors are called as TensorFlow calls them: 'node', or 'node:1' for its second output. */
export type Writer = {
  readonly nodes: object[];
  readonly sizes: Map<string, FedSizes>;
  nameOf(tensor: Tensor): string;
  /** Says what a tensor of our graph is called. */
  called(tensor: Tensor, name: string): void;
  node(op: string, inputs: readonly string[], attributes?: Attributes, name?: string): string;
  placeholder(name: string, shape: Shape, type: keyof typeof dataTypes): void;
  float(value: number): string;
  integers(values: readonly number[]): string;
  integer(value: number): string;
  /** Name of an int32 vector that holds a shape, known now or only when the graph runs. */
  shape(shape: Shape): string;
  /** The same for a single size. */
  size(dim: Dim): string;
};

export function createWriter(): Writer {
  const nodes: object[] = [];
  const sizes = new Map<string, FedSizes>();
  const names = new Map<number, string>();
  const constants = new Map<string, string>();
  let fresh = 0;

  const constant = (type: keyof typeof dataTypes, dims: readonly number[], values: readonly number[]): string => {
    const key = `${type}[${dims}]${values}`;
    const known = constants.get(key);
    if (known) return known;
    const data = type === 'float32' ? Float32Array.from(values) : Int32Array.from(values);
    const tensor = {
      dtype: dataTypes[type],
      tensorShape: { dim: dims.map((size) => ({ size })) },
      tensorContent: new Uint8Array(data.buffer),
    };
    const name = writer.node('Const', [], { dtype: { type }, value: { raw: { tensor } } });
    constants.set(key, name);
    return name;
  };
  const fed = (dims: readonly Dim[], scalar: boolean): string => {
    const key = `${scalar}${dims}`;
    const known = sizes.get(key);
    if (known) return known.name;
    const name = `size${sizes.size}`;
    sizes.set(key, { name, dims, scalar });
    writer.placeholder(name, scalar ? [] : [dims.length], 'int32');
    return name;
  };
  const writer: Writer = {
    nodes,
    sizes,
    nameOf: (tensor) => names.get(tensor.id)!,
    called(tensor, name) {
      names.set(tensor.id, name);
    },
    node(op, input, attributes = {}, name = `n${fresh++}`) {
      const attr = Object.entries(attributes).map(([key, value]) => ({ key, value: attribute(value) }));
      nodes.push({ name, op, input, attr });
      return name;
    },
    placeholder(name, shape, type) {
      const dim = shape.map((size) => ({ size: typeof size === 'number' ? size : -1 }));
      const known = shape.includes(anyShape) ? { unknownRank: true } : { dim };
      writer.node('Placeholder', [], { dtype: { type }, shape: { raw: { shape: known } } }, name);
    },
    float: (value) => constant('float32', [], [value]),
    integers: (values) => constant('int32', [values.length], values),
    integer: (value) => constant('int32', [], [value]),
    shape(shape) {
      const unknown = shape.filter((dim) => typeof dim !== 'number');
      if (unknown.length <= 1) return writer.integers(shape.map((dim) => (typeof dim === 'number' ? dim : -1)));
      return fed(shape, false);
    },
    size: (dim) => (typeof dim === 'number' ? writer.integer(dim) : fed([dim], true)),
  };
  return writer;
}

function attribute(value: Attribute): object {
  if (typeof value === 'boolean') return { b: value };
  if (typeof value === 'number') return { i: value };
  return 'type' in value ? { type: dataTypes[value.type] } : value.raw;
}
