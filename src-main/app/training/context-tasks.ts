import type { z } from 'zod';
import type { contextInput } from '../../contract/calls.ts';
import type { House } from '../kernel/house.ts';
import { checkContextCall, compareContext, resumeContext, unfinishedComparison } from './context-comparison.ts';
import { refuseSecond } from './training-tasks.ts';

const title = 'With and without the post';

/** Starts a comparison, and gives the number of its task. What can't be done is refused at once. */
export function startContext(house: House, call: z.output<typeof contextInput>): number {
  refuseSecond(house);
  const checked = checkContextCall(call);
  return house.tasks.start('context', title, (hooks) => compareContext(house, { ...checked, compare: true }, hooks));
}

/** Goes on with a comparison that was broken off, and gives the number of the task. */
export function goOnWithContext(house: House, comparison: number): number {
  refuseSecond(house);
  unfinishedComparison(house, comparison);
  return house.tasks.start('context', title, (hooks) => resumeContext(house, { comparison, compare: true }, hooks));
}
