import { TiebreakError } from '../../contract/errors.ts';
import { noteDefect } from '../../log/defects.ts';
import { workInThread } from '../../worker/start.ts';
import type { House } from './house.ts';
import { elapsed } from './time-slices.ts';

/** So that people who begin do not wait for it, in ms. */
const soon = 30_000;
const aDay = 24 * 3600 * 1000;

/** Looks at the database soon after the start and once a day, beside the main thread, and tells every page what is wrong with it. */
export async function keepLooking(
  house: House,
  signal: AbortSignal,
  pauses = { first: soon, next: aDay },
): Promise<void> {
  let pause = pauses.first;
  while (await elapsed(pause, signal)) pause = (await lookAtHealth(house, signal)) ? pauses.next : pauses.first;
}

/** Looks at the database once. False where another one was restored meanwhile, which is to be looked at as soon. */
async function lookAtHealth(house: House, signal: AbortSignal): Promise<boolean> {
  const { store } = house;
  try {
    const problems = await workInThread({ job: 'health', path: store.path, thorough: false }, 'statistics', { signal });
    if (house.store !== store) return false;
    house.health.current = { lookedAt: new Date().toISOString(), problems };
    house.changes.tell('health');
  } catch (error) {
    if (error instanceof TiebreakError && error.code === 'busy') return false;
    if (!signal.aborted && house.store === store) noteDefect(error);
  }
  return true;
}
