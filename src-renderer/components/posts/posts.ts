import { refDebounced } from '@vueuse/core';
import { computed, type MaybeRefOrGetter, reactive, shallowRef, toValue, watch } from 'vue';
import type { Split } from '../../../src-main/contract/records.ts';
import { client } from '../../api.ts';
import { useLive } from '../../composables/live.ts';

/** Which posts are listed. */
export type PostFilters = {
  search: string;
  split: Split | '';
  answers: '' | 'some' | 'none' | 'against';
};

const none: PostFilters = { search: '', split: '', answers: '' };
const pageSize = 50;
const debounceMs = 150;

/** What each view was filtered by stays while another one is looked at. */
export const rankingFilters: PostFilters = reactive({ ...none });
export const dataFilters: PostFilters = reactive({ ...none });

/** A page of the posts that match, and how to go on to the next ones. */
export function usePosts(filters: PostFilters, model: MaybeRefOrGetter<string | null>) {
  const search = refDebounced(
    computed(() => filters.search),
    debounceMs,
  );
  const cursor = shallowRef<{ readonly after?: number; readonly before?: number }>({});
  const wanted = computed(() => ({
    search: search.value.trim(),
    ...(filters.split ? { split: filters.split } : {}),
    ...(filters.answers === 'some' || filters.answers === 'none' ? { answered: filters.answers === 'some' } : {}),
    disagreement: filters.answers === 'against',
    ...(toValue(model) ? { model: toValue(model)! } : {}),
    limit: pageSize,
  }));
  watch(
    () => JSON.stringify(wanted.value),
    () => {
      cursor.value = {};
    },
    { flush: 'sync' },
  );
  const input = computed(() => ({ ...wanted.value, ...cursor.value }));
  const query = useLive(
    ['posts', 'answers', 'rewards', 'models'],
    () => ['posts.list', input.value],
    (signal) => client.posts.list(input.value, { signal }),
  );
  return {
    ...query,
    filtered: computed(() => wanted.value.search !== '' || filters.split !== '' || filters.answers !== ''),
    clear: () => Object.assign(filters, none),
    next: () => {
      const after = query.data.value?.after;
      if (typeof after === 'number') cursor.value = { after };
    },
    previous: () => {
      const before = query.data.value?.before;
      if (typeof before === 'number') cursor.value = { before };
    },
  };
}
