import { computed, ref, shallowRef } from 'vue';
import { type PastedBy, pastedBy, pastedComments } from '../../../src-main/common/pasted-comments.ts';
import { mostAtHand, mostAtOnce, type TextsAtHand } from '../../../src-main/contract/scoring.ts';
import type { TaskProgress } from '../../../src-main/contract/tasks.ts';
import { client, messageOf, sendFile } from '../../api.ts';

/** Comments that are scored without being stored: they stay here while other views are looked at, and go with the page. */
export const pasted = ref('');
export const postText = ref('');
const saidBy = ref<PastedBy | null>(null);
/** Where comments end: as a person said, or as the text looks. */
export const separatedBy = computed<PastedBy>({
  get: () => saidBy.value ?? pastedBy(pasted.value),
  set: (by) => {
    saidBy.value = by;
  },
});
export const comments = computed(() => pastedComments(pasted.value, separatedBy.value));

type Scored = { readonly text: string; readonly reward: number };
/** The comments of one post, the best first. */
export type RankedTexts = { readonly head: string; readonly comments: readonly Scored[] };
type Result = {
  readonly model: string;
  readonly temperature: number;
  readonly source: string;
  readonly posts: readonly RankedTexts[];
  /** What is missing of a file, in a sentence; '' where nothing is. */
  readonly missing: string;
};
export const result = shallowRef<Result | null>(null);
export const failure = ref('');
export const progress = shallowRef<TaskProgress | null>(null);
const stop = shallowRef<AbortController | null>(null);
export const scoring = computed(() => stop.value !== null);

export function cancelScoring(): void {
  stop.value?.abort();
  stop.value = null;
  progress.value = null;
}

/** Lets go of all that was pasted and scored. */
export function clear(): void {
  cancelScoring();
  pasted.value = '';
  postText.value = '';
  saidBy.value = null;
  result.value = null;
  failure.value = '';
}

export const tooMany = computed(() => comments.value.length > mostAtHand);

/** Scores what was pasted. */
export async function scorePasted(): Promise<void> {
  if (comments.value.length === 0 || tooMany.value) return;
  const post = { title: null, text: postText.value.trim(), context: null };
  const given: TextsAtHand = { posts: [{ ...post, comments: comments.value }], leftOut: 0, more: false };
  await work(async (signal) => score(given, 'what was pasted', signal));
}

/** Scores the comments of a file, each post's by themselves. A text file is put into the field, where it can be seen how it is read. */
export async function scoreFile(file: File): Promise<void> {
  if (/\.te?xt$/i.test(file.name) && file.size < 4 << 20) {
    pasted.value = await file.text();
    saidBy.value = null;
    result.value = null;
    failure.value = '';
    return;
  }
  await work(async (signal) => {
    const { handle } = await sendFile(file, signal);
    return score(await client.rankings.textsOf({ file: handle }, { signal }), file.name, signal);
  });
}

async function work(does: (signal: AbortSignal) => Promise<Result>): Promise<void> {
  cancelScoring();
  const mine = new AbortController();
  stop.value = mine;
  failure.value = '';
  result.value = null;
  try {
    const done = await does(mine.signal);
    if (stop.value === mine) result.value = done;
  } catch (error) {
    if (stop.value === mine) failure.value = messageOf(error);
  } finally {
    if (stop.value === mine) cancelScoring();
  }
}

async function score(given: TextsAtHand, source: string, signal: AbortSignal): Promise<Result> {
  const total = given.posts.reduce((sum, { comments: its }) => sum + its.length, 0);
  const begun = performance.now();
  const posts: RankedTexts[] = [];
  let done = 0;
  // All by one model, whichever is in use by the end.
  let model: string | undefined;
  let temperature = 1;
  for (const { comments: its, ...post } of given.posts) {
    const scored: Scored[] = [];
    for (let at = 0; at < its.length; at += mostAtOnce) {
      signal.throwIfAborted();
      const some = its.slice(at, at + mostAtOnce);
      const answer = await client.rankings.scoreTexts({ model, post, comments: [...some] }, { signal });
      ({ model, temperature } = answer);
      for (const [i, text] of some.entries()) scored.push({ text, reward: answer.rewards[i]! });
      done += some.length;
      const secondsLeft = ((performance.now() - begun) / 1000) * (total / done - 1);
      if (!signal.aborted) progress.value = { phase: 'score', done, total, speed: null, secondsLeft };
    }
    posts.push({ head: post.title ?? post.text, comments: scored.toSorted((a, b) => b.reward - a.reward) });
  }
  return { model: model!, temperature, source, posts, missing: missingInWords(given) };
}

function missingInWords({ leftOut, more }: TextsAtHand): string {
  return [
    ...(more ? [`The file has more: its first ${mostAtHand.toLocaleString('en')} comments were scored.`] : []),
    ...(leftOut > 0
      ? [`${leftOut.toLocaleString('en')} of its rows and comments can’t be scored, say since they have no text.`]
      : []),
  ].join(' ');
}

/** The ranked comments as people paste them elsewhere. */
export function asList({ posts }: Pick<Result, 'posts'>): string {
  const lines = (one: RankedTexts): string[] =>
    one.comments.map(({ text, reward }, at) => `${at + 1}. (${reward.toFixed(2)}) ${text}`);
  return posts.map((one) => [...(one.head === '' ? [] : [one.head]), ...lines(one)].join('\n')).join('\n\n');
}

/** The same as rows of a table. */
export const asRows = ({ posts }: Pick<Result, 'posts'>) =>
  posts.flatMap(({ head, comments: its }) =>
    its.map(({ text, reward }, at) => ({ post: head, place: at + 1, reward, comment: text })),
  );
