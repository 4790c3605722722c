import { ref } from 'vue';
import { useRouter } from 'vue-router';
import { onKey } from './keys.ts';
import { useSettings } from './settings.ts';

/** Whether the sheet of shortcuts is shown. */
export const sheetOpen = ref(false);

/** The views in the order of the navigation; `key` leads there after g. */
export const views = [
  { key: 'c', name: 'compare', label: 'Compare' },
  { key: 't', name: 'train', label: 'Train' },
  { key: 'r', name: 'rankings', label: 'Rankings' },
  { key: 'd', name: 'data', label: 'Data' },
  { key: 'm', name: 'models', label: 'Models' },
  { key: 'p', name: 'people', label: 'People' },
  { key: 's', name: 'settings', label: 'Settings' },
] as const;

export type ViewName = (typeof views)[number]['name'];

/** Views that the navigation leads to from its head. */
export const moreViews = [{ key: 'o', name: 'projects', label: 'Projects' }] as const;

/** Milliseconds in which the second key must follow. */
const patience = 1500;

/** Goes to the view's first search field, where it has one. */
function focusSearch(): boolean {
  const field = document.querySelector<HTMLElement>('main input[type="search"]');
  field?.focus();
  return field !== null;
}

/** Keys that work in every view: ? shows the shortcuts, / goes to the search, g and a letter go to a view. */
export function useGoKeys(): void {
  const router = useRouter();
  const { settings } = useSettings();
  let begun = Number.NEGATIVE_INFINITY;
  onKey(
    (key) => {
      if (!settings.value.keysEnabled || !settings.value.welcomed) return false;
      if (key === '?') {
        sheetOpen.value = true;
        return true;
      }
      if (key === '/') return focusSearch();
      const second = performance.now() - begun < patience;
      begun = !second && key === 'g' ? performance.now() : Number.NEGATIVE_INFINITY;
      if (!second) return key === 'g';
      const place = [...views, ...moreViews].find((each) => each.key === key);
      if (place) void router.push({ name: place.name });
      // A letter after g never answers a pair, even where it leads nowhere.
      return true;
    },
    { first: true },
  );
}
