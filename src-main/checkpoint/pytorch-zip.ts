import { crc32 } from 'node:zlib';
import yauzl, { type Entry } from 'yauzl';
import type { Pickled } from './pickle.ts';
import type { Parts, StoragePlace } from './pytorch-tensors.ts';
import { damagedWeights as damaged, type FileHandle, readBytes } from './tensor-file.ts';

/** A hundred times what the largest GPT-2 needs. */
const longestPickle = 16 << 20;
const mostFiles = 100_000;

/**
 * Finds the parts of a PyTorch file that is a zip archive: NAME/data.pkl, and NAME/data/KEY for every storage. PyTorch compresses
 * none of them, so a storage is a stretch of the file itself and nothing can grow while it is unpacked.
 */
export async function locateZip(
  file: FileHandle,
  path: string,
  parse: (bytes: Buffer, from: number) => { readonly value: Pickled },
): Promise<Parts> {
  const entries = await placesOf(path);
  const pickles = [...entries.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickles.length !== 1) throw damaged(path, 'it is an archive without a state_dict');
  const folder = pickles[0]!.slice(0, -'data.pkl'.length);
  const find = (name: string): StoragePlace => {
    const place = entries.get(folder + name);
    if (place === undefined) throw damaged(path, `it lacks its part ${name.slice(0, 80)}`);
    if (place === null)
      throw damaged(path, `its part ${name.slice(0, 80)} is packed in a way that PyTorch does not use`);
    return place;
  };
  const read = async (name: string): Promise<Buffer> => {
    const { at, bytes, sum } = find(name);
    if (bytes > longestPickle) throw damaged(path, `its part ${name} is far too long`);
    const content = await readBytes(file, at, Buffer.alloc(bytes), path);
    if (crc32(content) !== sum) throw damaged(path, `its part ${name} is not what was written`);
    return content;
  };
  if (entries.has(`${folder}byteorder`) && (await read('byteorder')).toString('latin1') !== 'little') {
    throw damaged(path, 'its numbers are written backwards');
  }
  const { value } = parse(await read('data.pkl'), 0);
  return { state: value, storageOf: (key) => find(`data/${key}`) };
}

/** Where each file of the archive begins; null for one that is compressed or encrypted. */
async function placesOf(path: string): Promise<Map<string, StoragePlace | null>> {
  const places = new Map<string, StoragePlace | null>();
  try {
    const zip = await yauzl.openPromise(path, { strictFileNames: true });
    try {
      for await (const entry of zip.eachEntry()) {
        if (places.has(entry.fileName)) throw new Error('a name comes twice');
        if (places.size >= mostFiles) throw new Error('it holds more files than any model');
        const plain = isPlain(entry);
        const { fileDataStart: at } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
        places.set(entry.fileName, plain ? { at, bytes: entry.uncompressedSize, sum: entry.crc32 } : null);
      }
    } finally {
      zip.close();
    }
  } catch (error) {
    throw damaged(path, "it can't be taken apart", error);
  }
  return places;
}

function isPlain({ compressionMethod, compressedSize, uncompressedSize, generalPurposeBitFlag }: Entry): boolean {
  return compressionMethod === 0 && compressedSize === uncompressedSize && (generalPurposeBitFlag & 1) === 0;
}
