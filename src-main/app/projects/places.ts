import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../disk/folder.ts';
import { projectsFolder } from '../../projects/list.ts';

/** A folder that is not there yet, for a new project of this name, where projects are made. */
export function folderFor(name: string): string {
  const folder = projectsFolder();
  makeFolder(folder);
  const plain = plainFolder(name);
  for (let number = 1; ; number++) {
    const path = join(folder, number === 1 ? plain : `${plain}-${number}`);
    if (!existsSync(path)) return path;
  }
}

/** A name that every system takes for a folder: letters and digits that all have, and hyphens. */
function plainFolder(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  // Names that Windows keeps for devices.
  return plain === '' || /^(con|prn|aux|nul|com\d|lpt\d)$/.test(plain) ? `project-${plain}`.replace(/-$/, '') : plain;
}
