import { type AutomaticBackup, backupReasons } from '../../contract/backups.ts';

const days = 7;
const weeks = 4;
/** Of those made before something, or by hand: several such things may be done on one day. */
const ofReason = 3;
const dayMs = 24 * 3600 * 1000;

type Dated = Pick<AutomaticBackup, 'id' | 'createdAt' | 'reason'>;

/**
 * Which backups may go: all but the newest of each of the last seven days that have one, of each of the last four weeks that have one, and the newest
 * three of each reason other than the day. Days without a backup do not count, and what is newest goes by the order in which they were made: so neither a clock that was set nor
 * months in which nobody came in ever take the last one.
 * @param backups whole ones, the newest first
 */
export function toBePruned<T extends Dated>(backups: readonly T[]): readonly T[] {
  const stays = new Set<T>([
    ...newestOfEach(backups, dayOf, days),
    // Weeks begin on Monday; the first of January 1970 was a Thursday.
    ...newestOfEach(backups, (backup) => Math.floor((dayOf(backup) + 3) / 7), weeks),
    ...backupReasons
      .filter((reason) => reason !== 'daily')
      .flatMap((reason) => backups.filter((backup) => backup.reason === reason).slice(0, ofReason)),
  ]);
  return backups.filter((backup) => !stays.has(backup));
}

const dayOf = ({ createdAt }: Dated): number => Math.floor(Date.parse(createdAt) / dayMs);

/** The first of each of so many groups, in the order in which they come. */
function newestOfEach<T>(backups: readonly T[], groupOf: (backup: T) => unknown, most: number): readonly T[] {
  const seen = new Map<unknown, T>();
  for (const backup of backups) {
    const group = groupOf(backup);
    if (!seen.has(group) && seen.size < most) seen.set(group, backup);
  }
  return [...seen.values()];
}
