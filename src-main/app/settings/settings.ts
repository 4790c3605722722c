import { TiebreakError } from '../../contract/errors.ts';
import { defaultSettings, type Settings, settingsSchema } from '../../contract/settings.ts';
import { noteDefect } from '../../log/defects.ts';
import { inTransaction } from '../../store/open.ts';
import { readSettings, writeSetting } from '../../store/settings.ts';
import type { House } from '../kernel/house.ts';
import { withLockNow } from '../kernel/lock.ts';

/** All settings. One that does not fit, say from another version, is as if it had never been set. */
export function settingsOf({ store }: Pick<House, 'store'>): Settings {
  const kept = readSettings(store);
  const fitting = Object.entries(settingsSchema.shape).flatMap(([name, schema]) => {
    const found = schema.safeParse(kept[name]);
    return found.success ? [[name, found.data] as const] : [];
  });
  return { ...defaultSettings, ...Object.fromEntries(fitting) } as Settings;
}

/** Changes some settings, all or none, and gives them all. */
export function changeSettings(
  house: House,
  changed: { readonly [K in keyof Settings]?: Settings[K] | undefined },
): Settings {
  withLockNow(house, 'changing settings', ({ store }) =>
    inTransaction(store, () => {
      for (const [name, value] of Object.entries(changed)) if (value !== undefined) writeSetting(store, name, value);
    }),
  );
  house.changes.tell('settings');
  return settingsOf(house);
}

/**
 * Notes that a ranking was exported. Where another process writes, or the folder can only be read, the next export notes it. Whatever else keeps it from
 * being kept is told as a defect: the export is done, and does not fail by it.
 */
export function noteExported(house: House): void {
  if (settingsOf(house).exported) return;
  try {
    changeSettings(house, { exported: true });
  } catch (error) {
    // 'bad-input' is the folder: what is set is no input of anybody's.
    const isExpected = error instanceof TiebreakError && (error.code === 'busy' || error.code === 'bad-input');
    if (!isExpected) noteDefect(error);
  }
}
