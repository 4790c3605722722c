import { refDebounced } from '@vueuse/core';
import { computed, type MaybeRefOrGetter, reactive, shallowRef, toValue, watch } from 'vue';
import type { CommentOrder } from '../../../src-main/contract/records.ts';
import type { AcrossPlace } from '../../../src-main/contract/views.ts';
import { client } from '../../api.ts';
import { useLive } from '../../composables/live.ts';

const pageSize = 50;
const debounceMs = 150;

/** What is searched and in which order it stands stays while a post is looked at, and so does the page. */
export const acrossFilters = reactive({ search: '', order: 'best' as CommentOrder });
type Range = { readonly after?: AcrossPlace; readonly before?: AcrossPlace };
const range = shallowRef<Range>({});

/** A page of comments of all posts, and how to go on to the next ones. */
export function useAcross(model: MaybeRefOrGetter<string | null>) {
  const search = refDebounced(
    computed(() => acrossFilters.search.trim()),
    debounceMs,
  );
  const wanted = computed(() => ({
    search: search.value,
    order: toValue(model) === null ? ('came' as const) : acrossFilters.order,
    ...(toValue(model) === null ? {} : { model: toValue(model)! }),
    limit: pageSize,
  }));
  watch(
    () => JSON.stringify(wanted.value),
    () => {
      range.value = {};
    },
    { flush: 'sync' },
  );
  const query = useLive(
    ['posts', 'answers', 'rewards', 'models', 'curations', 'words'],
    () => ['rankings.across', wanted.value, range.value],
    (signal) => client.rankings.across({ ...wanted.value, ...range.value }, { signal }),
  );
  return {
    ...query,
    next: () => {
      const after = query.data.value?.after;
      if (after) range.value = { after };
    },
    previous: () => {
      const before = query.data.value?.before;
      if (before) range.value = { before };
    },
  };
}
