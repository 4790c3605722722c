import { nextTick, type ShallowRef } from 'vue';

/**
 * For a list from which what is done with goes: gives what asks for the list anew after that, and puts the focus on the row that took the place of the one
 * that went, or on the content where the list is empty. It tells the row's place.
 */
export function stayingInPlace(
  list: Readonly<ShallowRef<HTMLElement | null>>,
  refetch: () => Promise<unknown>,
): (place: number) => Promise<number> {
  return async (place) => {
    await refetch();
    await nextTick();
    const rows = list.value?.querySelectorAll<HTMLElement>(':scope > li') ?? [];
    const at = Math.max(0, Math.min(place, rows.length - 1));
    (rows[at] ?? document.getElementById('content'))?.focus();
    return at;
  };
}
