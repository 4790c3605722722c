import type { EventEmitter } from 'node:events';
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import yazl from 'yazl';
import { contentOfFolder } from '../../checkpoint/folder-content.ts';
import type { CallHooks } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { fill } from '../../disk/fill.ts';
import { projectAt } from '../../projects/list.ts';
import { appVersion } from '../../root.ts';
import { copyStore, foldersOfModels } from '../../store/copy.ts';
import { workInThread } from '../../worker/start.ts';
import type { House } from '../kernel/house.ts';

/** What a backup holds beside the folders of models. */
export const databaseName = 'tiebreak.sqlite';
export const backupManifest = 'backup.json';
/** The form of what is written here. Who reads a file refuses forms that are newer than what it knows. */
export const backupFormat = 1;
/** What is asked of a call that packs: it can always be cancelled. */
export type PackHooks = CallHooks & { readonly signal: AbortSignal };

/** Starts putting the database and all models into one file on offer, and gives the number of the task. */
export function startBackup(house: House): number {
  return house.tasks.start('backup', 'Making a backup', async (hooks) => {
    try {
      return { file: await house.files.offer(nameOfNow(), (path) => packFile(house, path, hooks)) };
    } catch (error) {
      throw refusal(error, hooks.signal);
    }
  });
}

/** In the time of the person's clock: tiebreak-backup-2025-01-31-1805.zip. */
function nameOfNow(): string {
  const now = new Date();
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  return `tiebreak-backup-${day}-${two(now.getHours())}${two(now.getMinutes())}.zip`;
}

type Write = (content: Readable, options: { readonly signal: AbortSignal }) => Promise<void>;

/** Puts the database and all models into a new file. */
export const packFile = (house: House, path: string, hooks: PackHooks): Promise<void> =>
  pack(
    house,
    `${path}.sqlite`,
    (content, options) => fill(path, (target) => pipeline(content, target, options)),
    hooks,
  );

/**
 * The same for whoever writes it elsewhere.
 * @param copy where the database is copied to meanwhile
 */
export async function pack(house: House, copy: string, write: Write, hooks: PackHooks): Promise<void> {
  try {
    const begun = performance.now();
    const size = (await stat(house.store.path)).size;
    const sources = await modelSources(house);
    // The database is gone through twice: once to copy, once to compress.
    const total = sources.reduce((sum, { bytes }) => sum + bytes, 2 * size);
    let done = 0;
    const tell = (): void => {
      const seconds = (performance.now() - begun) / 1000;
      const secondsLeft = done === 0 ? null : (seconds * Math.max(0, total - done)) / done;
      hooks.onProgress?.({ phase: 'backup', done: Math.min(Math.round(done), total), total, speed: null, secondsLeft });
    };
    const onProgress = (share: number): void => {
      done = share * size;
      tell();
    };
    await copyStore(house.store, copy, { onProgress, signal: hooks.signal });
    await refuseDamaged(copy, hooks.signal);
    done = size;
    const onBytes = (bytes: number): void => {
      done += bytes;
      tell();
    };
    const all = [{ path: copy, name: databaseName, bytes: (await stat(copy)).size }, ...sources];
    await writeZip(write, { name: projectAt(house.home).name, sources: all }, onBytes, hooks.signal);
  } finally {
    for (const end of ['', '-wal', '-shm', '-journal']) {
      // The backup is made, or has said why not: what can't be removed here goes with the next start.
      await rm(`${copy}${end}`, { force: true }).catch(() => undefined);
    }
  }
}

/** A copy that could not be restored is no backup: it is looked at as a restore looks at it. */
async function refuseDamaged(copy: string, signal: AbortSignal): Promise<void> {
  try {
    const { miscounted } = await workInThread({ job: 'check', path: copy }, 'backup', { signal });
    if (miscounted.length > 0) throw new TiebreakError('damaged', miscounted.join('; '));
  } catch (error) {
    if (!(error instanceof TiebreakError) || error.code !== 'damaged') throw error;
    const message =
      "The database of this data folder is damaged, so a backup of it could not be restored. No backup was made: keep earlier ones; 'tiebreak doctor' says what is wrong, and 'tiebreak recover' makes a new database of all that can still be read.";
    throw new TiebreakError('damaged', message, { cause: error });
  }
}

type Source = { readonly path: string; readonly name: string; readonly bytes: number };

/** The files of all models; a deleted model whose folder is gone has none. */
async function modelSources(house: House): Promise<readonly Source[]> {
  const sources: Source[] = [];
  for (const { folder, deleted } of foldersOfModels(house.store)) {
    const { files, manifest } = await contentOfFolder(join(house.home, folder));
    for (const file of [manifest, ...files]) {
      const path = join(house.home, folder, file);
      const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
        return null;
      });
      if (found) sources.push({ path, name: `${folder}/${file}`, bytes: found.size });
      else if (!deleted) {
        const message = `The file ${file} of the model in ${folder} is missing, so the backup would be of no use. Nothing was written: delete that model, and try again.`;
        throw new TiebreakError('damaged', message);
      }
    }
  }
  return sources;
}

async function writeZip(
  write: Write,
  { name: project, sources }: { readonly name: string; readonly sources: readonly Source[] },
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const zip = new yazl.ZipFile();
  const content = zip.outputStream as Readable;
  const fail = (error: Error): void => void content.destroy(error);
  // yazl is an emitter of errors, whatever its types say.
  (zip as unknown as EventEmitter).on('error', fail);
  const manifest = {
    format: backupFormat,
    tiebreak: appVersion(),
    createdAt: new Date().toISOString(),
    project,
  };
  zip.addBuffer(Buffer.from(JSON.stringify(manifest, null, 2)), backupManifest);
  for (const { path: source, name, bytes } of sources) {
    // Weights are as good as random: to compress them takes long and gains little.
    const options = { compressionLevel: name.endsWith('.safetensors') ? 0 : 3, size: bytes };
    zip.addReadStreamLazy(name, options, (give) => {
      const stream = createReadStream(source);
      stream.on('data', (chunk) => onBytes(chunk.length));
      stream.on('error', fail);
      give(null, stream);
    });
  }
  zip.end();
  await write(content, { signal });
}

function refusal(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return new TiebreakError('cancelled', 'The backup was cancelled. Nothing was changed.');
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof TiebreakError || !code?.startsWith('E')) return error;
  const message = `The backup can't be written (${code}). Nothing was changed: see that the disk has room, and try again.`;
  return new TiebreakError('bad-input', message, { cause: error });
}
