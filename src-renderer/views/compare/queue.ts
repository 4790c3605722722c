import { shallowRef } from 'vue';
import type { ComparePair } from '../../../src-main/contract/views.ts';

/** Pairs kept ahead, so that the next one is there at once. */
const ahead = 3;

/** The same for the same two comments, whichever side they are on. */
export const pairId = ({ left, right }: ComparePair): string =>
  left.id < right.id ? `${left.id} ${right.id}` : `${right.id} ${left.id}`;

/** The questions of a queue, then those that came and are neither in it nor answered meanwhile. */
export function merged<T>(
  queue: readonly T[],
  came: readonly T[],
  answered: ReadonlySet<string>,
  idOf: (question: T) => string,
): readonly T[] {
  const known = new Set([...queue.map(idOf), ...answered]);
  return [...queue, ...came.filter((question) => !known.has(idOf(question)))];
}

/**
 * Questions in the order they will be shown, pairs or lists; filled up in the background.
 * @param idOf the same for the same comments, in whatever order
 */
export function createQueue<T>(ask: (count: number) => Promise<readonly T[]>, idOf: (question: T) => string) {
  const pairs = shallowRef<readonly T[]>([]);
  /** asking: nothing to show yet. ended: there are no more pairs. */
  const state = shallowRef<'asking' | 'ready' | 'ended' | 'failed'>('asking');
  const error = shallowRef<unknown>(null);
  let asking: Promise<void> | null = null;
  let answered = new Set<string>();

  const settle = (): void => {
    state.value = pairs.value.length > 0 ? 'ready' : 'ended';
  };

  /** @param anew keep nothing that no longer comes */
  async function fetchMore(anew: boolean): Promise<void> {
    answered = new Set();
    if (pairs.value.length === 0) state.value = 'asking';
    try {
      const came = await ask(ahead);
      const [current] = pairs.value;
      const stays = current !== undefined && came.some((pair) => idOf(pair) === idOf(current));
      const kept = anew ? (stays ? [current] : []) : pairs.value;
      pairs.value = merged(kept, came, answered, idOf);
      error.value = null;
      settle();
    } catch (reason) {
      error.value = reason;
      if (pairs.value.length === 0) state.value = 'failed';
    }
  }

  /** Asks for more where there are few; what is shown stays. */
  function fill(anew = false): Promise<void> {
    if (asking) return asking;
    if (!anew && pairs.value.length >= ahead) return Promise.resolve();
    asking = fetchMore(anew).finally(() => {
      asking = null;
      // What came was answered meanwhile: there may be more.
      if (pairs.value.length === 0 && answered.size > 0) void fill();
    });
    return asking;
  }

  return {
    pairs,
    state,
    error,
    fill,
    /** Asks again for everything: the data has changed. */
    renew: () => fill(true),
    /** The first pair is done with. */
    shift: (): void => {
      const [first, ...rest] = pairs.value;
      if (first) answered.add(idOf(first));
      pairs.value = rest;
      if (rest.length === 0) state.value = asking || answered.size > 0 ? 'asking' : 'ended';
      void fill();
    },
    /** Shows this pair next. */
    unshift: (pair: T): void => {
      answered.delete(idOf(pair));
      pairs.value = [pair, ...pairs.value.filter((each) => idOf(each) !== idOf(pair))];
      settle();
    },
  };
}
