import { narrow } from '../app/choosing/narrow.ts';
import { createComparing } from '../app/comparing/answering.ts';
import type { House } from '../app/kernel/house.ts';
import { secondLooks } from '../app/ranking/second-looks.ts';
import { beginnings, os } from './base.ts';

export const answersApi = (house: House) => {
  const comparing = createComparing(house);
  return os.answers.use(beginnings).router({
    nextPairs: os.answers.nextPairs.handler(async ({ input }) => ({
      pairs: await comparing.nextPairs(input.tab, input.count, input.anew),
    })),
    add: os.answers.add.handler(async ({ input }) => {
      await comparing.add(input);
      return { key: input.key };
    }),
    nextLists: os.answers.nextLists.handler(async ({ input }) => ({
      lists: await comparing.nextLists(input.tab, input.kind, input.count),
    })),
    addList: os.answers.addList.handler(async ({ input }) => {
      await comparing.addList(input);
      return { key: input.key };
    }),
    revokeList: os.answers.revokeList.handler(({ input }) => comparing.revokeList(input.key, input.tab)),
    ask: os.answers.ask.handler(({ input }) => comparing.ask(input)),
    revoke: os.answers.revoke.handler(({ input }) => comparing.revoke(input.key, input.tab)),
    skipped: os.answers.skipped.handler(({ input }) => comparing.skipped(input.limit)),
    narrow: os.answers.narrow.handler(({ input }) => narrow(house, input)),
    askSkipped: os.answers.askSkipped.handler(({ input }) => comparing.askSkipped(input.tab)),
    change: os.answers.change.handler(({ input }) => comparing.change(input.key, input.choice, input.note)),
    recent: os.answers.recent.handler(({ input }) => comparing.recent(input.limit, input.before)),
    secondLooks: os.answers.secondLooks.handler(({ signal }) => secondLooks(house, undefined, signal)),
    confirm: os.answers.confirm.handler(({ input }) => comparing.confirm(input.key)),
    summary: os.answers.summary.handler(() => comparing.summary()),
  });
};
