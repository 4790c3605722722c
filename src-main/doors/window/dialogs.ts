import { randomBytes } from 'node:crypto';
import { copyFile, rename, rm } from 'node:fs/promises';
import { fileKinds } from '../../common/file-kinds.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { FilePurpose } from '../../contract/files.ts';

type Filter = { name: string; extensions: string[] };

const all: Filter = { name: 'All files', extensions: ['*'] };

/** What a dialog for opening offers to choose from; nothing where it chooses a folder. */
export function filtersOf(purpose: FilePurpose): Filter[] {
  if (purpose === 'model-folder') return [];
  const { name, extensions, others } = fileKinds[purpose];
  return [{ name, extensions: [...extensions] }, ...(others ? [all] : [])];
}

/** Copies a file to the place a person chose: whole, or not at all. */
export async function saveCopy(from: string, to: string): Promise<void> {
  const beside = `${to}.${randomBytes(4).toString('hex')}.part`;
  try {
    await copyFile(from, beside);
    await rename(beside, to);
  } catch (error) {
    await rm(beside, { force: true });
    const reason = (error as NodeJS.ErrnoException).code;
    const message = `The file could not be saved as ${to} (${reason}). What was there before is as it was: choose another place.`;
    throw new TiebreakError('bad-input', message, { cause: error });
  }
}
