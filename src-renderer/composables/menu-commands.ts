import { shallowRef, watch } from 'vue';
import { type Router, useRouter } from 'vue-router';
import type { Command } from '../../src-main/contract/bridge.ts';
import { sheetOpen } from './go-keys.ts';

/** What the window's menu, or the palette, has asked for and no view has begun yet. */
const wanted = shallowRef<Command | null>(null);

/** Where each of the menu's commands that is no view itself is done. */
const doneIn: Partial<Record<Command, string>> = { import: 'data', export: 'rankings', backup: 'settings' };

/** Follows the native menu of the window. */
export function useMenu(): void {
  const router = useRouter();
  window.tiebreak?.onCommand((command) => ask(router, command));
}

/** Shows the view in which a command is done, and lets it begin there. */
export function ask(router: Router, command: Command): void {
  if (command === 'shortcuts') {
    sheetOpen.value = true;
    return;
  }
  wanted.value = command;
  void router.push({ name: doneIn[command] ?? command });
}

/** Begins something when the menu or the palette asks for it, even if that was just before the view came up. */
export function onCommand(command: Command, begin: () => void): void {
  watch(
    wanted,
    (value) => {
      if (value !== command) return;
      wanted.value = null;
      begin();
    },
    { immediate: true },
  );
}
