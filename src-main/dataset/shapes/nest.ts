import type { RawComment, RawFact, RawPost } from '../facts.ts';

/** A comment in a list that names what it answers. */
export type Listed = {
  readonly id: string | null;
  /** The comment that it answers; null where it answers the post. */
  readonly parent: string | null;
  readonly comment: RawComment;
};

/** Replies to replies that go deeper than this are given one by one. */
const deepest = 50;

/**
 * A post with the comments of a list, replies within what they answer, wherever in the list that stands. Those that answer what is not in the list,
 * or each other in a circle, come after it and name what they answer.
 */
export function nested(post: RawPost, listed: readonly Listed[]): readonly RawFact[] {
  const answers = new Map<string, Listed[]>();
  const tops: Listed[] = [];
  for (const one of listed) {
    if (one.parent === null) tops.push(one);
    else {
      const known = answers.get(one.parent);
      if (known) known.push(one);
      else answers.set(one.parent, [one]);
    }
  }
  const given = new Set<Listed>();
  function within(one: Listed, depth: number): RawComment {
    given.add(one);
    const replies = one.id === null || depth >= deepest ? undefined : answers.get(one.id);
    if (!replies) return one.comment;
    // Another with the same id has none of them.
    answers.delete(one.id!);
    return { ...one.comment, replies: replies.map((reply) => within(reply, depth + 1)) };
  }
  const comments = tops.map((one) => within(one, 0));
  const loose = listed.filter((one) => !given.has(one));
  return [{ kind: 'post', post, comments, list: 'thread' }, ...looselyUnder(post.id, loose)];
}

/** Comments that name what they answer, of a post that may be elsewhere. */
export function looselyUnder(post: unknown, listed: readonly Listed[]): readonly RawFact[] {
  return listed.map(({ parent, comment }) => ({ kind: 'comment', post, parent: parent ?? post, comment }));
}
