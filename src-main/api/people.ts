import { disputedPairs, peopleOf, settle } from '../app/comparing/people.ts';
import type { House } from '../app/kernel/house.ts';
import { beginnings, os } from './base.ts';

export const peopleApi = (house: House) =>
  os.people.use(beginnings).router({
    list: os.people.list.handler(({ signal }) => peopleOf(house, { signal })),
    disputed: os.people.disputed.handler(({ input, signal }) => disputedPairs(house, input, { signal })),
    settle: os.people.settle.handler(async ({ input }) => {
      await settle(house, input);
      return { key: input.key };
    }),
  });
