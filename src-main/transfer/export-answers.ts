import { decisive } from '../common/verdicts.ts';
import type { Answer, Post, Preference, Split } from '../contract/records.ts';
import { arenaLine } from '../dataset/writers/arena.ts';
import type { ComparedPair } from '../dataset/writers/compared.ts';
import { labelLine } from '../dataset/writers/labels.ts';
import { postInput } from '../recipe/pairs.ts';
import { allAnswers, answersOfPost, verdictsOfPost } from '../store/labels.ts';
import type { ReadingStore } from '../store/open.ts';
import { postById, postsAlone } from '../store/posts.ts';
import { type CommentText, commentTexts } from '../store/some-comments.ts';
import type { NotSaidTally } from './not-said.ts';

/**
 * Every two comments that somebody compared, with what all said of them; what was taken back is left out, and, on a pair with a verdict, what
 * this stands in the place of.
 */
export function* comparedPairs(
  store: ReadingStore,
  split: Split | undefined,
  notSaid: NotSaidTally,
): Generator<ComparedPair> {
  for (const post of postsAlone(store, { split, answered: true })) {
    const pairs = new Map<string, Answer<Preference>[]>();
    const all = answersOfPost(store, post.id);
    const used = decisive(all);
    notSaid.add('settled', all.length - used.length);
    for (const answer of used) {
      const name = namesOf(answer).join(' ');
      pairs.set(name, [...(pairs.get(name) ?? []), answer]);
    }
    for (const answers of pairs.values()) {
      const [firstId, secondId] = namesOf(answers[0]!);
      // Of a thread of hundreds of thousands those alone.
      const texts = commentTexts(store, [firstId, secondId]);
      const [first, second] = [texts.get(firstId)!, texts.get(secondId)!];
      yield { post: post.key, prompt: postInput(post, 'post'), first, second, answers };
    }
  }
}

const namesOf = ({ leftId, rightId }: Answer): readonly [number, number] => [
  Math.min(leftId, rightId),
  Math.max(leftId, rightId),
];

/** Every answer as a line of the labels' format, those that were taken back as well. */
export function* labelLines(store: ReadingStore, split: Split | undefined): Generator<string> {
  for (const { answer, post, left, right } of answersWithTexts(store, { split, revoked: true }))
    yield labelLine(answer, post, left, right);
}

/** Every answer that counts as a battle; on a pair with a verdict, verdicts alone. */
export function* arenaLines(store: ReadingStore, split: Split | undefined, notSaid: NotSaidTally): Generator<string> {
  let [at, verdicts]: [number | null, readonly Answer<Preference>[]] = [null, []];
  for (const { answer, post, left, right } of answersWithTexts(store, { split })) {
    if (at !== post.id) [at, verdicts] = [post.id, verdictsOfPost(store, post.id)];
    if (!answer.verdict && !decisive([answer, ...verdicts]).includes(answer)) notSaid.add('settled');
    else yield arenaLine(answer, { prompt: postInput(post, 'post'), left: left.text, right: right.text });
  }
}

type WithTexts = {
  readonly answer: Answer<Preference>;
  readonly post: Post;
  readonly left: CommentText;
  readonly right: CommentText;
};

function* answersWithTexts(store: ReadingStore, filter: Parameters<typeof allAnswers>[1]): Generator<WithTexts> {
  let post: Post | null = null;
  for (const answer of allAnswers(store, filter)) {
    const found: Post = post?.id === answer.postId ? post : postById(store, answer.postId)!;
    post = found;
    const texts = commentTexts(store, [answer.leftId, answer.rightId]);
    yield { answer, post: found, left: texts.get(answer.leftId)!, right: texts.get(answer.rightId)! };
  }
}
