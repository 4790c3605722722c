import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { TiebreakError } from '../contract/errors.ts';

/** What the system said about a place, as a sentence that says what to do; any other error as it is. */
export function unwritable(path: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof TiebreakError || code === undefined || syscall === undefined) return error;
  const folder = dirname(resolve(path));
  const message =
    code === 'ENOENT' && !existsSync(folder)
      ? `${path} can't be written, because the folder ${folder} is not there. Nothing was changed: make that folder, or choose another place.`
      : `${path} can't be written (${reasons[code] ?? code}). Nothing was changed: ${advice(code)}`;
  return new TiebreakError('bad-input', message, { cause: error });
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'EACCES, not permitted',
  EPERM: 'EPERM, not permitted',
  EISDIR: 'EISDIR, it is a folder',
  ENOTDIR: 'ENOTDIR, it lies under a file',
  ENOSPC: 'ENOSPC, the disk is full',
  EROFS: 'EROFS, the disk is read-only',
};

function advice(code: string): string {
  if (code === 'ENOSPC') return 'make room, or choose another place.';
  if (code === 'EISDIR' || code === 'ENOTDIR') return 'choose another name.';
  return 'see whether there is room and whether you may write there, or choose another place.';
}
