import { countedTo } from '../../common/words.ts';
import type { PostOrder, Split } from '../../contract/records.ts';
import type { SortedPage, SortedPlace } from '../../contract/views.ts';
import { postLines } from '../../store/post-list.ts';
import { countSorted, isByModel, sortedPosts } from '../../store/sorted-posts.ts';
import { type House, modelOrNone } from '../kernel/house.ts';
import { renewGains, waitingPosts } from './gains.ts';
import { keyedPage } from './keyed-page.ts';

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
  const model = asked ? modelOrNone(house, call.model) : null;
  // Without a model there is nothing to disagree with, nor to be unsure.
  if (!model && (byModel || call.disagreement)) return { posts: [], after: null, before: null, total: 0, waiting: 0 };
  if (byModel && model) await renewGains(house, model, signal);
  const { store } = house;
  const filter = { ...call, disagreeingWith: call.disagreement ? model?.id : undefined };
  const id = model?.id ?? null;
  const { shown, after, before } = keyedPage(
    (beyond: Pick<SortedListCall, 'after' | 'before'>, most) => sortedPosts(store, order, id, filter, beyond, most),
    ({ at, postId }): SortedPlace => ({ at, postId }),
    call,
  );
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
    after,
    before,
    total: after === null && before === null ? shown.length : countSorted(store, order, id, filter, countedTo),
    waiting: byModel && model ? waitingPosts(house, model) : 0,
  };
}
