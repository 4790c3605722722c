import { nextTick } from 'vue';

/** Where what had the focus is gone, the view has it: the keyboard never starts from the top again. */
export async function keepFocus(): Promise<void> {
  await nextTick();
  if (document.activeElement === null || document.activeElement === document.body) {
    document.getElementById('content')?.focus();
  }
}
