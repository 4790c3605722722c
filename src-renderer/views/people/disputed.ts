import { computed, shallowRef } from 'vue';
import type { DisputedPair } from '../../../src-main/contract/people.ts';
import { client, codeOf } from '../../api.ts';
import { useLive } from '../../composables/live.ts';
import { useWriting } from '../../composables/writing.ts';

export type Verdict = 'left' | 'right' | 'tie';

/** Pairs that are asked for at once. */
const limit = 50;
const nameOf = ({ left, right }: DisputedPair): string => [left.id, right.id].sort((a, b) => a - b).join(' ');

/** The disputed pair at hand, its verdict, and those given before. One thing is written at a time. */
export function useDisputed() {
  const { data, error, refetch } = useLive(['answers', 'posts', 'imports'], ['people.disputed'], (signal) =>
    client.people.disputed({ limit }, { signal }),
  );
  /** What was settled here, the last one last. */
  const given = shallowRef<readonly { readonly key: string; readonly pair: DisputedPair }[]>([]);
  /** Put off until later, in this order. */
  const later = shallowRef<readonly string[]>([]);
  /** Whose verdict was taken back: it comes next. */
  const returned = shallowRef<DisputedPair | null>(null);
  const { failure, said, tell, write } = useWriting();

  const open = computed(() => {
    const settled = new Set(given.value.map(({ pair }) => nameOf(pair)));
    const place = (pair: DisputedPair): number => later.value.indexOf(nameOf(pair));
    const pairs = (data.value?.pairs ?? []).filter((pair) => !settled.has(nameOf(pair)));
    return pairs.toSorted((a, b) => place(a) - place(b));
  });
  const current = computed(() => returned.value ?? open.value[0] ?? null);

  const settle = (choice: Verdict): Promise<void> =>
    write(async () => {
      const pair = current.value;
      if (!pair) return;
      const key = crypto.randomUUID();
      const { post, left, right } = pair;
      await client.people.settle({ key, postId: post.id, leftId: left.id, rightId: right.id, choice });
      given.value = [...given.value, { key, pair }];
      returned.value = null;
      tell('Settled');
    });

  const undo = (): Promise<void> =>
    write(async () => {
      const last = given.value.at(-1);
      if (!last) return;
      try {
        await client.answers.revoke({ key: last.key });
      } catch (problem) {
        if (codeOf(problem) !== 'not-found') throw problem;
      }
      given.value = given.value.slice(0, -1);
      returned.value = last.pair;
      tell('Taken back');
    });

  /** Puts the pair at hand behind the others. */
  function putOff(): void {
    const pair = current.value;
    if (!pair) return;
    const name = nameOf(pair);
    later.value = [...later.value.filter((one) => one !== name), name];
    returned.value = null;
    failure.value = null;
    tell('');
  }

  return {
    data,
    error,
    refetch,
    current,
    failure,
    said: computed(() => said.value.text),
    canUndo: computed(() => given.value.length > 0),
    settle,
    undo,
    putOff,
  };
}
