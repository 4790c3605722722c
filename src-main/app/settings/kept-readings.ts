import { hash } from 'node:crypto';
import { z } from 'zod';
import { TiebreakError } from '../../contract/errors.ts';
import { type FoundReading, type KeptReading, keptReadingSchema, type ReadingChoices } from '../../contract/reading.ts';
import { readSetting, writeSetting } from '../../store/settings.ts';
import type { House, WritingHouse } from '../kernel/house.ts';
import { withLockNow } from '../kernel/lock.ts';

/** What people said of how files are to be read, by what those files look like: followed for the next that looks the same. */

const name = 'readings';
const keptAtMost = 100;
const columnsKept = 20;
const keptSchema = z.array(z.unknown());

/** A short name for what a file looks like where nothing is said of it: its shape and the names of its columns. */
export function looksOf({ shape, columns }: FoundReading): string {
  return hash('sha256', JSON.stringify([shape, ...columns.map((column) => column.name)])).slice(0, 32);
}

/** What was said of the last file that looked so; null where nothing was. */
export function keptReading(house: House, looks: string): ReadingChoices | null {
  return allKept(house).find((kept) => kept.looks === looks)?.choices ?? null;
}

export const anyReadingKept = (house: House): boolean => allKept(house).length > 0;

/** All that is kept, the newest first. */
export const keptReadings = (house: House): readonly KeptReading[] => allKept(house).toReversed();

/** Keeps what was said of a file that looks so, in place of what was before; with null, forgets it. */
export function keepReading(
  house: WritingHouse,
  { file, found }: { readonly file: string; readonly found: FoundReading },
  choices: ReadingChoices | null,
): void {
  const looks = looksOf(found);
  const before = allKept(house);
  const others = before.filter((kept) => kept.looks !== looks);
  if (choices === null && others.length === before.length) return;
  const columns = found.columns.map((column) => column.name.slice(0, 200).toWellFormed()).slice(0, columnsKept);
  const at = new Date().toISOString();
  const { shape } = found;
  const kept = { looks, choices, file: file.slice(0, 1000).toWellFormed(), shape, columns, at };
  write(house, choices === null ? others : [...others, { ...kept, choices }]);
}

const forgetting = 'forgetting how files are read';

/** Forgets how files of one look are read. */
export function forgetKeptReading(house: House, { looks }: Pick<KeptReading, 'looks'>): void {
  withLockNow(house, forgetting, (writing) => {
    const before = allKept(writing);
    const others = before.filter((kept) => kept.looks !== looks);
    if (others.length < before.length) write(writing, others);
  });
}

/** Keeps again what was forgotten. What was kept of such files since is newer and stays. */
export function keepReadingAgain(house: House, reading: KeptReading): void {
  withLockNow(house, forgetting, (writing) => {
    const others = allKept(writing);
    if (others.some(({ looks }) => looks === reading.looks)) {
      throw new TiebreakError('nothing-to-do', 'How such files are read was kept anew meanwhile: that stays.');
    }
    write(
      writing,
      [...others, reading].toSorted((a, b) => (a.at ?? '').localeCompare(b.at ?? '')),
    );
  });
}

function write(house: WritingHouse, kept: readonly KeptReading[]): void {
  writeSetting(house.store, name, kept.slice(-keptAtMost));
  house.changes.tell('settings');
}

/** What does not fit, say from another version, is as if it were not kept. */
function allKept({ store }: Pick<House, 'store'>): readonly KeptReading[] {
  const kept = keptSchema.safeParse(readSetting(store, name)).data ?? [];
  return kept.flatMap((one) => keptReadingSchema.safeParse(one).data ?? []);
}
