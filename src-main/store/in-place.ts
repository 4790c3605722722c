import { statSync } from 'node:fs';
import type { ReadingStore } from './connection.ts';

/**
 * Whether what is written to a store stands where the next start looks for it. A database that was removed, moved or replaced while it was open
 * takes writes without a word, and so does its log: both are told by what the system knows files by.
 */
export function isInPlace({ path, files }: ReadingStore): boolean {
  return [path, `${path}-wal`].every((name) => {
    const found = identityOf(name);
    const known = files.get(name);
    if (known === undefined && found !== null) files.set(name, found);
    return known === undefined || known === found;
  });
}

/** What the system knows a file by; null where there is none. */
function identityOf(path: string): string | null {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found ? `${found.dev}:${found.ino}` : null;
}
