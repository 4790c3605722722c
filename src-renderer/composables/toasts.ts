import { shallowRef } from 'vue';
import { messageOf } from '../api.ts';

export type Toast = {
  readonly id: number;
  readonly text: string;
  readonly kind: 'info' | 'error';
  /** Such as undo. */
  readonly action?: { readonly label: string; readonly run: () => unknown } | undefined;
};

export const toasts = shallowRef<readonly Toast[]>([]);
let lastId = 0;
/** Milliseconds a message stays: long where it must be read or can be acted on. */
const shortly = 4_000;
const longer = 10_000;

/** Says something in passing. */
export function say(text: string, action?: Toast['action'], kind: Toast['kind'] = 'info'): void {
  const id = ++lastId;
  toasts.value = [...toasts.value.slice(-3), { id, text, kind, action }];
  setTimeout(() => dismiss(id), kind === 'error' || action ? longer : shortly);
}

/** Says what went wrong. */
export function sayError(error: unknown): void {
  say(messageOf(error), undefined, 'error');
}

/** Runs something a person asked for; says so where it fails. */
export async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    sayError(error);
    return undefined;
  }
}

/** The same, for what gives nothing. @returns whether it was done */
export const succeeds = async (work: () => Promise<unknown>): Promise<boolean> =>
  (await attempt(async () => {
    await work();
    return true;
  })) === true;

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}
