/** What is done for trainings, which go on while nobody looks: the machine stays awake, and a notice says when one has ended. */

import { type Notice, noticesOf } from '../../common/notices.ts';
import { type Task, trainingKinds } from '../../contract/tasks.ts';

/** Keeps the machine awake until the function that it gives is called. */
export type KeepAwake = () => () => void;

/**
 * Follows all tasks until the signal. The machine is kept awake while any training runs; whoever `notify` speaks to hears of each that
 * ended after more than a minute, unless it was cancelled.
 */
export async function followLongWork(
  tasks: { readonly watch: (signal: AbortSignal) => AsyncIterable<readonly Task[]> },
  { keepAwake, notify }: { readonly keepAwake: KeepAwake; readonly notify: (notice: Notice) => void },
  signal: AbortSignal,
): Promise<void> {
  let release: (() => void) | null = null;
  let before: readonly Task[] = [];
  try {
    for await (const all of tasks.watch(signal)) {
      for (const notice of noticesOf(before, all)) notify(notice);
      before = all;
      if (all.some(({ kind, state }) => trainingKinds.includes(kind) && state === 'running')) release ??= keepAwake();
      else {
        release?.();
        release = null;
      }
    }
  } finally {
    release?.();
  }
}
