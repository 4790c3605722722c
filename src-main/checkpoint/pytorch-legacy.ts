import type { Pickled } from './pickle.ts';
import { type Parts, readStateDict, type StoragePlace } from './pytorch-tensors.ts';
import { damagedWeights as damaged, type FileHandle, readBytes } from './tensor-file.ts';

/** What such a file begins with. */
const magic = 0x1950a86a20f9469cfc6cn;
const version = 1001;
const longestPickles = 16 << 20;

/**
 * Finds the parts of a file as PyTorch wrote it before 1.6: five pickles (a magic number, a version, facts about the machine,
 * the state_dict, the keys of the storages), then each storage in the order of its key: how many numbers, and the numbers.
 */
export async function locateLegacy(
  file: FileHandle,
  path: string,
  size: number,
  parse: (bytes: Buffer, from: number) => { readonly value: Pickled; readonly end: number },
): Promise<Parts> {
  const bytes = await readBytes(file, 0, Buffer.alloc(Math.min(size, longestPickles)), path);
  // Both must be there before anything is made of the rest.
  if (bytes[0] !== 0x80) throw damaged(path, 'it is no file of PyTorch');
  const begin = parse(bytes, 0);
  const second = begin.value === magic ? parse(bytes, begin.end) : null;
  if (second?.value !== version) throw damaged(path, 'it is no file of PyTorch');
  const machine = parse(bytes, second.end);
  if (littleEndian(machine.value) === false) throw damaged(path, 'its numbers are written backwards');
  const state = parse(bytes, machine.end);
  const keys = parse(bytes, state.end);
  const places = await storagesOf(file, path, size, keys.end, keysOf(keys.value, path), widthsOf(state.value));
  return {
    state: state.value,
    storageOf: (key) => {
      const place = places.get(key);
      if (!place) throw damaged(path, `it lacks its storage ${key.slice(0, 80)}`);
      return place;
    },
  };
}

function littleEndian(machine: Pickled): Pickled | undefined {
  return typeof machine === 'object' && machine !== null && machine.is === 'dictionary'
    ? machine.entries.get('little_endian')
    : undefined;
}

function keysOf(value: Pickled, path: string): readonly string[] {
  const items = typeof value === 'object' && value !== null && value.is === 'list' ? value.items : [];
  const keys = items.filter((key) => typeof key === 'string');
  if (keys.length === 0 || keys.length !== items.length || new Set(keys).size !== keys.length) {
    throw damaged(path, 'it has no list of its storages');
  }
  return keys;
}

/** Bytes of a number in each storage, by what the tensors say of it. */
function widthsOf(state: Pickled): ReadonlyMap<string, number> {
  return new Map([...readStateDict(state).values()].map(({ storage: { key, width } }) => [key, width]));
}

async function storagesOf(
  file: FileHandle,
  path: string,
  size: number,
  from: number,
  keys: readonly string[],
  widths: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, StoragePlace>> {
  const places = new Map<string, StoragePlace>();
  let at = from;
  for (const key of keys) {
    const width = widths.get(key);
    if (width === undefined) throw damaged(path, `no tensor lies in its storage ${key.slice(0, 80)}`);
    const count = (await readBytes(file, at, Buffer.alloc(8), path)).readBigUInt64LE();
    const bytes = Number(count) * width;
    at += 8;
    if (at + bytes > size) throw damaged(path, 'it ends too early');
    places.set(key, { at, bytes, sum: null });
    at += bytes;
  }
  return places;
}
