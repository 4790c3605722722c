import { statSync } from 'node:fs';
import { join } from 'node:path';
import { TiebreakError } from '../../contract/errors.ts';
import { makeFolder } from '../../disk/folder.ts';
import { writeWholeFileNow, writeWholeFolderNow } from '../../disk/whole.ts';
import { copyOlder, olderForm } from '../../store/checked-copy.ts';
import { headOf, noteTrouble } from './automatic.ts';
import { backupsFolder, folderOfBackup, manifestOfBackup, nextId, stateOf } from './automatic-folder.ts';
import { databaseName } from './backup.ts';

/**
 * Makes a backup of a database that is about to be brought up to date, as it is, in one turn: before it was opened there is nobody to wait. Models are not
 * touched by that, and are kept from the next backup on. Where none can be made, that is said, and the database is opened all the same.
 */
export function backUpBeforeMigration(home: string, database: string): void {
  try {
    const schema = olderForm(database);
    if (schema === null) return;
    makeFolder(backupsFolder(home));
    const now = new Date();
    const state = stateOf(database);
    writeWholeFolderNow(folderOfBackup(home, nextId(home, now)), (folder) => {
      const copy = join(folder, databaseName);
      const made = copyOlder(database, copy);
      if (made === null) throw new NothingInIt();
      const manifest = {
        ...headOf({ reason: 'migration', about: null, now, state, schema }),
        bytes: statSync(copy).size,
        holds: made.holds,
        models: made.models.map(({ name, folder: own }) => ({ name, folder: own, checksum: null })),
      };
      writeWholeFileNow(join(folder, manifestOfBackup), JSON.stringify(manifest, null, 2));
    });
  } catch (error) {
    if (error instanceof NothingInIt) return;
    // Whoever opens it says what is wrong with it.
    const why = error instanceof TiebreakError ? error.message : (error as NodeJS.ErrnoException).code;
    noteTrouble(
      home,
      `Before the database was brought up to date no backup could be made (${why}). It was brought up to date all the same.`,
    );
  }
}

/** What is empty needs no backup. */
class NothingInIt extends Error {}
