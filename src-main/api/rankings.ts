import { textsAtHand } from '../app/data/texts-at-hand.ts';
import type { House } from '../app/kernel/house.ts';
import { listAcross } from '../app/ranking/across.ts';
import { curateComments } from '../app/ranking/curating.ts';
import { rankedView } from '../app/ranking/ranked-view.ts';
import { offerRanking, previewRanking, scoreAll } from '../app/ranking/ranking.ts';
import { offerScored, scoreTexts } from '../app/ranking/score-at-hand.ts';
import { why } from '../app/ranking/why.ts';
import { settingsOf } from '../app/settings/settings.ts';
import { beginnings, os } from './base.ts';

export const rankingsApi = (house: House) =>
  os.rankings.router({
    post: os.rankings.post.use(beginnings).handler(({ input, signal }) => rankedView(house, input, { signal })),
    across: os.rankings.across.use(beginnings).handler(({ input, signal }) => listAcross(house, input, signal)),
    curate: os.rankings.curate.handler(({ input }) => {
      const [done] = curateComments(house, { comments: [input.comment], kind: input.kind });
      return { before: done!.before };
    }),
    why: os.rankings.why
      .use(beginnings)
      .handler(({ input, signal }) => why(house, { ...input, device: settingsOf(house).device }, { signal })),
    preview: os.rankings.preview
      .use(beginnings)
      .handler(({ input, signal }) => previewRanking(house, input, { signal })),
    export: os.rankings.export.handler(({ input }) => ({ task: offerRanking(house, input) })),
    scoreTexts: os.rankings.scoreTexts.handler(({ input, signal }) => scoreTexts(house, input, { signal })),
    textsOf: os.rankings.textsOf.handler(({ input, signal }) => textsAtHand(house, input.file, { signal })),
    offerScored: os.rankings.offerScored.handler(({ input }) => offerScored(house, input)),
    score: os.rankings.score.handler(({ input }) => ({ task: scoreAll(house, input.model) })),
  });
