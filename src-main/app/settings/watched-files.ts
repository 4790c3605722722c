import { z } from 'zod';
import { readSetting, writeSetting } from '../../store/settings.ts';
import type { House } from '../kernel/house.ts';
import { withLockNow } from '../kernel/lock.ts';

/** What tells one state of a file from another, without reading it. */
export type Stand = { readonly bytes: number; readonly mtimeMs: number };

const stand = z.object({ bytes: z.number(), mtimeMs: z.number() });
const schema = z.record(z.string(), z.record(z.string(), stand));
const name = 'watchedFiles';
/** Of one folder; the oldest are forgotten. */
const mostFiles = 20_000;

const all = ({ store }: Pick<House, 'store'>): Readonly<Record<string, Readonly<Record<string, Stand>>>> =>
  schema.safeParse(readSetting(store, name)).data ?? {};

/** What came in of a watched folder before, by the names of its files. */
export function watchedBefore(house: House, folder: string): Readonly<Record<string, Stand>> {
  return all(house)[folder] ?? {};
}

/** Keeps that a file came in as it stands now. Throws TiebreakError busy where another process writes. */
export function rememberWatched(house: House, folder: string, file: string, now: Stand): void {
  withLockNow(house, 'watching a folder', ({ store }) => {
    const before = all({ store });
    const { [file]: _, ...others } = before[folder] ?? {};
    const kept = Object.entries(others).slice(1 - mostFiles);
    writeSetting(store, name, { ...before, [folder]: { ...Object.fromEntries(kept), [file]: now } });
  });
}
