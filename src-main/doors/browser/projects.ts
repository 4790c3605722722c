import { setTimeout as wait } from 'node:timers/promises';
import type { App } from '../../app.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { noteLast } from '../../projects/list.ts';
import { openNoted } from '../shared/noted.ts';
import { endTasks, stopOrderly } from '../shared/signals.ts';

/** Until the answer of who asked is out, in milliseconds. */
const answerMs = 50;

/** The project that a server shows, and how it comes to show another. */
type Shown = {
  readonly app: () => App;
  /**
   * Opens another data folder, ends what goes on in this one in an orderly way, and shows the other one a moment after it has answered. Where
   * the other can't be opened, nothing changes.
   */
  readonly open: (home: string) => Promise<void>;
  /** Resolves when no change is going on. */
  readonly settled: () => Promise<void>;
};

/**
 * @param show puts the other application in the place of the one before, for all pages
 */
export function createShown(first: App, show: (app: App) => void): Shown {
  let app = first;
  let changing: Promise<void> | null = null;
  return {
    app: () => app,
    open: async (home) => {
      if (changing) {
        throw new TiebreakError('busy', 'Another project is just being opened. Nothing was changed: wait a moment.');
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      changing = promise.finally(() => {
        changing = null;
      });
      let next: App;
      try {
        next = openNoted({ home });
      } catch (error) {
        resolve();
        throw error;
      }
      const before = app;
      await endTasks(before).catch((error: unknown) => console.error(error));
      noteLast(home);
      void wait(answerMs)
        .then(() => {
          app = next;
          show(next);
        })
        .catch((error: unknown) => console.error(error))
        // What was begun in the moment between is ended like all else.
        .then(() => stopOrderly(before, async () => {}))
        .catch((error: unknown) => console.error(error))
        .finally(resolve);
    },
    settled: async () => {
      await changing;
    },
  };
}
