import { constants, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type AppFile, packageOfApp } from './tree.ts';

/** Writes the app's folder anew. */
export function stage(root: string, files: readonly AppFile[], folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  for (const { path } of files) {
    const place = join(folder, path);
    mkdirSync(dirname(place), { recursive: true });
    // Where the disk can, without a second copy of the content.
    copyFileSync(join(root, path), place, constants.COPYFILE_FICLONE);
  }
  writeFileSync(join(folder, 'package.json'), packageOfApp(root));
}
