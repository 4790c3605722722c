import type { House } from '../app/kernel/house.ts';
import { comparisonOf, comparisonsOf } from '../app/training/context-comparison.ts';
import { exportContext } from '../app/training/context-export.ts';
import { goOnWithContext, startContext } from '../app/training/context-tasks.ts';
import { os } from './base.ts';

export const contextComparisonsApi = (house: House) =>
  os.contextComparisons.router({
    start: os.contextComparisons.start.handler(({ input }) => ({ task: startContext(house, input) })),
    goOn: os.contextComparisons.goOn.handler(({ input }) => ({ task: goOnWithContext(house, input.comparison) })),
    list: os.contextComparisons.list.handler(() => ({ comparisons: comparisonsOf(house) })),
    export: os.contextComparisons.export.handler(({ input }) => exportContext(house, input.comparison)),
    get: os.contextComparisons.get.handler(({ input }) => comparisonOf(house, input.comparison)),
  });
