import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lives } from './lives.ts';

/**
 * What is being written beside its place in folders of people's own. A program that ends takes it along; one that is killed can't, so a note in
 * the data folder names it, and the next start removes it.
 */
const notesOf = (home: string): string => join(home, 'outgoing');
const partialPattern = /^\..*\.[0-9a-f]{12}\.partial$/;

type Note = {
  readonly pid: number;
  readonly partial: string;
  /** Where a folder is to stand, whose predecessor waits beside it in the moment between two renames. */
  readonly target: string;
};

const unfinished = new Set<string>();
let listens = false;

/** Notes that `partial` is being written for `target`; gives what ends that. */
export function noteUnfinished(partial: string, target: string, home: string | undefined): () => void {
  unfinished.add(partial);
  if (!listens) process.once('exit', removeOwn);
  listens = true;
  const note = home === undefined ? null : writeNote(home, { pid: process.pid, partial, target });
  return () => {
    unfinished.delete(partial);
    if (note !== null) rmSync(note, { force: true });
  };
}

/** Removes what killed programs left beside the files and folders that they wrote. */
export function removeUnfinished(home: string): void {
  const folder = notesOf(home);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const note = readNote(join(folder, name));
    if (note && (unfinished.has(note.partial) || (note.pid !== process.pid && lives(note.pid)))) continue;
    // A disk that is not there at the moment may be there at the next start; what can't be removed is no reason not to start.
    try {
      if (note) remove(note);
      rmSync(join(folder, name), { force: true });
    } catch (error) {
      console.error(error);
    }
  }
}

function writeNote(home: string, note: Note): string | null {
  // One that was removed does not come back by this.
  if (!existsSync(home)) return null;
  const path = join(notesOf(home), `${note.pid}-${note.partial.slice(-'0123456789ab.partial'.length)}.json`);
  try {
    mkdirSync(notesOf(home), { recursive: true });
    writeFileSync(path, JSON.stringify(note));
    return path;
  } catch {
    // Where the data folder can only be read, there is no note.
    return null;
  }
}

function readNote(path: string): Note | null {
  try {
    const { pid, partial, target } = JSON.parse(readFileSync(path, 'utf8')) as Note;
    const name = partial.replace(/^.*[/\\]/, '');
    return Number.isSafeInteger(pid) && partialPattern.test(name) && typeof target === 'string'
      ? { pid, partial, target }
      : null;
  } catch {
    return null;
  }
}

function remove({ partial, target }: Note): void {
  const old = `${partial}.old`;
  if (existsSync(old) && !existsSync(target)) renameSync(old, target);
  for (const path of [partial, old]) rmSync(path, { recursive: true, force: true });
}

function removeOwn(): void {
  for (const path of unfinished) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      // The program ends: there is nobody left to tell.
    }
  }
}
