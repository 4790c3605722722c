import { copyFileSync, existsSync, linkSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { closeStore, openStore } from '../../src-main/store/open.ts';

/**
 * Puts an empty store of the newest version at a path where there is none. To make one takes every migration there ever was, some
 * hundred times the time of a copy: it is made once for all tests.
 */
export function putNewStore(path: string): void {
  if (existsSync(path)) return;
  const made = join(process.env.TIEBREAK_TEST_STAGES!, 'new.sqlite');
  if (!existsSync(made)) make(made);
  mkdirSync(join(path, '..'), { recursive: true });
  copyFileSync(made, path);
}

/** Whole or not at all: another file of tests may be making it as well. */
function make(path: string): void {
  const own = `${path}-${process.pid}`;
  closeStore(openStore(own));
  try {
    linkSync(own, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  rmSync(own);
}
