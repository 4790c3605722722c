import type { PostFact } from '../dataset/facts.ts';
import { hasFigure } from '../dataset/facts.ts';
import { reasons } from '../dataset/reasons.ts';
import { report, type Tally } from './tally.ts';

/** Posts of a file that are looked after: of more, a preview doesn't say which stay out. */
const postsAtMost = 200_000;

type Lone = { readonly line: number; readonly text: string; readonly hasFigure: boolean };

/** Which posts of a file come to a single comment, or to none: an import leaves them out, since there is nothing to compare. */
export type LonePosts = {
  /** Takes a post as it comes. @returns whether its row stays out, since it has no comment and nothing that comments could name */
  readonly take: (fact: PostFact) => boolean;
  /** A post has comments that come by themselves, or answers. */
  readonly hasMore: (key: string) => void;
  /** Once all was read: reports those with one comment. What the store may have more of is not known here. */
  readonly reportTo: (tally: Tally) => void;
};

export function createLonePosts(): LonePosts {
  /** Of each post its only comment so far; null where there are more, or none yet. */
  const posts = new Map<string, Lone | null>();
  let full = false;
  return {
    take: ({ post, comments, line }) => {
      const isNew = !posts.has(post.key);
      if (isNew && comments.length === 0 && !post.keyGiven) return true;
      full ||= isNew && posts.size >= postsAtMost;
      if (full) return false;
      const [only, another] = comments;
      // A post with an id that came by itself waits for comments of other files.
      const isLone =
        isNew && only !== undefined && another === undefined && only.text !== '' && only.replies.length === 0;
      posts.set(post.key, isLone ? { line, text: only.text.slice(0, 200), hasFigure: hasFigure(only) } : null);
      return false;
    },
    hasMore: (key) => {
      if (posts.has(key) || posts.size < postsAtMost) posts.set(key, null);
    },
    reportTo: (tally) => {
      if (full) return;
      for (const lone of posts.values()) {
        if (lone === null) continue;
        const left = { kind: 'left', line: lone.line, text: lone.text.toWellFormed() } as const;
        report(tally, {
          ...left,
          of: 'row',
          why: 'lone',
          reason: 'a post with only one comment, and there is nothing to compare it with',
        });
        report(tally, { ...left, of: 'comment', why: 'with-row', reason: reasons['with-post'], text: '' });
        tally.imported.row -= 1;
        tally.imported.comment -= 1;
        if (!lone.hasFigure) continue;
        report(tally, { ...left, of: 'vote', why: 'with-comment', reason: reasons['with-comment'], text: '' });
        tally.imported.vote -= 1;
      }
    },
  };
}
