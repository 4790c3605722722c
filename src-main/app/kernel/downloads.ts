import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { House } from './house.ts';

const keptDays = 30;

/**
 * The folder for what is fetched of something, whose name says its version. What an earlier try left is there; what was begun long ago
 * and never finished is removed.
 */
export const downloadFolder = (house: Pick<House, 'home'>, what: string): Promise<string> =>
  folderFor(join(house.home, 'downloads'), what);

/** The same for what is sent. */
export const uploadFolder = (house: Pick<House, 'home'>, what: string): Promise<string> =>
  folderFor(join(house.home, 'uploads'), what);

async function folderFor(all: string, what: string): Promise<string> {
  for (const name of await readdir(all).catch(() => [])) {
    const path = join(all, name);
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > keptDays * 86_400_000) await rm(path, { recursive: true, force: true });
  }
  const folder = join(all, createHash('sha256').update(what).digest('hex').slice(0, 32));
  await mkdir(folder, { recursive: true });
  return folder;
}

/** Whether the data folder's disk has room for so many bytes. */
export async function hasRoom({ home }: Pick<House, 'home'>, bytes: number): Promise<boolean> {
  const { bavail, bsize } = await statfs(home);
  return bavail * bsize >= bytes;
}
