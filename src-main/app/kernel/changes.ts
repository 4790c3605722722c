import type { Topic } from '../../contract/views.ts';
import { createNotifier } from './notifier.ts';

/** What has changed in the store, for the views that show it, in every tab. */
export type Changes = {
  readonly tell: (...topics: readonly Topic[]) => void;
  /** The topics that changed since the last turn. */
  readonly watch: (signal: AbortSignal | undefined) => AsyncGenerator<readonly Topic[], void, void>;
};

export function createChanges(): Changes {
  const watchers = new Set<Set<Topic>>();
  const notifier = createNotifier();
  return {
    tell: (...topics) => {
      for (const pending of watchers) for (const topic of topics) pending.add(topic);
      notifier.notify();
    },
    watch: async function* (signal) {
      const pending = new Set<Topic>();
      watchers.add(pending);
      try {
        for await (const _ of notifier.heard(signal)) {
          const changed = [...pending];
          pending.clear();
          if (changed.length > 0) yield changed;
        }
      } finally {
        watchers.delete(pending);
      }
    },
  };
}
