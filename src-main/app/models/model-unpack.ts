import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { manifestFile, modelFiles, ownFile } from '../../checkpoint/folder-content.ts';
import { isBeside, isPooling, isWeights, mostBytesOf, nameInFolder } from '../../common/model-files.ts';
import type { CallHooks } from '../../contract/calls.ts';
import { fill } from '../../disk/fill.ts';
import type { GivenFile } from './model-files.ts';

/** What is wrong with an archive, as the middle of a sentence. */
export class NotAModel extends Error {}

/** What an archive holds: an exported model of ours, the files of one in Hugging Face's form, or the weights of PyTorch. */
export type ArchiveKind = 'tiebreak' | 'files' | 'pytorch';

const mebibyte = 2 ** 20;
const known: readonly string[] = [...modelFiles, manifestFile];

const belongsToModel = (name: string): boolean => isBeside(name) || isWeights(name);

/** Looks at the names in an archive. Throws what yauzl throws where it is none. */
export async function archiveKind(path: string): Promise<ArchiveKind> {
  const zip = await yauzl.openPromise(path, { strictFileNames: true });
  try {
    let kind: ArchiveKind | null = null;
    for await (const { fileName } of zip.eachEntry()) {
      if (fileName === manifestFile) return 'tiebreak';
      if (/^[^/]+\/data\.pkl$/.test(fileName)) return 'pytorch';
      if (weightsOrConfig(fileName)) kind = 'files';
    }
    return kind ?? 'tiebreak';
  } finally {
    zip.close();
  }
}

const weightsOrConfig = (fileName: string): boolean =>
  belongsToModel(nameInFolder(fileName)) &&
  !(known.includes(fileName) && fileName !== 'config.json' && fileName !== 'model.safetensors');

/**
 * Takes the files of a model out of an archive, each once, and never more than they are said to hold.
 * @param kind of ours every file must be known; else those that don't belong to a model stay where they are
 * @throws NotAModel
 */
export async function unpack(
  file: GivenFile,
  kind: Exclude<ArchiveKind, 'pytorch'>,
  folder: string,
  hooks: CallHooks,
): Promise<readonly GivenFile[]> {
  const zip = await yauzl.openPromise(file.path, { strictFileNames: true });
  try {
    const found = new Map<string, GivenFile>();
    const counter = { done: 0 };
    for await (const entry of zip.eachEntry()) {
      const name = kind === 'tiebreak' ? entry.fileName : nameInFolder(entry.fileName);
      const own = kind === 'tiebreak' ? ownFile(name) : null;
      const wanted = kind === 'tiebreak' ? own !== null : belongsToModel(name) && !entry.fileName.endsWith('/');
      if (!wanted && kind === 'files') continue;
      if (!wanted || found.has(name)) throw new NotAModel(`it holds ${JSON.stringify(entry.fileName.slice(0, 100))}`);
      // A number and nothing of the archive becomes part of the path.
      const path = join(folder, ...(own ?? [`file-${found.size}`]));
      await mkdir(dirname(path), { recursive: true });
      await extract(zip, entry, name, path, file.bytes, counter, hooks);
      found.set(name, { name, path, bytes: entry.uncompressedSize });
    }
    return [...found.values()];
  } finally {
    zip.close();
  }
}

async function extract(
  zip: ZipFile,
  entry: Entry,
  name: string,
  path: string,
  archiveBytes: number,
  counter: { done: number },
  { signal, onProgress }: CallHooks,
): Promise<void> {
  const { uncompressedSize: bytes } = entry;
  // Weights hardly shrink in an archive: what would grow much larger is no model.
  const known = mostBytesOf(isPooling(name) ? name : basename(name));
  const ofSmall = Number.isFinite(known) ? known : mebibyte;
  const most = /\.(json|txt)$/.test(name) ? ofSmall : 4 * archiveBytes + 16 * mebibyte;
  if (bytes > most || !entry.canDecodeFileData()) throw new NotAModel(`${name} is not as it should be in it`);
  const limited = async function* (chunks: AsyncIterable<Buffer>) {
    let left = bytes;
    for await (const chunk of chunks) {
      left -= chunk.length;
      if (left < 0) throw new NotAModel(`${name} is larger than it says`);
      counter.done += chunk.length;
      const done = Math.min(counter.done, archiveBytes);
      onProgress?.({ phase: 'import', done, total: archiveBytes, speed: null, secondsLeft: null });
      yield chunk;
    }
  };
  const content = await zip.openReadStreamPromise(entry);
  await fill(path, (target) => pipeline(content, limited, target, signal ? { signal } : {}), { flush: true });
}
