import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockedFile } from '../../src-main/app/kernel/lock.ts';
import { lockFile } from '../../src-main/store/file-lock.ts';

/** Holds the lock of a data folder as another process does, until the function is called that comes back. Throws where it is held. */
export function heldByOther(home: string, doing: string): () => void {
  const letGo = lockFile(lockedFile(home));
  if (!letGo) throw new Error('The data folder is locked.');
  const who = join(home, 'tiebreak.lock');
  writeFileSync(who, JSON.stringify({ pid: process.ppid, doing }));
  return () => {
    rmSync(who);
    letGo();
  };
}
