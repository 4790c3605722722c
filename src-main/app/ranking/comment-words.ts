import { setTimeout as wait } from 'node:timers/promises';
import type { CallHooks } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { countUnread, readSomeWords } from '../../store/comment-words.ts';
import type { House } from '../kernel/house.ts';
import { withLockNow } from '../kernel/lock.ts';
import { createPauses } from '../kernel/time-slices.ts';

/** The words of comments that came are read some time later, so that imports need not wait for them: in an open app by themselves, else when somebody searches. */

const doing = 'reading the words of comments';
/** Comments of one transaction: some 10 ms. */
const together = 250;
/** Comments that a search reads before it answers; a small store never waits for more. */
const atOnce = 2_500;
const waitMs = 250;
/** Rest after a transaction, by its length. */
const restShare = 2;

/** Reads the words of some comments, where few wait and no other process writes; else the search does without them, and says so. */
export async function readWordsNow(house: House, signal: AbortSignal | undefined, most = atOnce): Promise<void> {
  try {
    const pause = createPauses(signal);
    for (let read = 0; read < most && countUnread(house.store) > 0; await pause()) {
      read += withLockNow(house, doing, ({ store }) => readSomeWords(store, together));
    }
  } catch (error) {
    // Also where the folder can only be read.
    if (!(error instanceof TiebreakError) || (error.code !== 'busy' && error.code !== 'bad-input')) throw error;
  }
}

/** Reads all words that wait, for a command beside which nobody does; where another process writes, the rest waits on. */
export async function readAllWords(house: House, { onProgress, signal }: CallHooks): Promise<void> {
  const [began, total] = [performance.now(), countUnread(house.store)];
  for (let left = total; left > 0; ) {
    await readWordsNow(house, signal);
    const before = left;
    left = countUnread(house.store);
    if (left >= before) return;
    const done = total - left;
    const secondsLeft = ((performance.now() - began) / 1000 / done) * left;
    onProgress?.({ phase: 'embed', done, total, speed: null, secondsLeft });
  }
}

/** Reads what waits now, and after every change of comments, until the signal is aborted. Tasks that are running go first. */
export async function keepReadingWords(house: House, signal: AbortSignal): Promise<void> {
  const changes = house.changes.watch(signal);
  let next = changes.next();
  for (;;) {
    await readBetweenTasks(house, signal);
    for (;;) {
      const { done, value: topics } = await next;
      if (done || signal.aborted) return;
      next = changes.next();
      if (topics.includes('posts') || topics.includes('imports')) break;
    }
  }
}

async function readBetweenTasks(house: House, signal: AbortSignal): Promise<void> {
  try {
    if (house.store.copyOf !== undefined || countUnread(house.store) === 0) return;
    const pause = createPauses(signal);
    for (let read = 1; read > 0; await pause()) {
      // An import, an undo or a restore writes itself; the vectors are computed in another process.
      while (house.tasks.list().some(({ kind, state }) => state === 'running' && kind !== 'embed')) {
        await wait(waitMs, undefined, { signal });
      }
      const begun = performance.now();
      read = withLockNow(house, doing, ({ store }) => readSomeWords(store, together));
      // A call is several turns of this thread: without a rest each of them would wait for a transaction.
      await wait(restShare * (performance.now() - begun), undefined, { signal });
    }
    house.changes.tell('words');
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof TiebreakError)) throw error;
  }
}
