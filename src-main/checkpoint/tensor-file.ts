import { type FileHandle, open } from 'node:fs/promises';
import { TiebreakError } from '../contract/errors.ts';

export type { FileHandle };

/** The types of numbers that weights may have in a file, in little endian: how many bytes one takes. */
export const numberBytes = { F64: 8, F32: 4, F16: 2, BF16: 2 } as const;
export type NumberType = keyof typeof numberBytes;

/**
 * A tensor whose numbers are fetched when they are needed, so that a model need not be in memory a second time. What `read`
 * gives is for looking at, and holds until anything else is done with where it comes from.
 */
export type TensorSource = {
  readonly shape: readonly number[];
  /**
   * The numbers as float32, in row-major order.
   * @throws TiebreakError bad-input where it holds something else than floating point numbers; damaged
   */
  readonly read: () => Promise<Float32Array>;
};

/** A tensor that lies in a file. */
export type FileTensor = TensorSource & {
  /** Two tensors of one file with the same place are the same numbers. */
  readonly place: string;
  /** Bytes it takes in its file. */
  readonly bytes: number;
};

/** Does something with a file, which is closed afterwards. Throws TiebreakError not-found. */
export async function withFile<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path).catch((error: unknown) => {
    throw new TiebreakError('not-found', `The weights ${path} can't be opened.`, { cause: error });
  });
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}

export function isNumberType(name: string): name is NumberType {
  return Object.hasOwn(numberBytes, name);
}

export function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

export function elements(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** Reads `count` numbers from a place in a file as float32. A file that ends before is damaged. */
export async function readNumbers(
  file: FileHandle,
  at: number,
  count: number,
  type: NumberType,
  path: string,
): Promise<Float32Array> {
  const bytes = await readBytes(file, at, new Uint8Array(count * numberBytes[type]), path);
  switch (type) {
    case 'F32':
      return new Float32Array(bytes.buffer);
    case 'F64':
      return Float32Array.from(new Float64Array(bytes.buffer));
    case 'BF16':
      return widened(new Uint16Array(bytes.buffer));
    case 'F16': {
      const table = halfTable();
      const halves = new Uint16Array(bytes.buffer);
      const values = new Float32Array(count);
      for (let i = 0; i < count; i++) values[i] = table[halves[i]!]!;
      return values;
    }
  }
}

/** bfloat16 is the upper half of a float32. */
function widened(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  return new Float32Array(bits.buffer);
}

let halves: Float32Array | null = null;

/** Every float16 there is, by its bits: looking them up is ten times as fast as working each out. */
function halfTable(): Float32Array {
  halves ??= Float32Array.from({ length: 65_536 }, (_, bits) => halfToFloat(bits));
  return halves;
}

/** IEEE 754 binary16, given as its 16 bits. */
export function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Fills `into` from the file; a file that ends before is damaged. */
export async function readBytes<B extends Uint8Array>(file: FileHandle, at: number, into: B, path: string): Promise<B> {
  for (let done = 0; done < into.length; ) {
    const { bytesRead } = await file.read(into, done, Math.min(into.length - done, 2 ** 30), at + done);
    if (bytesRead === 0) throw damagedWeights(path, 'it ends too early');
    done += bytesRead;
  }
  return into;
}

export function damagedWeights(path: string, why: string, cause?: unknown): TiebreakError {
  return new TiebreakError('damaged', `The weights ${path} are damaged: ${why}. Take a complete copy of the file.`, {
    cause,
  });
}

export function unusableTensor(path: string, name: string, type: string): TiebreakError {
  return new TiebreakError(
    'bad-input',
    `Tensor ${name} in ${path} has the type ${type}, which can't be used as weights.`,
  );
}
