import { disputedPairs, peopleOf, settle } from '../app/comparing/people.ts';
import type { House } from '../app/kernel/house.ts';
import { os } from './base.ts';

export const peopleApi = (house: House) =>
  os.people.router({
    list: os.people.list.handler(({ signal }) => peopleOf(house, { signal })),
    disputed: os.people.disputed.handler(({ input, signal }) => disputedPairs(house, input, { signal })),
    settle: os.people.settle.handler(async ({ input }) => {
      await settle(house, input);
      return { key: input.key };
    }),
  });
