import { outcomeOf } from '../../common/outcomes.ts';
import type { Answer, Post, Preference } from '../../contract/records.ts';
import { withoutEmpty } from './scored.ts';

/** One answer with all that is needed to bring it back, even where its post is not there. */
export function labelLine(answer: Answer<Preference>, post: Post, left: string, right: string): string {
  const { key, title, text, context, group, split } = post;
  const { annotator, origin, createdAt, durationMs, revokedAt, note, again } = answer;
  return `${JSON.stringify({
    id: answer.key,
    ...withoutEmpty({ post: key, group, split, title, text, context }),
    left,
    right,
    ...outcomeOf(answer.choice),
    annotator,
    origin,
    createdAt,
    durationMs,
    revokedAt,
    ...(note ? { note } : {}),
    ...(again ? { again } : {}),
  })}\n`;
}
