import type { OlderCopy } from '../../contract/erasing.ts';
import { automaticBackups } from '../backup/automatic-folder.ts';
import { putAsideOf } from '../backup/put-aside.ts';
import type { House } from '../kernel/house.ts';

/**
 * What still holds what is erased now: older states in the data folder and automatic backups, the newest first. Backups that a person took elsewhere are not known
 * here. Whatever else keeps older states in the data folder is to be listed here as well.
 */
export async function olderCopies(house: House): Promise<readonly OlderCopy[]> {
  const aside = (await putAsideOf(house)).map(({ name, from, bytes }) => ({ name, at: from, bytes }));
  const backups = automaticBackups(house.home).map(({ id, createdAt, bytes }) => ({
    name: `backups/${id}`,
    at: createdAt,
    bytes,
  }));
  return [...aside, ...backups].sort((a, b) => b.at.localeCompare(a.at));
}
