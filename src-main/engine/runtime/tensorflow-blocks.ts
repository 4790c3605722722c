import type { Binding } from './tensorflow-binding.ts';

/**
 * Elementwise programs run piece by piece on tensors of more elements than this: TensorFlow keeps every step between in memory of its
 * own, which for a large table of words is more than all else that an optimiser holds.
 */
export const pieceSize = 1 << 22;

/** A tensor's elements as vectors of at most `pieceSize`, copies that are freed one by one. */
export function cut(binding: Binding, id: number, size: number): number[] {
  const sizes = Int32Array.from({ length: Math.ceil(size / pieceSize) }, (_, i) =>
    Math.min(pieceSize, size - i * pieceSize),
  );
  return using(binding, [[-1], sizes, 0], ([flat, lengths, axis]) => {
    const [vector] = execute(binding, 'Reshape', { T: binding.TF_FLOAT, Tshape: binding.TF_INT32 }, [id, flat!], 1);
    const types = { T: binding.TF_FLOAT, Tlen: binding.TF_INT32 };
    const parts = execute(binding, 'SplitV', types, [vector!, lengths!, axis!], sizes.length);
    binding.deleteTensor(vector!);
    return parts;
  });
}

/** The vectors as one tensor of this shape. They are freed. */
export function join(binding: Binding, parts: readonly number[], shape: readonly number[]): number {
  return using(binding, [shape, 0], ([dims, axis]) => {
    const types = { T: binding.TF_FLOAT, Tidx: binding.TF_INT32 };
    const [vector] = execute(binding, 'ConcatV2', types, [...parts, axis!], 1, parts.length);
    for (const part of parts) binding.deleteTensor(part);
    const [whole] = execute(binding, 'Reshape', { T: binding.TF_FLOAT, Tshape: binding.TF_INT32 }, [vector!, dims!], 1);
    binding.deleteTensor(vector!);
    return whole!;
  });
}

/** Runs one operator at once. `parts` is how many there are, where it splits or joins. */
function execute(
  binding: Binding,
  op: string,
  types: Readonly<Record<string, number>>,
  inputs: readonly number[],
  outputs: number,
  parts = outputs,
): number[] {
  const attributes: object[] = Object.entries(types).map(([name, value]) => ({
    name,
    type: binding.TF_ATTR_TYPE,
    value,
  }));
  if (op === 'SplitV') attributes.push({ name: 'num_split', type: binding.TF_ATTR_INT, value: parts });
  if (op === 'ConcatV2') attributes.push({ name: 'N', type: binding.TF_ATTR_INT, value: parts });
  return binding.executeOp(op, attributes, inputs, outputs).map(({ id }) => id);
}

/** Whole numbers and vectors of them as tensors, for the time of the work. */
function using<T>(
  binding: Binding,
  given: readonly (number | Int32Array | readonly number[])[],
  work: (ids: readonly number[]) => T,
): T {
  const ids = given.map((value) => {
    const data = typeof value === 'number' ? Int32Array.of(value) : Int32Array.from(value);
    return binding.createTensor(typeof value === 'number' ? [] : [data.length], binding.TF_INT32, data);
  });
  try {
    return work(ids);
  } finally {
    for (const id of ids) binding.deleteTensor(id);
  }
}
