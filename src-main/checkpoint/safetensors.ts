import { writeWholeFile } from '../disk/whole.ts';
import {
  damagedWeights as damaged,
  elements,
  type FileHandle,
  type FileTensor,
  isNumberType,
  isSizes,
  numberBytes,
  readBytes,
  readNumbers,
  type TensorSource,
  unusableTensor,
  withFile,
} from './tensor-file.ts';

export type { TensorSource } from './tensor-file.ts';

/** A tensor in memory: row-major, the product of the shape is the length of the data. */
export type StoredTensor = { readonly shape: readonly number[]; readonly data: Float32Array };
export type TensorFile = {
  readonly tensors: Map<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
};

const longestHeader = 100_000_000;

type Entry = {
  readonly name: string;
  readonly dtype: string;
  readonly shape: number[];
  readonly from: number;
  readonly to: number;
};

/**
 * Reads every tensor of a safetensors file as float32 (from F32, F16, BF16 or F64).
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
 * The same without reading the numbers: each tensor is read from the file when it is asked for, as a new array. That a type can't
 * be used is said then.
 * @throws TiebreakError as readSafetensors
 */
export async function openSafetensors(
  path: string,
  wanted: (name: string) => boolean = () => true,
): Promise<{ readonly tensors: Map<string, FileTensor>; readonly metadata: TensorFile['metadata'] }> {
  return withFile(path, async (file) => {
    const { size } = await file.stat();
    const { entries, metadata, dataStart } = await readHeader(file, size, path);
    const tensors = new Map<string, FileTensor>();
    for (const { name, dtype, shape, from, to } of entries) {
      if (!wanted(name)) continue;
      const read = () =>
        withFile(path, async (again) => {
          if (!isNumberType(dtype)) throw unusableTensor(path, name, dtype);
          return readNumbers(again, dataStart + from, elements(shape), dtype, path);
        });
      tensors.set(name, { shape, place: `${path}:${from}`, bytes: to - from, read });
    }
    return { tensors, metadata };
  });
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
  checkCover(entries, size - dataStart, path);
  return { entries, metadata: metadata as Record<string, string>, dataStart };
}

function checkEntry(name: string, row: unknown, dataLength: number, path: string): Entry {
  const { dtype, shape, data_offsets: offsets } = (row ?? {}) as Record<string, unknown>;
  if (typeof dtype !== 'string' || !isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    throw damaged(path, `its entry for ${name} is not one`);
  }
  const [from, to] = offsets as [number, number];
  if (from > to || to > dataLength) throw damaged(path, `tensor ${name} lies outside the file`);
  if (isNumberType(dtype) && elements(shape) * numberBytes[dtype] !== to - from)
    throw damaged(path, `tensor ${name} has another size than its shape`);
  return { name, dtype, shape, from, to };
}

/** Every byte belongs to one tensor, as the format wants it: a small file can't claim to hold a large model, nor a name come twice. */
function checkCover(entries: readonly Entry[], dataLength: number, path: string): void {
  let end = 0;
  for (const { name, from, to } of entries.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    if (from < end) throw damaged(path, `tensor ${name} lies upon another`);
    if (from > end) throw damaged(path, `nothing is said of what lies before tensor ${name}`);
    end = to;
  }
  if (end !== dataLength) throw damaged(path, 'it is longer than its tensors');
}

/**
 * Writes tensors as F32, one after the other, under a temporary name; the file then appears under `path` whole and on disk.
 */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, StoredTensor | TensorSource>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const write = async (file: FileHandle): Promise<void> => {
    await writeBytes(file, safetensorsHeader(tensors, metadata));
    for (const [name, tensor] of tensors) {
      const data = 'data' in tensor ? tensor.data : await tensor.read();
      if (data.length !== elements(tensor.shape)) throw new RangeError(`${name}: shape and data disagree`);
      await writeBytes(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
  };
  // Large, and written by one process alone: what a killed one left is written over.
  await writeWholeFile(path, write, { partial: `${path}.partial` });
}

/** How a safetensors file begins whose F32 tensors follow in this order. */
export function safetensorsHeader(
  tensors: ReadonlyMap<string, { readonly shape: readonly number[] }>,
  metadata: Readonly<Record<string, string>> = {},
): Buffer {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt', ...metadata } };
  let offset = 0;
  for (const [name, { shape }] of tensors) {
    const to = offset + numberBytes.F32 * elements(shape);
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, to] };
    offset = to;
  }
  const json = Buffer.from(JSON.stringify(header));
  const start = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, ' ');
  start.writeBigUInt64LE(BigInt(start.length - 8));
  json.copy(start, 8);
  return start;
}

async function writeBytes(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, Math.min(bytes.length - done, 2 ** 30));
    done += bytesWritten;
  }
}
