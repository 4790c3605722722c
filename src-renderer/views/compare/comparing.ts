import { useDocumentVisibility, useSessionStorage } from '@vueuse/core';
import { computed, shallowRef, watch } from 'vue';
import type { Answer, ComparePair, GivenAnswer } from '../../../src-main/contract/views.ts';
import { client, codeOf } from '../../api.ts';
import { onChange } from '../../composables/live.ts';
import { say } from '../../composables/toasts.ts';
import { createQueue, pairId } from './queue.ts';
import { createStopwatch } from './stopwatch.ts';

/** What was last done, for the line that says so; `count` tells the same thing done twice apart. */
export type Said = { readonly count: number; readonly text: string; readonly detail: string };

const details: Readonly<Record<Answer, string>> = {
  left: 'left is better',
  right: 'right is better',
  tie: 'a tie',
  bad: 'both bad',
  skip: 'skipped',
  flag: 'flagged',
};

/** The pair at hand, and everything that can be said of it and of those before. One thing is written at a time. */
export function useComparing() {
  const tab = useSessionStorage('tiebreak.tab', () => crypto.randomUUID() as string);
  /** Keys of the answers given in this tab, the last one last. */
  const given = useSessionStorage<string[]>('tiebreak.answers', []);
  const queue = createQueue(async (count) => (await client.compare.next({ client: tab.value, count })).pairs);
  const current = computed<ComparePair | null>(() => queue.pairs.value[0] ?? null);
  const writing = shallowRef(false);
  const failure = shallowRef<unknown>(null);
  const said = shallowRef<Said>({ count: 0, text: '', detail: '' });
  /** The flagged answer a note is being written for. */
  const noting = shallowRef<string | null>(null);

  const stopwatch = createStopwatch();
  const visibility = useDocumentVisibility();
  watch(visibility, (is) => (is === 'visible' ? stopwatch.resume() : stopwatch.pause()), { immediate: true });
  watch(() => current.value && pairId(current.value), stopwatch.restart);

  /** The key of an attempt that failed: the same answer on the same pair is never written twice. */
  let attempted = { pair: '', answer: '' as Answer | '', key: '' };
  function keyFor(pair: ComparePair, answer: Answer): string {
    if (attempted.pair !== pairId(pair) || attempted.answer !== answer) {
      attempted = { pair: pairId(pair), answer, key: crypto.randomUUID() };
    }
    return attempted.key;
  }

  const tell = (text: string, detail = ''): void => {
    said.value = { count: said.value.count + 1, text, detail };
  };

  /** Writes one thing, unless another is being written; keeps what goes wrong. */
  async function write(work: () => Promise<void>): Promise<void> {
    if (writing.value) return;
    writing.value = true;
    failure.value = null;
    try {
      await work();
    } catch (error) {
      failure.value = error;
      said.value = { ...said.value, text: '' };
    } finally {
      writing.value = false;
    }
  }

  const answer = (what: Answer): Promise<void> =>
    write(async () => {
      const pair = current.value;
      if (!pair) return;
      const { key } = await client.compare.answer({
        client: tab.value,
        key: keyFor(pair, what),
        postId: pair.post.id,
        leftId: pair.left.id,
        rightId: pair.right.id,
        answer: what,
        durationMs: stopwatch.read(),
      });
      attempted = { pair: '', answer: '', key: '' };
      given.value = [...given.value, key];
      queue.shift();
      tell('Saved', details[what]);
      if (what === 'flag') say('Flagged.', { label: 'Add a note', run: () => (noting.value = key) });
    });

  /** Takes an answer back; its pair comes next. */
  const takeBack = (key: string): Promise<void> =>
    write(async () => {
      try {
        queue.unshift(await client.compare.revoke({ key, client: tab.value }));
        tell('Taken back');
      } catch (error) {
        if (codeOf(error) !== 'not-found') throw error;
        tell('Taken back before');
      }
      given.value = given.value.filter((each) => each !== key);
    });

  const undo = async (): Promise<void> => {
    const last = given.value.at(-1);
    if (last !== undefined) await takeBack(last);
  };

  /** Says something else of a pair that was answered. @throws what the application says */
  async function change(key: string, what: Answer, note: string): Promise<GivenAnswer> {
    const changed = await client.compare.change({ key, answer: what, note });
    given.value = given.value.map((each) => (each === key ? changed.key : each));
    return changed;
  }

  /** Leaves a pair that can't be answered any more. */
  function pass(): void {
    failure.value = null;
    queue.shift();
    void queue.renew();
  }

  onChange(['posts', 'imports'], () => void queue.renew());
  void queue.fill();

  return {
    current,
    state: queue.state,
    queueError: queue.error,
    again: () => void queue.fill(),
    failure,
    said,
    noting,
    canUndo: computed(() => given.value.length > 0),
    answer,
    undo,
    takeBack,
    change,
    pass,
  };
}
