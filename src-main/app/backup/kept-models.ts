import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, link, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { contentOfFolder } from '../../checkpoint/folder-content.ts';
import { writeWholeFolder } from '../../disk/whole.ts';
import { backupsFolder } from './automatic-folder.ts';

const folderOfKept = (home: string, checksum: string): string => join(backupsFolder(home), 'models', checksum);

/**
 * Keeps the files of a model for backups, each model once, whatever it is called, and gives what it is kept by; null where they are not all there. Where
 * the disk knows links they take no room of their own: a model's files are never written to, only replaced.
 */
export async function keepModel(home: string, folder: string): Promise<string | null> {
  const found = await modelIn(join(home, folder));
  if (!found) return null;
  const target = folderOfKept(home, found.checksum);
  if (!existsSync(target)) {
    await mkdir(dirname(target), { recursive: true });
    await writeWholeFolder(target, (partial) => bring(join(home, folder), partial, found.files));
  }
  return found.checksum;
}

/**
 * Brings a model that is kept to a new folder.
 * @param checksum null where it was not kept with its backup
 * @param now where a model of that name lies now: the same one where what was kept is gone
 * @returns whether it is there
 */
export async function bringModel(home: string, checksum: string | null, target: string, now: string): Promise<boolean> {
  for (const source of [...(checksum === null ? [] : [folderOfKept(home, checksum)]), now]) {
    const found = await modelIn(source);
    if (!found || (checksum !== null && found.checksum !== checksum)) continue;
    await mkdir(target, { recursive: true });
    await bring(source, target, found.files);
    return true;
  }
  return false;
}

/** Removes the models that no backup names. */
export async function removeOtherModels(home: string, named: ReadonlySet<string>): Promise<void> {
  const folder = join(backupsFolder(home), 'models');
  const names = await readdir(folder).catch((): string[] => []);
  for (const name of names) {
    if (/^[0-9a-f]{64}$/.test(name) && !named.has(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

/**
 * The files of a model, and its checksum: that of its manifest, which holds the sums of the others, and of their names and sizes. Null where
 * a file is missing.
 */
async function modelIn(
  folder: string,
): Promise<{ readonly checksum: string; readonly files: readonly string[] } | null> {
  const { files, manifest } = await contentOfFolder(folder);
  try {
    const sizes = await Promise.all(files.map(async (name) => `${name} ${(await stat(join(folder, name))).size}`));
    const text = await readFile(join(folder, manifest), 'utf8');
    const checksum = hash('sha256', [manifest, text, ...sizes.toSorted()].join('\n'), 'hex');
    return { checksum, files: [manifest, ...files] };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return null;
  }
}

async function bring(from: string, to: string, files: readonly string[]): Promise<void> {
  for (const name of files) {
    const [source, target] = [join(from, name), join(to, name)];
    await mkdir(dirname(target), { recursive: true });
    try {
      await link(source, target);
    } catch {
      // Not every disk knows links.
      await copyFile(source, target);
    }
  }
}
