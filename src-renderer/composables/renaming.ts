import { nextTick, shallowRef } from 'vue';

/**
 * Which of some things is having its name changed, if any.
 * @param focus where the focus goes afterwards: its field is gone by then
 */
export function useRename<Key>(focus: (key: Key) => unknown) {
  const renaming = shallowRef<Key | null>(null);
  return {
    renaming,
    /** The entry of its menu that begins it. */
    renameItem: (key: Key) => ({
      label: 'Rename',
      run: () => {
        renaming.value = key;
      },
      movesFocus: true,
    }),
    endRenaming: async (): Promise<void> => {
      const key = renaming.value;
      renaming.value = null;
      await nextTick();
      if (key !== null) focus(key);
    },
  };
}
