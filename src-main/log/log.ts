import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { redacted, redactedError } from './redact.ts';

/**
 * What the open app did and what went wrong, for a person who reports it: one JSON object a line, in files that take turns. A line is on the disk
 * when the call returns, since the last one before a crash is the one that is wanted; there are few, and logging never throws.
 */
export type Log = {
  readonly folder: string;
  readonly write: (level: Level, event: string, facts?: Facts) => void;
  /** A defect, with where it came about. */
  readonly failed: (event: string, error: unknown) => void;
  /** The last lines, oldest first. */
  readonly last: (lines: number) => readonly string[];
};
type Level = 'info' | 'warn' | 'error';
type Facts = Readonly<Record<string, string | number | boolean | null>>;

/** So much is kept, and no more. */
const logFiles = 5;
const logBytes = 1_000_000;

/** The folder of a data folder's logs. */
const logFolder = (home: string): string => join(home, 'logs');

/** For commands, which say what they do where they are called. */
export const noLog = (home: string): Log => ({
  folder: logFolder(home),
  write: () => {},
  failed: () => {},
  last: () => [],
});

/**
 * Only one process writes at a time: the one that holds the data folder's lock.
 * @param installation the folder of the program's own files
 */
export function openLog(home: string, installation: string, bounds = { files: logFiles, bytes: logBytes }): Log {
  const folder = logFolder(home);
  const file = (age: number): string => join(folder, age === 0 ? 'tiebreak.log' : `tiebreak.${age}.log`);
  const add = (entry: object): void => {
    try {
      const line = `${JSON.stringify(entry)}\n`;
      // Not the data folder itself: where that is gone, it stays gone.
      if (!existsSync(folder)) mkdirSync(folder);
      const bytes = statSync(file(0), { throwIfNoEntry: false })?.size ?? 0;
      if (bytes > 0 && bytes + Buffer.byteLength(line) > bounds.bytes) turn();
      appendFileSync(file(0), line, { mode: 0o600 });
    } catch {
      // A full disk, or a folder that is gone, is told where work fails for it.
    }
  };
  const turn = (): void => {
    rmSync(file(bounds.files - 1), { force: true });
    for (let age = bounds.files - 2; age >= 0; age--) {
      if (statSync(file(age), { throwIfNoEntry: false })) renameSync(file(age), file(age + 1));
    }
  };
  const begin = (level: Level, event: string): object => ({ time: new Date().toISOString(), level, event });
  return {
    folder,
    write: (level, event, facts = {}) => {
      const plain = Object.entries(facts).map(([name, fact]) => [
        name,
        typeof fact === 'string' ? redacted(fact) : fact,
      ]);
      add({ ...begin(level, event), ...Object.fromEntries(plain) });
    },
    failed: (event, error) => add({ ...begin('error', event), error: redactedError(error, installation) }),
    last: (lines) => {
      const read = (age: number): readonly string[] => {
        try {
          return readFileSync(file(age), 'utf8').split('\n').filter(Boolean);
        } catch {
          return [];
        }
      };
      const newest = read(0);
      return (newest.length >= lines ? newest : [...read(1), ...newest]).slice(-lines);
    },
  };
}
