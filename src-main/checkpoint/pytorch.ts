import { crc32 } from 'node:zlib';
import { TiebreakError } from '../contract/errors.ts';
import { PickleRefused, readPickle } from './pickle.ts';
import { locateLegacy } from './pytorch-legacy.ts';
import {
  type Layout,
  type Parts,
  readStateDict,
  type StoragePlace,
  type StoredTensorPlace,
  tensorNames,
} from './pytorch-tensors.ts';
import { locateZip } from './pytorch-zip.ts';
import {
  damagedWeights as damaged,
  elements,
  type FileHandle,
  type FileTensor,
  isNumberType,
  numberBytes,
  readBytes,
  readNumbers,
  unusableTensor,
  withFile,
} from './tensor-file.ts';

const checkedAtOnce = 4 << 20;

/**
 * Opens the state_dict of a PyTorch model (pytorch_model.bin): a zip archive as PyTorch writes since 1.6, or the one file it
 * wrote before. Nothing in it is ever run. Its tensors are read when they are asked for, by their strides.
 * @throws TiebreakError not-found; bad-input for a file that holds or asks for something else than tensors; damaged where it
 * contradicts itself
 */
export async function openPytorch(path: string): Promise<ReadonlyMap<string, FileTensor>> {
  try {
    return await withFile(path, async (file) => {
      const { size } = await file.stat();
      const head = await readBytes(file, 0, Buffer.alloc(Math.min(4, size)), path);
      const parts = head.equals(Buffer.from('PK\x03\x04'))
        ? await locateZip(file, path, parse)
        : await locateLegacy(file, path, size, parse);
      return sources(path, size, parts);
    });
  } catch (error) {
    if (error instanceof PickleRefused) throw refused(path, error);
    throw error;
  }
}

const parse = (bytes: Buffer, from: number) => readPickle(bytes, from, tensorNames);

/** Nothing is read yet but what says where things are. */
function sources(path: string, size: number, { state, storageOf }: Parts): ReadonlyMap<string, FileTensor> {
  const places = new Map<string, StoragePlace>();
  const sound = new Map<string, Promise<void>>();
  let claimed = 0;
  const placeOf = ({ key, count, type, width }: StoredTensorPlace['storage']): StoragePlace => {
    let place = places.get(key);
    if (!place) {
      place = storageOf(key);
      claimed += place.bytes;
      // Several storages may not lie upon each other to make a small file large.
      if (place.at + place.bytes > size || claimed > size) throw damaged(path, `its storage ${key} lies outside of it`);
      places.set(key, place);
    }
    if (place.bytes !== count * width) throw damaged(path, `its storage ${key} is not ${count} numbers of ${type}`);
    return place;
  };
  return new Map(
    [...readStateDict(state)].map(([name, tensor]): [string, FileTensor] => {
      const { storage, layout } = tensor;
      const place = placeOf(storage);
      const source: FileTensor = {
        shape: layout.shape,
        place: `${path}:${storage.key}:${layout.offset}:${layout.strides.join()}`,
        bytes: elements(layout.shape) * storage.width,
        read: () =>
          withFile(path, async (file) => {
            if (!isNumberType(storage.type)) throw unusableTensor(path, name, storage.type);
            const check = sound.get(storage.key) ?? checkSum(file, path, storage.key, place);
            sound.set(storage.key, check);
            await check;
            const { first, count, whole } = extent(layout);
            const from = place.at + first * numberBytes[storage.type];
            const numbers = await readNumbers(file, from, count, storage.type, path);
            return whole ? numbers : gather(numbers, layout);
          }),
      };
      return [name, source];
    }),
  );
}

async function checkSum(file: FileHandle, path: string, key: string, { at, bytes, sum }: StoragePlace): Promise<void> {
  if (sum === null) return;
  let found = 0;
  for (let done = 0; done < bytes; done += checkedAtOnce) {
    const piece = Buffer.allocUnsafe(Math.min(checkedAtOnce, bytes - done));
    found = crc32(await readBytes(file, at + done, piece, path), found);
  }
  if (found !== sum) throw damaged(path, `its storage ${key} is not what was written`);
}

/** The stretch of its storage that a tensor needs, and whether its numbers stand there one after the other. */
function extent({ shape, strides, offset }: Layout): { first: number; count: number; whole: boolean } {
  const total = elements(shape);
  if (total === 0) return { first: offset, count: 0, whole: true };
  const last = shape.reduce((sum, size, i) => sum + (size - 1) * strides[i]!, 0);
  let [dense, whole] = [1, true];
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && strides[i] !== dense) whole = false;
    dense *= shape[i]!;
  }
  return { first: offset, count: last + 1, whole };
}

/** The numbers of a tensor in row-major order, from the stretch of storage that begins with its first. */
function gather(numbers: Float32Array, { shape, strides }: Layout): Float32Array {
  const values = new Float32Array(elements(shape));
  const place = shape.map(() => 0);
  let from = 0;
  for (let i = 0; i < values.length; i++) {
    values[i] = numbers[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++place[axis]! < shape[axis]!) break;
      from -= shape[axis]! * strides[axis]!;
      place[axis] = 0;
    }
  }
  return values;
}

function refused(path: string, error: PickleRefused): TiebreakError {
  if (!error.foreign) return damaged(path, error.message, error);
  const message = `The weights ${path} are not only tensors: ${error.message}. Nothing in the file was run. Take the state_dict of a model, or a safetensors file.`;
  return new TiebreakError('bad-input', message, { cause: error });
}
