import { createComparing } from '../app/comparing/answering.ts';
import type { House } from '../app/kernel/house.ts';
import { os } from './base.ts';

export const compareApi = (house: House) => {
  const comparing = createComparing(house);
  return os.compare.router({
    next: os.compare.next.handler(async ({ input }) => ({ pairs: await comparing.next(input.client, input.count) })),
    answer: os.compare.answer.handler(async ({ input }) => {
      await comparing.answer(input);
      return { key: input.key };
    }),
    revoke: os.compare.revoke.handler(({ input }) => comparing.revoke(input.key, input.client)),
    change: os.compare.change.handler(({ input }) => comparing.change(input.key, input.answer, input.note)),
    recent: os.compare.recent.handler(({ input }) => ({ answers: comparing.recent(input.limit, input.before) })),
    summary: os.compare.summary.handler(() => comparing.summary()),
  });
};
