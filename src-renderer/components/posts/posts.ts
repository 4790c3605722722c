import { refDebounced } from '@vueuse/core';
import { computed, type MaybeRefOrGetter, reactive, shallowRef, toValue, watch } from 'vue';
import type { PostOrder, Split } from '../../../src-main/contract/records.ts';
import type { PostPage, SortedPage, SortedPlace } from '../../../src-main/contract/views.ts';
import { client } from '../../api.ts';
import { useLive } from '../../composables/live.ts';

/** Which posts are listed. */
export type PostFilters = {
  search: string;
  split: Split | '';
  answers: '' | 'some' | 'none' | 'against';
  /** '': as they came. Some go by a model. */
  order: '' | PostOrder;
};

const none: PostFilters = { search: '', split: '', answers: '', order: '' };
const pageSize = 50;
const debounceMs = 150;

/** What each view was filtered by stays while another one is looked at. */
export const rankingFilters: PostFilters = reactive({ ...none });
export const dataFilters: PostFilters = reactive({ ...none });

/** Whether an order needs a model. */
export const isByModel = (order: PostOrder): boolean => order === 'gain' || order === 'unsure' || order === 'against';

type Range<Edge> = { readonly after?: Edge; readonly before?: Edge };
type ListedPosts = ({ readonly by: 'data' } & PostPage) | ({ readonly by: PostOrder } & SortedPage);

/** A page of the posts that match, and how to go on to the next ones. */
export function usePosts(filters: PostFilters, model: MaybeRefOrGetter<string | null>) {
  const search = refDebounced(
    computed(() => filters.search),
    debounceMs,
  );
  const cursor = shallowRef<Range<number>>({});
  /** The same, by a figure of theirs. */
  const place = shallowRef<Range<SortedPlace>>({});
  const order = computed(() =>
    filters.order === '' || (isByModel(filters.order) && toValue(model) === null) ? null : filters.order,
  );
  const byModel = computed(() => order.value !== null && isByModel(order.value));
  const wanted = computed(() => ({
    search: search.value.trim(),
    ...(filters.split ? { split: filters.split } : {}),
    ...(filters.answers === 'some' || filters.answers === 'none' ? { answered: filters.answers === 'some' } : {}),
    disagreement: filters.answers === 'against',
    ...(toValue(model) ? { model: toValue(model)! } : {}),
    limit: pageSize,
  }));
  watch(
    () => JSON.stringify([wanted.value, order.value]),
    () => {
      cursor.value = {};
      place.value = {};
    },
    { flush: 'sync' },
  );
  const call = computed(() =>
    order.value !== null
      ? ({ name: 'posts.sorted', input: { ...wanted.value, order: order.value, ...place.value } } as const)
      : ({ name: 'posts.list', input: { ...wanted.value, ...cursor.value } } as const),
  );
  const query = useLive(
    ['posts', 'answers', 'rewards', 'models'],
    () => [call.value.name, call.value.input],
    async (signal): Promise<ListedPosts> => {
      const { name, input } = call.value;
      return name === 'posts.sorted'
        ? { by: input.order, ...(await client.posts.sorted(input, { signal })) }
        : { by: 'data', ...(await client.posts.list(input, { signal })) };
    },
  );
  const turn = (forward: boolean): void => {
    const page = query.data.value;
    if (page?.by === 'data') {
      const id = forward ? page.after : page.before;
      if (id !== null) cursor.value = forward ? { after: id } : { before: id };
    } else if (page) {
      const edge = forward ? page.after : page.before;
      if (edge) place.value = forward ? { after: edge } : { before: edge };
    }
  };
  return {
    ...query,
    filtered: computed(() => wanted.value.search !== '' || filters.split !== '' || filters.answers !== ''),
    order,
    byModel,
    /** Compare asks about the posts that match and no others; they are called so. */
    narrow: (name: string) => {
      const { limit: _, ...filter } = wanted.value;
      return client.answers.narrow({ ...filter, name });
    },
    clear: () => Object.assign(filters, { ...none, order: filters.order }),
    next: () => turn(true),
    previous: () => turn(false),
  };
}
