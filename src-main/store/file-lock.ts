import Database from 'better-sqlite3';

/**
 * Locks a file for this process, and gives what lets it go; null where another process has it. The system holds such a lock as long as
 * the process lives and not a moment longer, whatever clocks and process numbers say. The file is empty, and stays: who removed one would
 * let two processes lock a file each.
 */
export function lockFile(path: string): (() => void) | null {
  const db = new Database(path, { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if ((error as { code?: string }).code === 'SQLITE_BUSY') return null;
    throw error;
  }
  return () => db.close();
}
