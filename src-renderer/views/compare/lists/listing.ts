import { computed, shallowRef, watch } from 'vue';
import type { ListKind } from '../../../../src-main/contract/records.ts';
import type { CompareList } from '../../../../src-main/contract/views.ts';
import { client, codeOf } from '../../../api.ts';
import { compareTab } from '../../../composables/compare-tab.ts';
import { onChange } from '../../../composables/live.ts';
import { useWriting } from '../../../composables/writing.ts';
import { createQueue } from '../queue.ts';
import { useStopwatch } from '../stopwatch.ts';
import { isWhole, move, type Ordering, press, takeLast } from './ordering.ts';

const idOf = ({ comments }: CompareList): string =>
  comments
    .map(({ id }) => id)
    .sort((a, b) => a - b)
    .join(' ');

/** The question about several comments that is at hand, what was pressed of it, and the answers given before. */
export function useListing(kind: ListKind) {
  const tab = compareTab();
  const given = shallowRef<readonly string[]>([]);
  const queue = createQueue(
    async (count) => (await client.answers.nextLists({ tab: tab.value, kind, count })).lists,
    idOf,
  );
  const current = computed<CompareList | null>(() => queue.pairs.value[0] ?? null);
  const question = computed(() => ({ kind, shown: current.value?.comments.map(({ id }) => id) ?? [] }));
  const ordering = shallowRef<Ordering>([]);
  /** The next comment shares the last place. */
  const same = shallowRef(false);
  const { failure, said, tell, write } = useWriting();

  const stopwatch = useStopwatch();
  watch(
    () => current.value && idOf(current.value),
    () => {
      stopwatch.restart();
      ordering.value = [];
      same.value = false;
      attempted = '';
    },
  );
  /** The key of an attempt that failed: the same answer is never written twice. */
  let attempted = '';

  /** @param pressed nothing for a skip */
  const send = (pressed: Ordering): Promise<void> =>
    write(async () => {
      const list = current.value;
      if (!list) return;
      attempted ||= crypto.randomUUID();
      const { key } = await client.answers.addList({
        tab: tab.value,
        key: attempted,
        kind,
        postId: list.post.id,
        shown: [...question.value.shown],
        pressed: pressed.map((ids) => [...ids]),
        durationMs: stopwatch.read(),
      });
      given.value = [...given.value, key];
      queue.shift();
      tell(pressed.length === 0 ? 'Skipped' : 'Saved');
    });

  const save = async (): Promise<void> => {
    if (isWhole(ordering.value, question.value)) await send(ordering.value);
  };

  async function pressed(id: number, sharing = same.value): Promise<void> {
    ordering.value = press(ordering.value, question.value, id, sharing);
    same.value = false;
    // Two presses say all there is to say of the best and the worst.
    if (kind === 'best-worst') await save();
  }

  /** Takes an answer back; its question comes next. */
  const takeBack = (key: string): Promise<void> =>
    write(async () => {
      try {
        const list = await client.answers.revokeList({ key, tab: tab.value });
        if (list.kind === kind) queue.unshift(list);
        tell('Taken back');
      } catch (error) {
        if (codeOf(error) !== 'not-found') throw error;
        tell('Taken back before');
      }
      given.value = given.value.filter((each) => each !== key);
    });

  async function undo(): Promise<void> {
    const last = given.value.at(-1);
    if (ordering.value.length > 0) ordering.value = takeLast(ordering.value, question.value.shown);
    else if (last !== undefined) await takeBack(last);
  }

  /** A tab that is opened anew takes back what its person answered here last. */
  async function goOnFromBefore(): Promise<void> {
    const { lists } = await client.answers.recent({ limit: 20 });
    const before = lists.filter((list) => list.kind === kind).map(({ key }) => key);
    given.value = [...before.filter((key) => !given.value.includes(key)).reverse(), ...given.value];
  }
  // Without it there is less to take back, and no more.
  void goOnFromBefore().catch(() => undefined);

  onChange(['posts', 'imports'], () => void queue.renew());
  void queue.fill();

  return {
    current,
    state: queue.state,
    queueError: queue.error,
    again: () => void queue.fill(),
    ordering,
    same,
    failure,
    said,
    whole: computed(() => isWhole(ordering.value, question.value)),
    canUndo: computed(() => ordering.value.length > 0 || given.value.length > 0),
    press: pressed,
    move: (id: number, by: -1 | 1): void => {
      if (kind === 'order') ordering.value = move(ordering.value, question.value.shown, id, by);
    },
    save,
    skip: () => send([]),
    undo,
    takeBack,
    pass: (): void => {
      failure.value = null;
      queue.shift();
      void queue.renew();
    },
  };
}
