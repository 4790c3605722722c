import { open, rename, rm } from 'node:fs/promises';
import { TiebreakError } from '../../contract/errors.ts';

/** Row-major. The product of the shape is the length of the data. */
export type StoredTensor = { readonly shape: readonly number[]; readonly data: Float32Array };
export type TensorFile = {
  readonly tensors: Map<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
};

/**
 * A tensor whose numbers are fetched when they are needed, so that a model need not be in memory a second time. What `read`
 * gives is for looking at, and holds until anything else is done with where it comes from.
 */
export type TensorSource = { readonly shape: readonly number[]; readonly read: () => Promise<Float32Array> };

const bytesPerElement: Readonly<Record<string, number>> = { F32: 4, F16: 2, BF16: 2 };
const longestHeader = 100_000_000;

type Entry = { readonly name: string; readonly dtype: string; readonly shape: number[]; readonly from: number };
type FileHandle = Awaited<ReturnType<typeof open>>;

/**
 * Reads every tensor of a safetensors file as float32 (from F32, F16 or BF16).
 * @param wanted tensors for which this says no are checked against the file but not read (mask buffers may have any type)
 * @throws TiebreakError not-found; damaged where the header contradicts itself or the file; bad-input for other types
 */
export async function readSafetensors(
  path: string,
  wanted: (name: string) => boolean = () => true,
): Promise<TensorFile> {
  const { tensors: sources, metadata } = await openSafetensors(path, wanted);
  return { tensors: await readTensors(sources), metadata };
}

/** The numbers of all these tensors. */
export async function readTensors(sources: ReadonlyMap<string, TensorSource>): Promise<Map<string, StoredTensor>> {
  const tensors = new Map<string, StoredTensor>();
  for (const [name, { shape, read }] of sources) tensors.set(name, { shape, data: await read() });
  return tensors;
}

/**
 * The same without reading the numbers: each tensor is read from the file when it is asked for, as a new array.
 * @throws TiebreakError as readSafetensors
 */
export async function openSafetensors(
  path: string,
  wanted: (name: string) => boolean = () => true,
): Promise<{ readonly tensors: Map<string, TensorSource>; readonly metadata: TensorFile['metadata'] }> {
  return withFile(path, async (file) => {
    const { size } = await file.stat();
    const { entries, metadata, dataStart } = await readHeader(file, size, path);
    const tensors = new Map<string, TensorSource>();
    for (const { name, dtype, shape, from } of entries) {
      if (!wanted(name)) continue;
      if (bytesPerElement[dtype] === undefined) {
        throw new TiebreakError(
          'bad-input',
          `Tensor ${name} in ${path} has the type ${dtype}, which can't be used as weights.`,
        );
      }
      const read = () => withFile(path, (again) => readValues(again, dataStart + from, sizeOf(shape), dtype, path));
      tensors.set(name, { shape, read });
    }
    return { tensors, metadata };
  });
}

async function withFile<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path).catch((error: unknown) => {
    throw new TiebreakError('not-found', `The weights ${path} can't be opened.`, { cause: error });
  });
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

async function readHeader(file: FileHandle, size: number, path: string) {
  const prefix = await readBytes(file, 0, Buffer.alloc(8), path);
  const headerLength = Number(prefix.readBigUInt64LE());
  if (headerLength > longestHeader || 8 + headerLength > size)
    throw damaged(path, 'its header is longer than the file');
  const text = (await readBytes(file, 8, Buffer.alloc(headerLength), path)).toString('utf8');
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(text);
  } catch (error) {
    throw damaged(path, 'its header is not JSON', error);
  }
  if (typeof header !== 'object' || header === null) throw damaged(path, 'its header is not a table');
  const { __metadata__: metadata = {}, ...rows } = header;
  const dataStart = 8 + headerLength;
  const entries = Object.entries(rows).map(([name, row]) => checkEntry(name, row, size - dataStart, path));
  return { entries, metadata: metadata as Record<string, string>, dataStart };
}

function checkEntry(name: string, row: unknown, dataLength: number, path: string): Entry {
  const { dtype, shape, data_offsets: offsets } = (row ?? {}) as Record<string, unknown>;
  if (typeof dtype !== 'string' || !isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    throw damaged(path, `its entry for ${name} is not one`);
  }
  const [from, to] = offsets as [number, number];
  if (from > to || to > dataLength) throw damaged(path, `tensor ${name} lies outside the file`);
  const bytes = bytesPerElement[dtype];
  if (bytes !== undefined && sizeOf(shape) * bytes !== to - from)
    throw damaged(path, `tensor ${name} has another size than its shape`);
  return { name, dtype, shape, from };
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

async function readValues(
  file: FileHandle,
  at: number,
  length: number,
  dtype: string,
  path: string,
): Promise<Float32Array> {
  if (dtype === 'F32') {
    const data = new Float32Array(length);
    await readBytes(file, at, new Uint8Array(data.buffer), path);
    return data;
  }
  const halves = new Uint16Array(length);
  await readBytes(file, at, new Uint8Array(halves.buffer), path);
  return dtype === 'F16' ? Float32Array.from(halves, halfToFloat) : bfloatToFloat(halves);
}

function bfloatToFloat(halves: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer);
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
async function readBytes<B extends Uint8Array>(file: FileHandle, at: number, into: B, path: string): Promise<B> {
  for (let done = 0; done < into.length; ) {
    const { bytesRead } = await file.read(into, done, Math.min(into.length - done, 2 ** 30), at + done);
    if (bytesRead === 0) throw damaged(path, 'it ends too early');
    done += bytesRead;
  }
  return into;
}

/**
 * Writes tensors as F32, one after the other, under a temporary name; the file then appears under `path` whole and on disk.
 */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, StoredTensor | TensorSource>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt', ...metadata } };
  let offset = 0;
  for (const [name, { shape }] of tensors) {
    const to = offset + Float32Array.BYTES_PER_ELEMENT * sizeOf(shape);
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, to] };
    offset = to;
  }
  const json = Buffer.from(JSON.stringify(header));
  const start = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, ' ');
  start.writeBigUInt64LE(BigInt(start.length - 8));
  json.copy(start, 8);

  const partial = `${path}.partial`;
  const file = await open(partial, 'w');
  try {
    await writeBytes(file, start);
    for (const [name, tensor] of tensors) {
      const data = 'data' in tensor ? tensor.data : await tensor.read();
      if (data.length !== sizeOf(tensor.shape)) throw new RangeError(`${name}: shape and data disagree`);
      await writeBytes(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
    await file.sync();
    await file.close();
    await rename(partial, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(partial, { force: true });
    throw error;
  }
}

async function writeBytes(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, Math.min(bytes.length - done, 2 ** 30));
    done += bytesWritten;
  }
}

function damaged(path: string, why: string, cause?: unknown): TiebreakError {
  return new TiebreakError('damaged', `The weights ${path} are damaged: ${why}. Take a complete copy of the file.`, {
    cause,
  });
}
