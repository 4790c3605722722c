import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

/** A disk of its own in memory: it can become full, and can be made one that is only read. Only root may make one. */
type SmallDisk = {
  readonly path: string;
  /** Fills it but for so many bytes. */
  readonly fill: (left: number) => void;
  readonly makeRoom: () => void;
  readonly readOnly: (only: boolean) => void;
  readonly remove: () => void;
};

const run = (command: string, ...args: readonly string[]): void => {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
};

/** Why there can be none here; null where there can. */
export function whyNoDisk(folder: string): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root on Linux can make a small disk';
  try {
    smallDisk(join(folder, 'try'), 1).remove();
    return null;
  } catch (error) {
    return `no small disk can be made here (${(error as Error).message.trim()})`;
  }
}

export function smallDisk(path: string, megabytes: number): SmallDisk {
  mkdirSync(path, { recursive: true });
  run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path);
  const resize = (bytes: number): void => run('mount', '-o', `remount,size=${Math.ceil(bytes / 4096) * 4096}`, path);
  return {
    path,
    // Made as small as what is on it: no byte need be written.
    fill: (left) => {
      const { blocks, bfree, bsize } = statfsSync(path);
      resize((blocks - bfree) * bsize + left + 4096);
    },
    makeRoom: () => resize(megabytes * 2 ** 20),
    readOnly: (only) => run('mount', '-o', `remount,${only ? 'ro' : 'rw'}`, path),
    remove: () => {
      run('umount', path);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Copies the folder of a case onto it. */
export function copyTo(disk: SmallDisk, folder: string): string {
  const place = join(disk.path, 'case');
  cpSync(folder, place, { recursive: true });
  return place;
}
