import type { House } from '../app/kernel/house.ts';
import { rankedView } from '../app/ranking/ranked-view.ts';
import { offerRanking, previewRanking, scoreAll } from '../app/ranking/ranking.ts';
import { why } from '../app/ranking/why.ts';
import { settingsOf } from '../app/settings/settings.ts';
import { os } from './base.ts';

export const rankingsApi = (house: House) =>
  os.rankings.router({
    post: os.rankings.post.handler(({ input, signal }) => rankedView(house, input, { signal })),
    why: os.rankings.why.handler(({ input, signal }) =>
      why(house, { ...input, device: settingsOf(house).device }, { signal }),
    ),
    preview: os.rankings.preview.handler(({ input, signal }) => previewRanking(house, input, { signal })),
    export: os.rankings.export.handler(({ input }) => ({ task: offerRanking(house, input) })),
    score: os.rankings.score.handler(({ input }) => ({ task: scoreAll(house, input.model) })),
  });
