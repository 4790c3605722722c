import { useMediaQuery } from '@vueuse/core';
import { computed, type Ref } from 'vue';

export type SideNames = { readonly left: string; readonly right: string };

/**
 * What the two comments of a pair are called where they stand: one above the other in a window that is narrow, and high enough for both; the
 * style sheets say the same (`.two-sides`).
 */
export function useSides(): Ref<SideNames> {
  const narrow = useMediaQuery('(max-width: 60rem) and (min-height: 36rem)');
  const narrowest = useMediaQuery('(max-width: 32rem)');
  return computed(() =>
    narrow.value || narrowest.value ? { left: 'upper', right: 'lower' } : { left: 'left', right: 'right' },
  );
}
