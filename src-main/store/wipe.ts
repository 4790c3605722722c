import Database from 'better-sqlite3';

/** How often, and how long apart, the log is tried to be emptied while others read. */
const tries = 25;
const apartMs = 200;

/**
 * Writes the database's file anew, so that nothing is left of what was deleted: not in its free pages, not in the index of words, and not in
 * its log. Takes as long as copying it. False where somebody reads for so long that the log can't be emptied.
 */
export function wipeFile(path: string): boolean {
  const db = new Database(path, { timeout: 10_000 });
  try {
    // Words of deleted posts and comments stand in the indexes until their parts are merged.
    for (const index of ['posts_search', 'comments_search'])
      db.exec(`INSERT INTO ${index} (${index}) VALUES ('optimize')`);
    db.exec('VACUUM');
    for (let attempt = 0; attempt < tries; attempt++) {
      const [result] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
      if (result?.busy === 0) return true;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, apartMs);
    }
    return false;
  } finally {
    db.close();
  }
}
