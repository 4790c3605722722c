import type { Label, Post } from '../../contract/records.ts';
import { withoutEmpty } from './scored.ts';

/** One label with all that is needed to bring it back, even where its post is not there. */
export function labelLine(label: Label, post: Post, left: string, right: string): string {
  const { key, title, text, context, group, split } = post;
  const { outcome, bothBad, annotator, origin, createdAt, durationMs, revokedAt, note } = label;
  return `${JSON.stringify({
    id: label.key,
    ...withoutEmpty({ post: key, group, split, title, text, context }),
    left,
    right,
    outcome,
    bothBad,
    annotator,
    origin,
    createdAt,
    durationMs,
    revokedAt,
    ...(note ? { note } : {}),
  })}\n`;
}
