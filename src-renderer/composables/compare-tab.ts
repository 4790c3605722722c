import { useSessionStorage } from '@vueuse/core';

/** The random name that this tab has for as long as it lives: what was handed out to it is asked of it again. */
export const compareTab = () => useSessionStorage('tiebreak.tab', () => crypto.randomUUID() as string);
