import type { Work } from '../work.ts';

const rounds = 30;

/** Settings, one after the other: the last that was told, or the next one. */
export const settings: Work = {
  share: 40,
  engine: false,
  perform: async ({ client }, tell) => {
    for (let goal = 1; goal <= rounds; goal++) {
      await client.settings.set({ goal, guidelines: `Guidelines ${goal}\n`.repeat(50) });
      tell({ goal });
    }
  },
  missing: async ({ client }, told) => {
    const { goal, guidelines } = await client.settings.get();
    const last = Number(told.at(-1)?.goal ?? 0);
    if (last > 0 && goal !== last && goal !== last + 1) return [`The goal was told as ${last} and is ${goal}.`];
    return goal <= rounds && guidelines !== '' && !guidelines.startsWith(`Guidelines ${goal}\n`)
      ? ['Two settings that were set together are of different times.']
      : [];
  },
  goOn: async ({ client }) => {
    await client.settings.set({ goal: rounds, guidelines: '' });
  },
  outcome: ({ client }) => client.settings.get(),
};
