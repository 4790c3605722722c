import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { TiebreakError } from '../contract/errors.ts';

/**
 * Writes a file that appears whole or not at all: beside its place, synced, then renamed. Where `write` throws, nothing is
 * left and a file that was there stays.
 * @throws TiebreakError bad-input where the file can't be written
 */
export async function writeWholeFile<T>(out: string, write: (handle: FileHandle) => Promise<T>): Promise<T> {
  const target = resolve(out);
  const partial = join(dirname(target), `.${basename(target).slice(0, 100)}.${randomBytes(6).toString('hex')}.partial`);
  let handle: FileHandle | null = null;
  try {
    handle = await open(partial, 'wx').catch((error: NodeJS.ErrnoException) => {
      throw new TiebreakError('bad-input', `The file ${out} can't be written (${error.code}).`, { cause: error });
    });
    const result = await write(handle);
    await handle.sync();
    await handle.close();
    handle = null;
    await rename(partial, target);
    return result;
  } finally {
    await handle?.close();
    await rm(partial, { force: true });
  }
}
