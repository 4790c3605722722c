import { useSessionStorage } from '@vueuse/core';
import { computed, shallowRef, watch } from 'vue';
import type { Choice } from '../../../src-main/contract/records.ts';
import type { ComparePair, ShownAnswer } from '../../../src-main/contract/views.ts';
import { client, codeOf } from '../../api.ts';
import { compareTab } from '../../composables/compare-tab.ts';
import { onChange } from '../../composables/live.ts';
import { say } from '../../composables/toasts.ts';
import { useWriting } from '../../composables/writing.ts';
import { createQueue, pairId } from './queue.ts';
import { useStopwatch } from './stopwatch.ts';

const details: Readonly<Record<Choice, string>> = {
  left: 'left is better',
  right: 'right is better',
  tie: 'a tie',
  bad: 'both bad',
  skip: 'skipped',
  flag: 'flagged',
};

/** The pair at hand, its answer, and those given before. One thing is written at a time. */
export function useComparing() {
  const tab = compareTab();
  /** Keys of the answers given in this tab, the last one last. */
  const given = useSessionStorage<string[]>('tiebreak.answers', []);
  const queue = createQueue(async (count) => (await client.answers.nextPairs({ tab: tab.value, count })).pairs, pairId);
  const current = computed<ComparePair | null>(() => queue.pairs.value[0] ?? null);
  const { failure, said, tell, write } = useWriting();
  /** The flagged answer a note is being written for. */
  const noting = shallowRef<string | null>(null);

  const stopwatch = useStopwatch();
  watch(() => current.value && pairId(current.value), stopwatch.restart);

  /** The key of an attempt that failed: the same answer on the same pair is never written twice. */
  let attempted = { pair: '', choice: '' as Choice | '', key: '' };
  function keyFor(pair: ComparePair, choice: Choice): string {
    if (attempted.pair !== pairId(pair) || attempted.choice !== choice) {
      attempted = { pair: pairId(pair), choice, key: crypto.randomUUID() };
    }
    return attempted.key;
  }

  const answer = (choice: Choice, much = false): Promise<void> =>
    write(async () => {
      const pair = current.value;
      if (!pair) return;
      const { key } = await client.answers.add({
        tab: tab.value,
        key: keyFor(pair, choice),
        postId: pair.post.id,
        leftId: pair.left.id,
        rightId: pair.right.id,
        choice,
        much,
        durationMs: stopwatch.read(),
      });
      attempted = { pair: '', choice: '', key: '' };
      given.value = [...given.value, key];
      queue.shift();
      tell('Saved', much ? details[choice].replace('better', 'much better') : details[choice]);
      if (choice === 'flag') say('Flagged.', { label: 'Add a note', run: () => (noting.value = key) });
    });

  /** Takes an answer back; its pair comes next. */
  const takeBack = (key: string): Promise<void> =>
    write(async () => {
      try {
        queue.unshift(await client.answers.revoke({ key, tab: tab.value }));
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

  /** Chooses something else on a pair that was answered. @throws what the application says */
  async function change(key: string, choice: Choice, note: string): Promise<ShownAnswer> {
    const changed = await client.answers.change({ key, choice, note });
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
