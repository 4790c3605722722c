import { randomBytes } from 'node:crypto';
import { copyFile, rename, rm } from 'node:fs/promises';
import { TiebreakError } from '../../contract/errors.ts';
import type { FilePurpose } from '../../contract/files.ts';

export type Filter = { name: string; extensions: string[] };

/** What a dialog for opening offers to choose from. */
export const filters: Readonly<Record<FilePurpose, Filter[]>> = {
  comments: [
    { name: 'Comments', extensions: ['jsonl', 'ndjson', 'json', 'csv', 'tsv', 'txt'] },
    { name: 'All files', extensions: ['*'] },
  ],
  model: [
    { name: 'Models', extensions: ['tiebreak-model', 'zip', 'safetensors', 'bin', 'pt', 'pth', 'json', 'txt'] },
    { name: 'All files', extensions: ['*'] },
  ],
  'model-folder': [],
  backup: [{ name: 'Backups', extensions: ['zip'] }],
};

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
