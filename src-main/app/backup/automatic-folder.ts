import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type AutomaticBackup, backupReasons } from '../../contract/backups.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { noteDefect } from '../../log/defects.ts';
import { databaseName } from './backup.ts';

/*
 * Where automatic backups lie in the data folder: each is a folder with a database and a manifest, which appears whole or not at all; the files of models lie
 * beside them, each model once, by its checksum.
 *
 *   backups/2026-01-31-7/tiebreak.sqlite
 *   backups/2026-01-31-7/backup.json
 *   backups/models/CHECKSUM/...
 */
export const backupsFolder = (home: string): string => join(home, 'backups');
export const folderOfBackup = (home: string, id: string): string => join(backupsFolder(home), id);
export const manifestOfBackup = 'backup.json';

const idPattern = /^(\d{4}-\d\d-\d\d)-(\d{1,9})$/;
/** What was being written, or removed, when a program was killed. */
const leftPattern = /^\..+\.partial(\.old)?$/;

const count = z.int().min(0);
const manifestSchema = z.object({
  format: z.literal(1),
  tiebreak: z.string(),
  createdAt: z.iso.datetime(),
  reason: z.enum(backupReasons),
  about: z.string().nullable(),
  /** The number of the last migration of its database. */
  schema: count,
  bytes: count,
  holds: z.object({
    posts: count,
    comments: count,
    answers: count,
    imports: count,
    models: count,
    runs: count,
    reports: count,
  }),
  models: z.array(
    z.object({
      name: z.string(),
      folder: z.string(),
      /** Null where its files were not there when the backup was made. */
      checksum: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .nullable(),
    }),
  ),
  /** How the files of the database stood just before: whether something was written since. */
  state: z.string(),
});
export type BackupManifest = z.output<typeof manifestSchema>;

/** A backup that is whole, as far as its manifest and its size say. */
export type KeptBackup = Omit<BackupManifest, 'format'> & { readonly id: string };

/**
 * All automatic backups that are there, the newest first, by the order in which they were made. What is no whole backup is none.
 * @param home the data folder
 */
export function keptBackups(home: string): readonly KeptBackup[] {
  return namesIn(home)
    .flatMap((name) => {
      const number = numberOf(name);
      const manifest = number === null ? null : readManifest(home, name);
      return manifest ? [{ number: number!, backup: { ...manifest, id: name } }] : [];
    })
    .sort((a, b) => b.number - a.number)
    .map(({ backup }) => backup);
}

/**
 * The same as people see them: what each is called, when and why it was made, and what it holds.
 * @param home the data folder
 */
export function automaticBackups(home: string): readonly AutomaticBackup[] {
  return keptBackups(home).map(({ id, createdAt, reason, about, bytes, holds, models }) => ({
    id,
    createdAt,
    reason,
    about,
    bytes,
    holds,
    models: models.map(({ name }) => name),
  }));
}

/** The backup of this name, or of this number alone; says so where there is none. */
export function findBackup(home: string, given: string): KeptBackup {
  const found = keptBackups(home).find(({ id }) => id === given || String(numberOf(id)) === given);
  if (found) return found;
  const message = `There is no automatic backup ${given.slice(0, 100)}, or it is not whole. Nothing was changed: 'tiebreak backups list' lists those there are.`;
  throw new TiebreakError('not-found', message);
}

/** What the next one is called. Its number is greater than all there are, so that no clock decides which is the newest. */
export function nextId(home: string, now: Date): string {
  const numbers = namesIn(home).flatMap((name) => numberOf(name.replace(/^\./, '').replace(/\..*$/, '')) ?? []);
  return `${now.toISOString().slice(0, 10)}-${numbers.reduce((most, number) => Math.max(most, number), 0) + 1}`;
}

/** Removes a backup: first it is none any more, then its files go. */
export async function removeBackup(home: string, id: string): Promise<void> {
  const going = join(backupsFolder(home), `.${id}.removed.partial`);
  await rm(going, { recursive: true, force: true });
  await rename(folderOfBackup(home, id), going);
  await rm(going, { recursive: true, force: true });
}

/** Removes what a program that was killed left of a backup that it made or removed. For who is alone in the data folder, and makes none. */
export function removeLeftBackups(home: string): void {
  for (const folder of [backupsFolder(home), join(backupsFolder(home), 'models')]) {
    for (const name of namesOf(folder)) {
      if (!leftPattern.test(name)) continue;
      try {
        rmSync(join(folder, name), { recursive: true, force: true });
      } catch (error) {
        // It is in nobody's way.
        noteDefect(error);
      }
    }
  }
}

/** How the files of a database stand: this differs once something was written to it. */
export function stateOf(database: string): string {
  const [file, log] = [database, `${database}-wal`].map((path) => statSync(path, { throwIfNoEntry: false }));
  // An empty log was only opened.
  return [file, log && log.size > 0 ? log : undefined]
    .map((found) => (found ? `${found.size}-${found.mtimeMs}` : ''))
    .join(' ');
}

const numberOf = (name: string): number | null => {
  const found = idPattern.exec(name);
  return found ? Number(found[2]) : null;
};

const namesIn = (home: string): readonly string[] => namesOf(backupsFolder(home));

function namesOf(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** Null where it can't be read, or where its database is not there as it was written. */
function readManifest(home: string, id: string): BackupManifest | null {
  try {
    const folder = folderOfBackup(home, id);
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(folder, manifestOfBackup), 'utf8')));
    return statSync(join(folder, databaseName)).size === manifest.bytes ? manifest : null;
  } catch {
    return null;
  }
}
