import { basename } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { TiebreakError } from '../contract/errors.ts';
import type { Noun, Preview, ReadingChoices, Reported } from '../contract/reading.ts';
import { readWhole } from '../dataset/look.ts';

export type PreviewHooks = {
  readonly onProgress?: ((progress: { readonly bytes: number; readonly total: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** Stands in for the preview of all formats until that is there: what a file's beginning comes to, then more and more of it. */
export async function* previewFile(
  path: string,
  choices: ReadingChoices,
  hooks: PreviewHooks,
): AsyncGenerator<Preview> {
  const { found, posts, left, bytes } = await readWhole(path, choices);
  if (posts.length === 0)
    throw new TiebreakError(
      'bad-input',
      `No comment could be read of ${path}: say which column holds the post's text, and which the comment.`,
    );
  const none: Record<Noun, number> = { row: 0, comment: 0, reply: 0, vote: 0, answer: 0, context: 0 };
  const comments = posts.reduce((sum, post) => sum + post.comments.length, 0);
  const reasons = new Map<string, Reported>();
  for (const { reason, ...example } of left) {
    const before = reasons.get(reason);
    reasons.set(reason, {
      kind: reason,
      of: 'comment',
      left: true,
      count: (before?.count ?? 0) + 1,
      reason,
      examples: [...(before?.examples ?? []), example],
    });
  }
  const order = (a: { votes: number | null; place: number | null }, b: typeof a): number =>
    (b.votes ?? 0) - (a.votes ?? 0) || (a.place ?? 0) - (b.place ?? 0);
  for (const whole of [false, true]) {
    const share = whole ? 1 : 0.5;
    hooks.onProgress?.({ bytes: bytes * share, total: bytes });
    yield {
      file: basename(path),
      found,
      whole,
      remembered: false,
      posts: posts.slice(0, 3).map((post) => ({
        ...post,
        comments: post.comments.toSorted(order).slice(0, 5),
        more: Math.max(0, post.comments.length - 5),
      })),
      read: { ...none, comment: Math.floor((comments + left.length) * share) },
      imported: { ...none, comment: Math.floor(comments * share) },
      reported: [...reasons.values()],
    };
    await breathe();
    if (hooks.signal?.aborted) throw new TiebreakError('cancelled', 'Reading was stopped. Nothing was stored.');
  }
}
