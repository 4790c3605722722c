import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { noData, sortOut } from '../../common/data-files.ts';
import { isPooling, modelNames } from '../../common/model-files.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { FileOffer, TakenFile } from '../../contract/files.ts';
import { fill } from '../../disk/fill.ts';

/** Files on their way in or out, by handle. Copies live in a folder of the data folder until nobody has asked for them for a while, or this process ends. */
export type Files = {
  /** Takes in what a door streams. */
  readonly take: (content: Readable, name: string) => Promise<TakenFile>;
  /** Takes in a file that the person chose in a dialog of the system; it is read where it lies. */
  readonly takePath: (path: string) => Promise<TakenFile>;
  /** Takes in the files of a folder that a model may be made of, likewise. */
  readonly takeFolder: (path: string) => Promise<readonly TakenFile[]>;
  /** The same for files with data; says so where there are none. */
  readonly takeDataFolder: (path: string) => Promise<readonly TakenFile[]>;
  /** Makes a file that is taken in, under whatever name people know it by. `make` writes to the path it is given. */
  readonly takeMade: (name: string, make: (path: string) => Promise<unknown>) => Promise<TakenFile>;
  /** Makes a file and offers it. `make` writes to the path it is given. */
  readonly offer: (name: string, make: (path: string) => Promise<unknown>) => Promise<FileOffer>;
  /** Where the file is, and what it is called; says so where there is no such file. */
  readonly find: (handle: string) => { readonly path: string; readonly name: string; readonly bytes: number };
  /** Removes the copies that were made by now, also by processes that crashed; their handles are no longer known. */
  readonly forgetCopies: () => void;
  /** Removes the copies of this process. */
  readonly close: () => void;
};

type Entry = { readonly path: string; readonly name: string; readonly bytes: number };

/** How long, in ms, a copy stays that nobody asks for: what is offered is fetched at once or not at all; what came in may be looked at for a day, and imported then. */
const kept = { out: 3_600_000, in: 86_400_000 } as const;
const lookedAfterEvery = 600_000;

const folderOf = (home: string): string => join(home, 'transfers');

/** Removes what processes that ended in a crash left behind. To be called by who is alone in the data folder. */
export function removeLeftFiles(home: string): void {
  rmSync(folderOf(home), { recursive: true, force: true });
}

/**
 * @param home the data folder
 * @param now a clock in ms
 */
export function createFiles(home: string, now: () => number = () => performance.now()): Files {
  const folder = folderOf(home);
  const entries = new Map<string, Entry>();
  /** The paths of copies, with how long each stays, and when somebody last asked for it. */
  const copies = new Map<string, { readonly kept: number; used: number }>();
  /** How often all of them were removed. */
  let forgotten = 0;

  const keep = async (handle: string, path: string, name: string): Promise<TakenFile> => {
    const { size } = await stat(path);
    entries.set(handle, { path, name, bytes: size });
    return { handle, name, bytes: size };
  };
  const dropUnused = (): void => {
    for (const [path, copy] of copies) {
      if (now() - copy.used < copy.kept) continue;
      try {
        rmSync(path, { force: true });
      } catch {
        // Some systems keep what is open: the next time.
        continue;
      }
      copies.delete(path);
      for (const [handle, entry] of entries) if (entry.path === path) entries.delete(handle);
    }
  };
  const timer = setInterval(dropUnused, lookedAfterEvery);
  timer.unref();
  const makeAs = async (
    way: keyof typeof kept,
    name: string,
    write: (path: string) => Promise<unknown>,
  ): Promise<TakenFile> => {
    dropUnused();
    const handle = randomBytes(18).toString('base64url');
    mkdirSync(folder, { recursive: true });
    // The name is for people and never becomes part of a path.
    const before = forgotten;
    const path = join(folder, handle);
    // Not before it is made, however long that takes.
    const copy = { kept: kept[way], used: Number.POSITIVE_INFINITY };
    copies.set(path, copy);
    try {
      await write(path);
      const file = await keep(handle, path, name);
      copy.used = now();
      return file;
    } catch (error) {
      await rm(path, { force: true });
      copies.delete(path);
      throw forgotten === before ? error : removedMeanwhile(error);
    }
  };
  return {
    take: (content, name) => makeAs('in', plainName(name), (path) => fill(path, (target) => pipeline(content, target))),
    takePath: (path) => keep(randomBytes(18).toString('base64url'), path, basename(path)),
    takeFolder: async (path) => {
      const entriesIn = await readdir(path, { withFileTypes: true });
      const names = entriesIn.flatMap((entry) => {
        if (!entry.isDirectory()) return [entry.name];
        const deeper = `${entry.name}/config.json`;
        return isPooling(deeper) && existsSync(join(path, deeper)) ? [deeper] : [];
      });
      const wanted = modelNames(names);
      const random = (): string => randomBytes(18).toString('base64url');
      const taken = wanted.map(async (name) => ({
        ...(await keep(random(), join(path, name), name)),
        folder: basename(path),
      }));
      return Promise.all(taken);
    },
    takeDataFolder: async (path) => {
      const names = (await readdir(path, { withFileTypes: true })).filter((entry) => !entry.isDirectory());
      const wanted = sortOut(names.map(({ name }) => name)).taken;
      if (wanted.length === 0) throw new TiebreakError('bad-input', noData(basename(path)));
      return Promise.all(wanted.map((name) => keep(randomBytes(18).toString('base64url'), join(path, name), name)));
    },
    takeMade: (name, write) => makeAs('in', name, write),
    offer: (name, write) => makeAs('out', plainName(name), write),
    find: (handle) => {
      const entry = entries.get(handle);
      if (!entry) {
        throw new TiebreakError('not-found', 'This file is no longer there: choose it, or make it, once more.');
      }
      const copy = copies.get(entry.path);
      if (copy) copy.used = now();
      return entry;
    },
    forgetCopies: () => {
      forgotten++;
      removeLeftFiles(home);
      for (const [handle, { path }] of entries) if (copies.has(path)) entries.delete(handle);
      copies.clear();
    },
    close: () => {
      clearInterval(timer);
      for (const path of copies.keys()) rmSync(path, { force: true });
      // Another process may have copies of its own there.
      if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
    },
  };
}

function removedMeanwhile(cause: unknown): TiebreakError {
  const message =
    'Something was deleted for good meanwhile, and with it all files on their way. Nothing else was changed: try again.';
  return new TiebreakError('busy', message, { cause });
}

/** A name that every system accepts, without folders. */
function plainName(name: string): string {
  const plain = name
    .replace(/^.*[/\\]/, '')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
    .replace(/[\u0000-\u001f\u007f<>:"|?*]/g, '_')
    .slice(-150);
  return plain === '' || plain === '.' || plain === '..' ? 'file' : plain;
}
