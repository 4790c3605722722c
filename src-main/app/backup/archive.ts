import { existsSync } from 'node:fs';
import { mkdir, readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import yauzl, { type Entry } from 'yauzl';
import { z } from 'zod';
import { contentOfFolder, encoderFiles, manifestFile, modelFiles, noteFile } from '../../checkpoint/folder-content.ts';
import type { CallHooks } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { fill } from '../../disk/fill.ts';
import type { CopyContent } from '../../store/copy.ts';
import { workInThread } from '../../worker/start.ts';
import { backupFormat, backupManifest, databaseName } from './backup.ts';

/** What a restore tells of itself, and is cancelled by. */
export type RestoreHooks = CallHooks & { readonly signal: AbortSignal };
/** A file that a person gave. */
export type Archive = { readonly path: string; readonly name: string; readonly bytes: number };

/** Where the folder of a model may lie. */
export const folderPattern = /^models\/[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const filesOfModel: readonly string[] = [manifestFile, ...modelFiles, noteFile, ...encoderFiles];
const mostEntries = 100_000;
const gibibyte = 2 ** 30;
/** What stands in the manifest, as far as anything rests on it; it was written by whoever made the file. */
const manifestSchema = z.object({ format: z.int().min(1), project: z.string().optional().catch(undefined) });

/** What was in a file, and what the project was called that it was made of; null where it does not say. */
export type Unpacked = { readonly content: CopyContent; readonly project: string | null };

/**
 * Takes only what a backup holds out of the archive, each file once, and no more than there is room for: the database first, and of models those that it
 * knows. Says what is in it.
 */
export async function unpackArchive(
  file: Archive,
  staging: string,
  hooks: RestoreHooks,
  { models: withModels }: { readonly models: boolean },
): Promise<Unpacked> {
  const { signal, onProgress } = hooks;
  await mkdir(join(staging, 'models'), { recursive: true });
  const zip = await yauzl.openPromise(file.path, { strictFileNames: true, autoClose: false });
  try {
    const limit = await mostBytes(file, staging);
    const found = new Set<string>();
    const entries: Entry[] = [];
    let promised = 0;
    for await (const entry of zip.eachEntry()) {
      const { fileName: name, uncompressedSize: bytes } = entry;
      if (!isExpected(name)) throw new NotABackup(`it holds ${JSON.stringify(name.slice(0, 100))}`);
      if (found.has(name.toLowerCase()) || !entry.canDecodeFileData() || zip.entryCount > mostEntries) {
        throw new NotABackup(`${name} is not as it should be in it`);
      }
      promised += bytes;
      if (promised > limit) throw new NotABackup('it would become larger than there is room for');
      found.add(name.toLowerCase());
      entries.push(entry);
      signal.throwIfAborted();
    }
    for (const name of [backupManifest, databaseName]) {
      if (!found.has(name)) throw new NotABackup(`it has no ${name}`);
    }
    let packed = 0;
    const take = async (entry: Entry): Promise<void> => {
      const { fileName: name, uncompressedSize: bytes } = entry;
      const counted = async function* (chunks: AsyncIterable<Buffer>) {
        let left = bytes;
        for await (const chunk of chunks) {
          left -= chunk.length;
          if (left < 0) throw new NotABackup(`${name} is larger than it says`);
          yield chunk;
        }
      };
      const path = join(staging, ...name.split('/'));
      await mkdir(join(path, '..'), { recursive: true });
      const stream = await zip.openReadStreamPromise(entry);
      await fill(path, (target) => pipeline(stream, counted, target, { signal }), { flush: true });
      packed = Math.min(file.bytes, packed + entry.compressedSize);
      onProgress?.({ phase: 'restore', done: packed, total: file.bytes, speed: null, secondsLeft: null });
    };
    const isOfModel = ({ fileName }: Entry): boolean => fileName.startsWith('models/');
    await take(entries.find(({ fileName }) => fileName === backupManifest)!);
    const { project = null } = await readManifest(join(staging, backupManifest));
    await take(entries.find(({ fileName }) => fileName === databaseName)!);
    const content = await workInThread({ job: 'check', path: join(staging, databaseName) }, 'restore', hooks);
    if (!withModels) return { content, project };
    const known = new Set(content.models.map(({ folder }) => folder));
    const models = entries.filter(isOfModel);
    const stranger = models.find(({ fileName }) => !known.has(fileName.split('/', 2).join('/')));
    if (stranger) throw new NotABackup(`it holds ${stranger.fileName}, of which its database knows nothing`);
    for (const entry of models) await take(entry);
    await checkModels(content, staging);
    return { content, project };
  } finally {
    zip.close();
  }
}

/** @throws TiebreakError newer-database for a form that only a newer Tiebreak knows */
async function readManifest(path: string): Promise<z.output<typeof manifestSchema>> {
  let said: unknown;
  try {
    said = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new NotABackup(`its ${backupManifest} can not be read`, { cause: error });
  }
  const manifest = manifestSchema.safeParse(said);
  if (!manifest.success) throw new NotABackup(`its ${backupManifest} does not say which form it has`);
  const { format } = manifest.data;
  if (format <= backupFormat) return manifest.data;
  const message = `a newer Tiebreak made it (form ${format}, and this one knows ${backupFormat}): install the newer Tiebreak to open it.`;
  throw new TiebreakError('newer-database', message);
}

function isExpected(name: string): boolean {
  if (name === backupManifest || name === databaseName) return true;
  const cut = name.indexOf('/', 'models/'.length);
  return cut > 0 && folderPattern.test(name.slice(0, cut)) && filesOfModel.includes(name.slice(cut + 1));
}

/** How much may come out of it: a database shrinks to a tenth at most in practice, and the disk must not become full. */
async function mostBytes(file: Archive, staging: string): Promise<number> {
  const { bavail, bsize } = await statfs(staging);
  return Math.min(gibibyte + 100 * file.bytes, bavail * bsize - gibibyte / 8);
}

/** The models of a database must be there. */
async function checkModels({ models }: CopyContent, staging: string): Promise<void> {
  for (const { name, folder, deleted } of models) {
    if (!folderPattern.test(folder)) throw new NotABackup('the folder of a model lies elsewhere');
    const { files, manifest } = await contentOfFolder(join(staging, folder));
    const lacking = [manifest, ...files].find((file) => !existsSync(join(staging, folder, file)));
    if (lacking && !deleted) throw new NotABackup(`${lacking} of the model ${name} is missing`);
  }
}

/** What is wrong with an archive, as the middle of a sentence. */
export class NotABackup extends Error {}
