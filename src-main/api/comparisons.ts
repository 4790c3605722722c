import type { House } from '../app/house.ts';
import { exportContext } from '../app/training/context-export.ts';
import { goOnWithContext, startContext } from '../app/training/context-tasks.ts';
import { findComparison, listComparisons } from '../store/context-comparisons.ts';
import { os } from './base.ts';

export const comparisonsApi = (house: House) =>
  os.comparisons.router({
    start: os.comparisons.start.handler(({ input }) => ({ task: startContext(house, input) })),
    goOn: os.comparisons.goOn.handler(({ input }) => ({ task: goOnWithContext(house, input.comparison) })),
    list: os.comparisons.list.handler(() => ({ comparisons: listComparisons(house.store) })),
    export: os.comparisons.export.handler(({ input }) => exportContext(house, input.comparison)),
    get: os.comparisons.get.handler(({ input }) => findComparison(house.store, input.comparison)),
  });
