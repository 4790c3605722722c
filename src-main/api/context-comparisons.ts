import type { House } from '../app/kernel/house.ts';
import { comparisonOf, comparisonsOf } from '../app/training/context-comparison.ts';
import { exportContext } from '../app/training/context-export.ts';
import { goOnWithContext, startContext } from '../app/training/context-tasks.ts';
import { os } from './base.ts';

export const comparisonsApi = (house: House) =>
  os.comparisons.router({
    start: os.comparisons.start.handler(({ input }) => ({ task: startContext(house, input) })),
    goOn: os.comparisons.goOn.handler(({ input }) => ({ task: goOnWithContext(house, input.comparison) })),
    list: os.comparisons.list.handler(() => ({ comparisons: comparisonsOf(house) })),
    export: os.comparisons.export.handler(({ input }) => exportContext(house, input.comparison)),
    get: os.comparisons.get.handler(({ input }) => comparisonOf(house, input.comparison)),
  });
