import {
  allowAgain,
  erasuresOf,
  planCorrection,
  planErasure,
  startCorrection,
  startErase,
} from '../app/erasing/erase.ts';
import type { House } from '../app/kernel/house.ts';
import { os } from './base.ts';

export const erasingApi = (house: House) =>
  os.erasing.router({
    plan: os.erasing.plan.handler(({ input, signal }) => planErasure(house, input, { signal })),
    erase: os.erasing.erase.handler(({ input }) => ({ task: startErase(house, input) })),
    planCorrection: os.erasing.planCorrection.handler(({ input, signal }) => planCorrection(house, input, { signal })),
    correct: os.erasing.correct.handler(({ input }) => ({ task: startCorrection(house, input) })),
    list: os.erasing.list.handler(() => ({ erasures: erasuresOf(house) })),
    allow: os.erasing.allow.handler(({ input }) => allowAgain(house, input.erasure)),
  });
