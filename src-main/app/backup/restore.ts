import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readFile, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import yauzl, { type Entry } from 'yauzl';
import { z } from 'zod';
import { contentOfFolder, encoderFiles, manifestFile, modelFiles, noteFile } from '../../checkpoint/folder-content.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { TaskResults } from '../../contract/tasks.ts';
import { topics } from '../../contract/views.ts';
import type { CopyContent } from '../../store/copy.ts';
import { closeStore, openStore } from '../../store/open.ts';
import { interruptDeadRuns } from '../../store/runs.ts';
import { workInThread } from '../../worker/start.ts';
import { refuseWhile } from '../data/past-imports.ts';
import { type House, notLookedAt, type WritingHouse } from '../kernel/house.ts';
import { withLock } from '../kernel/lock.ts';
import type { TaskHooks } from '../kernel/tasks.ts';
import { backupFormat, backupManifest, databaseName, type PackHooks } from './backup.ts';
import { endSwap, stagingOf, swapBack, swapIn } from './swap.ts';

/** A file that a backup is read from. */
export type Archive = { readonly path: string; readonly name: string; readonly bytes: number };

const folderPattern = /^models\/[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const filesOfModel: readonly string[] = [manifestFile, ...modelFiles, noteFile, ...encoderFiles];
const mostEntries = 100_000;
const gibibyte = 2 ** 30;
/** What stands in the manifest, as far as anything rests on it; it was written by whoever made the file. */
const manifestSchema = z.object({ format: z.int().min(1), project: z.string().optional().catch(undefined) });

/** Starts putting a backup in the place of everything there is, and gives the number of the task. */
export function startRestore(house: House, handle: string): number {
  const file = house.files.find(handle);
  refuseWhile(house, () => true);
  return house.tasks.start('restore', `Restoring ${file.name}`, (hooks) =>
    withLock(house, 'restoring a backup', (writing) => restore(writing, file, hooks)),
  );
}

async function restore(house: WritingHouse, file: Archive, hooks: TaskHooks): Promise<TaskResults['restore']> {
  const staging = stagingOf(house.home);
  await rm(staging, { recursive: true, force: true });
  let content: CopyContent;
  try {
    await mkdir(staging, { recursive: true });
    ({ content } = await unpack(file, staging, hooks));
    // Models that are in use hold their files open on some systems.
    await Promise.all([house.engine.close(), house.scorer.close()]);
    hooks.signal.throwIfAborted();
    refuseWhile(house, (kind) => kind !== 'restore');
  } catch (error) {
    // The next start removes what this one can't.
    await rm(staging, { recursive: true, force: true }).catch(() => undefined);
    throw refusal(file, staging, error, hooks.signal);
  }
  putInPlace(house);
  house.changes.tell(...topics);
  const { posts, labels, models } = content.totals;
  return { posts, answers: labels, models, unreadable: [...content.miscounted, ...content.unreadable] };
}

/** In one turn, so that nothing else of this process meets a closed database. */
function putInPlace(house: WritingHouse): void {
  const { path } = house.store;
  closeStore(house.store);
  try {
    swapIn(house.home);
    house.store = openStore(path);
  } catch (error) {
    swapBack(house.home);
    house.store = openStore(path);
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    const message = `The backup was whole, but could not be put in its place (${code}). Everything is as it was before: try again.`;
    throw new TiebreakError('bad-input', message, { cause: error });
  }
  house.health.current = notLookedAt().current;
  endSwap(house.home);
  try {
    interruptDeadRuns(house.store, () => false);
  } catch (error) {
    // The restore took place: the next start does this again.
    console.error(error);
  }
}

/** What was in a file, and what the project was called that it was made of; null where it does not say. */
export type Unpacked = { readonly content: CopyContent; readonly project: string | null };

/**
 * Takes only what a backup holds out of the archive, each file once, and no more than there is room for: the database first, and of models those that it
 * knows. Says what is in it.
 */
export async function unpack(file: Archive, staging: string, hooks: PackHooks): Promise<Unpacked> {
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
      const target = join(staging, ...name.split('/'));
      await mkdir(join(target, '..'), { recursive: true });
      const stream = await zip.openReadStreamPromise(entry);
      await pipeline(stream, counted, createWriteStream(target, { flags: 'wx', flush: true }), { signal });
      packed = Math.min(file.bytes, packed + entry.compressedSize);
      onProgress?.({ phase: 'restore', done: packed, total: file.bytes, speed: null, secondsLeft: null });
    };
    const isOfModel = ({ fileName }: Entry): boolean => fileName.startsWith('models/');
    await take(entries.find(({ fileName }) => fileName === backupManifest)!);
    const { project = null } = await readManifest(join(staging, backupManifest));
    await take(entries.find(({ fileName }) => fileName === databaseName)!);
    const content = await workInThread({ job: 'check', path: join(staging, databaseName) }, 'restore', hooks);
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

/** One sentence for whatever went wrong before anything was moved. */
function refusal(file: Archive, staging: string, error: unknown, signal: AbortSignal): TiebreakError {
  const options = { cause: error };
  if (signal.aborted) {
    return new TiebreakError('cancelled', 'The restoring was cancelled. Nothing was changed.', options);
  }
  if (error instanceof TiebreakError && error.code === 'busy') return error;
  if (error instanceof TiebreakError) {
    const message = error.message.replaceAll(join(staging, databaseName), `in ${file.name}`);
    return new TiebreakError(error.code, `${file.name} was not restored, and nothing was changed: ${message}`, options);
  }
  const { code } = error as NodeJS.ErrnoException;
  if (code?.startsWith('E') && code !== 'EOF') {
    const message = `${file.name} can't be unpacked (${code}). Nothing was changed: see that the disk has room, and try again.`;
    return new TiebreakError('bad-input', message, options);
  }
  const reason = error instanceof NotABackup ? error.message : 'it can not be read as an archive';
  const message = `${file.name} is no backup of Tiebreak, or it is damaged: ${reason}. Nothing was changed.`;
  return new TiebreakError('damaged', message, options);
}
