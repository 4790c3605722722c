import type { PostOrder, Split } from '../../contract/records.ts';
import type { SortedPage, SortedPlace } from '../../contract/views.ts';
import { postLines } from '../../store/post-list.ts';
import { countSorted, isByModel, sortedPosts } from '../../store/sorted-posts.ts';
import { type House, modelInUse, rewardModel } from '../kernel/house.ts';
import { countedTo } from './browsing.ts';
import { renewGains, waitingPosts } from './gains.ts';

export type SortedListCall = {
  readonly order: PostOrder;
  readonly search: string;
  readonly split?: Split | undefined;
  readonly answered?: boolean | undefined;
  readonly disagreement: boolean;
  readonly model?: string | undefined;
  readonly after?: SortedPlace | undefined;
  readonly before?: SortedPlace | undefined;
  readonly limit: number;
};

/**
 * A page of the posts that match, in an order. What goes by a model goes by the one named, or by the one in use; posts of which its figures wait to be
 * reckoned are left out and counted.
 */
export async function listSorted(house: House, call: SortedListCall, signal?: AbortSignal): Promise<SortedPage> {
  const { order } = call;
  const byModel = isByModel(order);
  const asked = byModel || call.disagreement || call.model !== undefined;
  const model = !asked ? null : call.model === undefined ? modelInUse(house) : rewardModel(house, call.model);
  // Without a model there is nothing to disagree with, nor to be unsure.
  if (!model && (byModel || call.disagreement)) return { posts: [], after: null, before: null, total: 0, waiting: 0 };
  if (byModel && model) await renewGains(house, model, signal);
  const { store } = house;
  const { after, before, limit } = call;
  const filter = { ...call, disagreeingWith: call.disagreement ? model?.id : undefined };
  const id = model?.id ?? null;
  const backwards = after === undefined && before !== undefined;
  const found = sortedPosts(store, order, id, filter, { after, before }, limit + 1);
  const shown = backwards ? found.slice(-limit) : found.slice(0, limit);
  const more = found.length > shown.length;
  const place = ({ at, postId }: SortedPlace): SortedPlace => ({ at, postId });
  const [first, last] = [shown[0] ?? after ?? before, shown.at(-1) ?? after ?? before];
  const isAny = (range: { readonly after: SortedPlace } | { readonly before: SortedPlace }): boolean =>
    sortedPosts(store, order, id, filter, range, 1).length > 0;
  const anyBefore = first !== undefined && (backwards ? more : after !== undefined && isAny({ before: first }));
  const anyAfter = last !== undefined && (backwards ? isAny({ after: last }) : more);
  const lines = postLines(
    store,
    shown.map(({ postId }) => postId),
    id,
  );
  return {
    posts: lines.map((line, i) => {
      const { sure } = shown[i]!;
      return sure === undefined ? line : { ...line, sure };
    }),
    after: anyAfter && last ? place(last) : null,
    before: anyBefore && first ? place(first) : null,
    total: anyBefore || anyAfter ? countSorted(store, order, id, filter, countedTo) : shown.length,
    waiting: byModel && model ? waitingPosts(house, model) : 0,
  };
}
