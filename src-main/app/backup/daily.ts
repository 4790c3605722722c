import { TiebreakError } from '../../contract/errors.ts';
import { noteDefect } from '../../log/defects.ts';
import { holdsAnything } from '../../store/holdings.ts';
import type { House } from '../kernel/house.ts';
import { refuseWhile } from '../kernel/tasks.ts';
import { elapsed } from '../kernel/time-slices.ts';
import { settingsOf } from '../settings/settings.ts';
import { startAutomatic } from './automatic.ts';
import { keptBackups, stateOf } from './automatic-folder.ts';

/** So that people who begin do not wait for it, in ms. */
const soon = 45_000;
const anHour = 3600 * 1000;
const aDay = 24 * anHour;

/** Makes a backup soon after the start and then once a day, where anything was written since the last one, beside the main thread. */
export async function keepBackingUp(
  house: House,
  signal: AbortSignal,
  pauses = { first: soon, next: anHour },
): Promise<void> {
  let pause = pauses.first;
  while (await elapsed(pause, signal)) {
    pause = pauses.next;
    try {
      if (!isDue(house)) continue;
      refuseWhile(house, (kind) => kind === 'restore' || kind === 'automatic-backup');
      const task = startAutomatic(house, { reason: 'daily' }, 'Daily backup');
      const cancel = (): void => house.tasks.cancel(task);
      signal.addEventListener('abort', cancel, { once: true });
      try {
        await house.tasks.ended(task);
      } finally {
        // By then the task may be gone from the list.
        signal.removeEventListener('abort', cancel);
      }
      // One that was made need not be told of; one that was not is.
      if (house.tasks.find(task).state !== 'failed') house.tasks.dismiss(task);
    } catch (error) {
      // Something else goes on, or the task was taken from the list by hand: the next hour is another one.
      if (!(error instanceof TiebreakError)) noteDefect(error);
    }
  }
}

/**
 * Whether a day has passed since the last backup, and anything was written since. A last one from the future, by a clock that was set since, says nothing of how
 * long ago it was.
 */
export function isDue(house: Pick<House, 'home' | 'store'>, nowMs = Date.now()): boolean {
  if (house.store.copyOf !== undefined || !settingsOf(house).automaticBackups) return false;
  const last = keptBackups(house.home)[0];
  if (!last) return holdsAnything(house.store);
  const age = nowMs - Date.parse(last.createdAt);
  return (age >= aDay || age < 0) && last.state !== stateOf(house.store.path);
}
