import type { Answer, Post, PostWithComments, Preference, Split } from '../contract/records.ts';
import { arenaLine } from '../dataset/writers/arena.ts';
import type { ComparedPair } from '../dataset/writers/compared.ts';
import { labelLine } from '../dataset/writers/labels.ts';
import { postInput } from '../recipe/pairs.ts';
import { allAnswers, answersOfPost } from '../store/labels.ts';
import type { ReadingStore } from '../store/open.ts';
import { findPost, postsWithComments } from '../store/posts.ts';

/** Every two comments that somebody compared, with what all said of them; what was taken back is left out. */
export function* comparedPairs(store: ReadingStore, split: Split | undefined): Generator<ComparedPair> {
  for (const post of postsWithComments(store, { split, answered: true })) {
    const pairs = new Map<string, Answer<Preference>[]>();
    for (const answer of answersOfPost(store, post.id)) {
      const name = namesOf(answer).join(' ');
      pairs.set(name, [...(pairs.get(name) ?? []), answer]);
    }
    for (const answers of pairs.values()) {
      const [firstId, secondId] = namesOf(answers[0]!);
      const [first, second] = [commentOf(post, firstId), commentOf(post, secondId)];
      yield { post: post.key, prompt: postInput(post, 'post'), first, second, answers };
    }
  }
}

const namesOf = ({ leftId, rightId }: Answer): readonly [number, number] => [
  Math.min(leftId, rightId),
  Math.max(leftId, rightId),
];

const commentOf = (post: PostWithComments, wanted: number) => post.comments.find(({ id }) => id === wanted)!;

/** Every answer as a line of the labels' format, those that were taken back as well. */
export function* labelLines(store: ReadingStore, split: Split | undefined): Generator<string> {
  for (const { answer, post, left, right } of answersWithTexts(store, { split, revoked: true }))
    yield labelLine(answer, post, left, right);
}

/** Every answer that counts as a battle. */
export function* arenaLines(store: ReadingStore, split: Split | undefined): Generator<string> {
  for (const { answer, post, left, right } of answersWithTexts(store, { split }))
    yield arenaLine(answer, { prompt: postInput(post, 'post'), left: left.text, right: right.text });
}

type WithTexts = {
  readonly answer: Answer<Preference>;
  readonly post: Post;
  readonly left: PostWithComments['comments'][number];
  readonly right: PostWithComments['comments'][number];
};

function* answersWithTexts(store: ReadingStore, filter: Parameters<typeof allAnswers>[1]): Generator<WithTexts> {
  let post: PostWithComments | null = null;
  for (const answer of allAnswers(store, filter)) {
    const found: PostWithComments = post?.id === answer.postId ? post : findPost(store, answer.postId);
    post = found;
    yield { answer, post: found, left: commentOf(found, answer.leftId), right: commentOf(found, answer.rightId) };
  }
}
