/** What a disk, the database or a library can say of itself, by its code, in a sentence that says what to do; null for what is a defect of ours. */
export function troubleInWords(error: unknown): string | null {
  const { code, path } = (error ?? {}) as { readonly code?: unknown; readonly path?: unknown };
  if (typeof code !== 'string') return null;
  const found = sentences.find(([pattern]) => pattern.test(code));
  const where = typeof path === 'string' ? `${code}, ${path}` : code;
  return found ? `${found[1]} (${where}).${found[2]}` : null;
}

const kept = ' What was saved before is as it was:';
const sentences: readonly (readonly [RegExp, string, string])[] = [
  // The last one is the index of the log, which finds no room to grow.
  [
    /^(SQLITE_FULL|ENOSPC|EDQUOT|SQLITE_IOERR_SHMSIZE)$/,
    'The disk is full, so this could not be kept',
    `${kept} make room, and try again.`,
  ],
  [
    /^(SQLITE_READONLY.*|EROFS)$/,
    'A place that has to be written to can only be read',
    `${kept} see that you may write to the data folder, and try again.`,
  ],
  [
    /^(SQLITE_CANTOPEN.*|SQLITE_PERM|EACCES|EPERM)$/,
    'The system does not permit a file or a folder to be opened',
    `${kept} see that you may read and write it, and the data folder, and try again.`,
  ],
  [
    /^(SQLITE_CORRUPT.*|SQLITE_NOTADB)$/,
    'The database is damaged',
    " Nothing was changed: 'tiebreak doctor' says what is wrong with it, and 'tiebreak recover' makes a new one of all that can still be read.",
  ],
  [
    /^(SQLITE_IOERR.*|EIO)$/,
    'The disk that the data lie on can not be read or written',
    `${kept} see that it is still there, and try again.`,
  ],
  [/^SQLITE_BUSY.*$/, 'The database is in use by another program', ' Nothing was changed: try again in a moment.'],
  // What ONNX Runtime and SQLite are linked with, and does not come along.
  [
    /^ERR_DLOPEN_FAILED$/,
    'A library of Tiebreak could not be loaded',
    `${kept} on Windows install Microsoft's Visual C++ Redistributable (aka.ms/vs/17/release/vc_redist.x64.exe), on Linux see that glibc is 2.34 or newer, and start Tiebreak again.`,
  ],
  [/^(EMFILE|ENFILE)$/, 'The system has too many files open', `${kept} close other programs, and try again.`],
];
