import { useLocalStorage } from '@vueuse/core';
import { computed } from 'vue';

/** How large posts and comments are set in Compare, in steps. Kept by this browser or window: screens and eyes differ. */
const steps = [0.875, 1, 1.15, 1.3, 1.5, 1.75] as const;
const usual = 1;

const step = useLocalStorage('tiebreak.text-size', usual);

/** The keys that change it; = and _ are + and - without or with shift. */
export const sizeKeys: Readonly<Record<string, 1 | -1>> = { '+': 1, '=': 1, '-': -1, _: -1 };

export function useTextSize() {
  const at = computed(() =>
    Number.isInteger(step.value) ? Math.min(steps.length - 1, Math.max(0, step.value)) : usual,
  );
  return {
    /** Of the usual size. */
    scale: computed(() => steps[at.value]!),
    smallest: computed(() => at.value === 0),
    largest: computed(() => at.value === steps.length - 1),
    change: (by: 1 | -1): void => {
      step.value = Math.min(steps.length - 1, Math.max(0, at.value + by));
    },
  };
}
