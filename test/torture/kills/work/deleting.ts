import type { AtWork, Told, Work } from '../work.ts';

async function deleteAndBringBack({ client }: AtWork, tell: (told: Told) => void): Promise<void> {
  for (let round = 0; round < 4; round++) {
    const { id } = await client.reports.add({ name: `Report ${round}`, runs: [1] });
    tell({ report: id, there: true });
    await client.models.delete({ model: 'reward-1' });
    tell({ model: 'reward-1', there: false });
    await client.train.delete({ run: 1 });
    await client.reports.delete({ report: id });
    tell({ report: id, there: false });
    await client.train.restore({ run: 1 });
    await client.models.restore({ model: 'reward-1' });
    tell({ model: 'reward-1', there: true });
  }
}

/** What is deleted can be taken back; what was told last of each holds, or what was asked for next. */
export const deleting: Work = {
  share: 40,
  engine: false,
  perform: deleteAndBringBack,
  missing: async ({ client }, told) => {
    const { reports } = await client.reports.list();
    const made = new Set(told.flatMap(({ report }) => (report === undefined ? [] : [report])));
    return [...made]
      .filter((report) => !reports.some(({ id }) => id === report))
      .map((report) => `The report ${String(report)} is not there.`);
  },
  goOn: async (at) => {
    const { models } = await at.client.models.list();
    if (models.some(({ name, deletedAt }) => name === 'reward-1' && deletedAt !== null))
      await at.client.models.restore({ model: 'reward-1' });
    const { runs } = await at.client.train.runs();
    if (runs.some(({ id, deletedAt }) => id === 1 && deletedAt !== null)) await at.client.train.restore({ run: 1 });
  },
  outcome: ({ app }) => app.models().map(({ name }) => name),
};
