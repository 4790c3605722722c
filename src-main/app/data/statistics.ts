import { beside } from '../beside.ts';
import type { House } from '../house.ts';

/** Starts computing statistics beside the main thread, and gives the number of the task. */
export function startStatistics(house: House): number {
  return house.tasks.start('statistics', 'Computing statistics', (hooks) =>
    beside(house, 'statistics', house.store.path, 'statistics', hooks),
  );
}
