import { useSessionStorage } from '@vueuse/core';
import { computed, shallowRef, watch } from 'vue';
import { counted } from '../../../src-main/common/words.ts';
import type { Choice } from '../../../src-main/contract/records.ts';
import type { ComparePair, ShownAnswer } from '../../../src-main/contract/views.ts';
import { client, codeOf } from '../../api.ts';
import { compareTab } from '../../composables/compare-tab.ts';
import { onChange } from '../../composables/live.ts';
import { type SideNames, useSides } from '../../composables/sides.ts';
import { say } from '../../composables/toasts.ts';
import { useWriting } from '../../composables/writing.ts';
import { createQueue, pairId } from './queue.ts';
import { useStopwatch } from './stopwatch.ts';

const detailsOf = ({ left, right }: SideNames): Readonly<Record<Choice, string>> => ({
  left: `${left} is better`,
  right: `${right} is better`,
  tie: 'a tie',
  bad: 'both bad',
  skip: 'skipped',
  flag: 'flagged',
});
/** Answers from before this tab was opened that can be taken back. */
const goesBack = 20;

/** The pair at hand, its answer, and those given before. One thing is written at a time. */
export function useComparing() {
  const tab = compareTab();
  const sides = useSides();
  /** Keys of the answers given in this tab, the last one last. */
  const given = useSessionStorage<string[]>('tiebreak.answers', []);
  /** What is asked next is chosen anew, as settings have it now. */
  let anew = false;
  const queue = createQueue<ComparePair & { readonly choice?: Choice }>(async (count) => {
    const asked = client.answers.nextPairs({ tab: tab.value, count, anew });
    anew = false;
    return (await asked).pairs;
  }, pairId);
  /** With what was said of it, where that was taken back. */
  const current = computed(() => queue.pairs.value[0] ?? null);
  const flashes = shallowRef<Readonly<Record<'left' | 'right', number>>>({ left: 0, right: 0 });
  const { failure, said, tell, write } = useWriting();
  const details = computed(() => detailsOf(sides.value));
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

  /** The chosen side lights up, at a tie both. */
  function flash(choice: Choice): void {
    const { left, right } = flashes.value;
    const is = (side: Choice): number => (choice === side || choice === 'tie' ? 1 : 0);
    flashes.value = { left: left + is('left'), right: right + is('right') };
  }

  const answer = (choice: Choice, much = false): Promise<void> =>
    write(async () => {
      const pair = current.value;
      if (!pair) return;
      flash(choice);
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
      tell('Saved', much ? details.value[choice].replace('better', 'much better') : details.value[choice]);
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

  /** A tab that is opened anew takes back what its person answered here last. */
  async function goOnFromBefore(): Promise<void> {
    if (given.value.length > 0) return;
    const { answers } = await client.answers.recent({ limit: goesBack });
    const before = answers.filter(({ origin, verdict }) => origin === 'compare' && !verdict).map(({ key }) => key);
    given.value = [...before.filter((key) => !given.value.includes(key)).reverse(), ...given.value];
  }

  /** Brings the pairs that were skipped back, the first of them at once. */
  const askSkipped = (): Promise<void> =>
    write(async () => {
      const { pairs } = await client.answers.askSkipped({ tab: tab.value });
      await queue.renew();
      tell(`${counted(pairs, 'skipped pair comes', 'skipped pairs come')} again`);
    });

  /** Leaves a pair that can't be answered any more. */
  function pass(): void {
    failure.value = null;
    queue.shift();
    void queue.renew();
  }

  onChange(['posts', 'imports'], () => void queue.renew());
  /** What the next pairs depend on. */
  const choosing = async (): Promise<string> => {
    // Where that can't be told, it is as if it had changed.
    const { work, strategy, only } = await client.settings
      .get()
      .catch(() => ({ work: null, strategy: null, only: null }));
    return JSON.stringify([work, strategy, only]);
  };
  let chosenBy = choosing();
  onChange(['settings'], async () => {
    const before = await chosenBy;
    chosenBy = choosing();
    if (before === (await chosenBy)) return;
    // What was on its way comes first: it was chosen as before.
    await queue.fill();
    anew = true;
    await queue.renew();
  });
  void queue.fill();
  // Without it there is less to take back, and no more.
  void goOnFromBefore().catch(() => undefined);

  return {
    current,
    state: queue.state,
    queueError: queue.error,
    again: () => void queue.fill(),
    failure,
    said,
    noting,
    flashes,
    canUndo: computed(() => given.value.length > 0),
    answer,
    undo,
    takeBack,
    change,
    askSkipped,
    pass,
  };
}
