import { type Pickled, PickleRefused, shown } from './pickle.ts';
import { elements, isSizes, type NumberType } from './tensor-file.ts';

/** How a tensor's numbers lie in its storage, counted in numbers. */
export type Layout = {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
};

/** A tensor as a state_dict describes it. */
export type StoredTensorPlace = {
  readonly storage: {
    readonly key: string;
    /** How many numbers it holds. */
    readonly count: number;
    /** Of what type they are, in the words of safetensors; or the name of a class whose numbers are no weights. */
    readonly type: NumberType | string;
    /** Bytes of one number. */
    readonly width: number;
  };
  readonly layout: Layout;
};

/** The numbers of a storage, which several tensors may share: where they begin in the file. */
export type StoragePlace = {
  readonly at: number;
  readonly bytes: number;
  /** CRC-32 of the bytes, where the file tells it. */
  readonly sum: number | null;
};

/** A file that was taken apart, before its tensors are looked at. */
export type Parts = { readonly state: Pickled; readonly storageOf: (key: string) => StoragePlace };

const rebuildTensor = new Set(['torch._utils._rebuild_tensor_v2', 'torch._utils._rebuild_tensor']);
const rebuildParameter = 'torch._utils._rebuild_parameter';
const storages: Readonly<Record<string, readonly [type: NumberType | string, width: number]>> = {
  'torch.DoubleStorage': ['F64', 8],
  'torch.FloatStorage': ['F32', 4],
  'torch.HalfStorage': ['F16', 2],
  'torch.BFloat16Storage': ['BF16', 2],
  'torch.LongStorage': ['int64', 8],
  'torch.IntStorage': ['int32', 4],
  'torch.ShortStorage': ['int16', 2],
  'torch.CharStorage': ['int8', 1],
  'torch.ByteStorage': ['uint8', 1],
  'torch.BoolStorage': ['bool', 1],
};

/** All names that the pickle of a state_dict may ask for. */
export const tensorNames: ReadonlySet<string> = new Set([...rebuildTensor, rebuildParameter, ...Object.keys(storages)]);

const mostAxes = 8;

/**
 * The tensors of a state_dict.
 * @throws PickleRefused where it holds anything else, or a tensor reaches out of its storage
 */
export function readStateDict(state: Pickled): Map<string, StoredTensorPlace> {
  if (!isA(state, 'dictionary')) throw new PickleRefused('it is no state_dict', true);
  const tensors = new Map<string, StoredTensorPlace>();
  for (const [name, value] of state.entries) tensors.set(name, readTensor(name, value));
  return tensors;
}

function readTensor(name: string, value: Pickled): StoredTensorPlace {
  if (isA(value, 'call') && value.name === rebuildParameter) {
    const [inner] = value.arguments;
    // A parameter in a parameter would be a trap for whoever follows it.
    if (isA(inner, 'call') && rebuildTensor.has(inner.name)) return readTensor(name, inner);
  }
  if (!isA(value, 'call') || !rebuildTensor.has(value.name)) {
    throw new PickleRefused(`${shown(name)} is no tensor`, true);
  }
  const [stored, offset, size, stride] = value.arguments;
  const storage = isA(stored, 'outside') ? readStorage(stored.address) : null;
  const [shape, strides] = [sizes(size), sizes(stride)];
  if (!storage || !shape || !strides || shape.length !== strides.length || !isSizes([offset])) {
    throw new PickleRefused(`${shown(name)} is not described as a tensor is`, false);
  }
  const layout = { shape, strides, offset: offset as number };
  const total = elements(shape);
  const last = shape.reduce((sum, n, i) => sum + (n - 1) * strides[i]!, layout.offset);
  // A stride of 0 lets one number stand for many: no weights are written so.
  if (total > storage.count || (total > 0 && !(last < storage.count)) || layout.offset > storage.count) {
    throw new PickleRefused(`${shown(name)} is larger than the numbers it lies in`, false);
  }
  return { storage, layout };
}

/** ('storage', its class, its key, the device it was on, how many numbers it holds), and a view of it, which nobody writes any more. */
function readStorage(address: Pickled): StoredTensorPlace['storage'] | null {
  if (!isA(address, 'tuple')) return null;
  const [word, type, key, , count, view = null] = address.items;
  if (word !== 'storage' || !isA(type, 'name') || typeof key !== 'string' || !isSizes([count]) || view !== null) {
    return null;
  }
  const known = storages[type.name];
  return known ? { key, count: count as number, type: known[0], width: known[1] } : null;
}

function sizes(value: Pickled | undefined): readonly number[] | null {
  if (!isA(value, 'tuple') || value.items.length > mostAxes) return null;
  return isSizes(value.items) ? value.items : null;
}

type Kinds = Extract<Pickled, { readonly is: string }>;

function isA<K extends Kinds['is']>(value: Pickled | undefined, kind: K): value is Extract<Kinds, { readonly is: K }> {
  return typeof value === 'object' && value !== null && value.is === kind;
}
