import { ended } from '../../../support/served.ts';
import { rowsIn } from '../look.ts';
import type { AtWork, Work } from '../work.ts';

async function score({ app, client }: AtWork): Promise<void> {
  const { error } = await ended(app, (await client.rankings.score({ model: 'reward-1' })).task);
  if (error) throw new Error(error.message);
}

const rewards = 'SELECT comment_id, reward FROM rewards ORDER BY model_id, comment_id';

/** Rewards of all comments. */
export const scoring: Work = {
  share: 70,
  engine: true,
  perform: async (at, tell) => {
    await score(at);
    tell({ scored: true });
  },
  missing: ({ app }, told) =>
    told.length > 0 && rowsIn(app.home, rewards).length === 0
      ? ['The scoring was told as done, and there is no reward.']
      : [],
  goOn: score,
  outcome: ({ app }) => rowsIn(app.home, rewards),
};
