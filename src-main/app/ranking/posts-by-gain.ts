import type { Split } from '../../contract/records.ts';
import type { GainPage, GainPlace } from '../../contract/views.ts';
import { countByGain, postsByGain } from '../../store/gains.ts';
import { postLines } from '../../store/post-list.ts';
import { type House, modelInUse, rewardModel } from '../kernel/house.ts';
import { renewGains, waitingPosts } from './gains.ts';

export type GainListCall = {
  readonly search: string;
  readonly split?: Split | undefined;
  readonly answered?: boolean | undefined;
  readonly disagreement: boolean;
  readonly model?: string | undefined;
  readonly after?: GainPlace | undefined;
  readonly before?: GainPlace | undefined;
  readonly limit: number;
};

/** As far as matching posts are counted. */
const countedTo = 10_000;

/**
 * A page of the posts that match, those first on which one more answer of the person would tell most of the order by this model, or by the one in use.
 * Posts that wait to be reckoned are left out and counted.
 */
export async function listByGain(house: House, call: GainListCall, signal?: AbortSignal): Promise<GainPage> {
  const model = call.model === undefined ? modelInUse(house) : rewardModel(house, call.model);
  if (!model) return { posts: [], after: null, before: null, total: 0, waiting: 0 };
  await renewGains(house, model, signal);
  const { store } = house;
  const { after, before, limit } = call;
  const filter = { ...call, disagreeingWith: call.disagreement ? model.id : undefined };
  const backwards = after === undefined && before !== undefined;
  const found = postsByGain(store, model.id, filter, { after, before }, limit + 1);
  const shown = backwards ? found.slice(-limit) : found.slice(0, limit);
  const more = found.length > shown.length;
  const place = ({ bits, postId }: GainPlace): GainPlace => ({ bits, postId });
  const [first, last] = [shown[0] ?? after ?? before, shown.at(-1) ?? after ?? before];
  const isAny = (range: { readonly after: GainPlace } | { readonly before: GainPlace }): boolean =>
    postsByGain(store, model.id, filter, range, 1).length > 0;
  const anyBefore = first !== undefined && (backwards ? more : after !== undefined && isAny({ before: first }));
  const anyAfter = last !== undefined && (backwards ? isAny({ after: last }) : more);
  const lines = postLines(
    store,
    shown.map(({ postId }) => postId),
    model.id,
  );
  return {
    posts: lines.map((line, i) => ({ ...line, sure: shown[i]!.sure })),
    after: anyAfter && last ? place(last) : null,
    before: anyBefore && first ? place(first) : null,
    total: anyBefore || anyAfter ? countByGain(store, model.id, filter, countedTo) : shown.length,
    waiting: waitingPosts(house, model),
  };
}
