import { ref, watch } from 'vue';
import { noticesOf } from '../../src-main/common/notices.ts';
import { inWindow } from '../api.ts';
import { tasks } from './tasks.ts';

/** Notices of the system's own, while this page is not looked at. The window's process gives its own. */
const canBeAsked = (): boolean => !inWindow && 'Notification' in window && Notification.permission === 'default';

/** Whether the person has not been asked yet. */
export const mayAskForNotices = ref(canBeAsked());

/** Asks the browser's question, which must follow a click. */
export async function askForNotices(): Promise<void> {
  await Notification.requestPermission();
  mayAskForNotices.value = canBeAsked();
}

/** Says that a long training has ended, to a person who allowed it and looks at something else. */
export function useNotices(): void {
  if (inWindow || !('Notification' in window)) return;
  watch(tasks, (now, before) => {
    if (!document.hidden || Notification.permission !== 'granted') return;
    for (const { title, body } of noticesOf(before, now)) {
      new Notification(title, { body }).onclick = () => window.focus();
    }
  });
}
