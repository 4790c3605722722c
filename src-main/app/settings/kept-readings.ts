import { hash } from 'node:crypto';
import { z } from 'zod';
import { type FoundReading, type ReadingChoices, readingChoices } from '../../contract/reading.ts';
import { readSetting, writeSetting } from '../../store/settings.ts';
import type { House, WritingHouse } from '../kernel/house.ts';

/** What people said of how files are to be read, by what those files look like: followed for the next that looks the same. */

const name = 'readings';
const keptAtMost = 100;
const keptSchema = z.array(z.object({ looks: z.string(), choices: readingChoices }));
type Kept = z.output<typeof keptSchema>;

/** A short name for what a file looks like where nothing is said of it: its shape and the names of its columns. */
export function looksOf({ shape, columns }: FoundReading): string {
  return hash('sha256', JSON.stringify([shape, ...columns.map((column) => column.name)])).slice(0, 32);
}

/** What was said of the last file that looked so; null where nothing was. */
export function keptReading(house: House, looks: string): ReadingChoices | null {
  return allKept(house).find((kept) => kept.looks === looks)?.choices ?? null;
}

export const anyReadingKept = (house: House): boolean => allKept(house).length > 0;

/** Keeps what was said of a file that looks so, in place of what was before; with null, forgets it. */
export function keepReading(house: WritingHouse, looks: string, choices: ReadingChoices | null): void {
  const before = allKept(house);
  const others = before.filter((kept) => kept.looks !== looks);
  if (choices === null && others.length === before.length) return;
  const kept: Kept = choices === null ? others : [...others, { looks, choices }];
  writeSetting(house.store, name, kept.slice(-keptAtMost));
}

/** Where what is kept does not fit, say from another version, it is as if nothing were. */
function allKept({ store }: House): Kept {
  return keptSchema.safeParse(readSetting(store, name)).data ?? [];
}
