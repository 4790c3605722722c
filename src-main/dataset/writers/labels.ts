import { outcomeOf } from '../../common/outcomes.ts';
import type { Answer, Comment, Post, Preference } from '../../contract/records.ts';
import { withoutEmpty } from './scored.ts';

type Side = Pick<Comment, 'text' | 'author' | 'createdAt' | 'link'>;

/** One answer with all that is needed to bring it back, even where its post is not there. */
export function labelLine(answer: Answer<Preference>, post: Post, left: Side, right: Side): string {
  const { key, title, text, context, group, split, author, createdAt: date, link } = post;
  const { annotator, origin, createdAt, durationMs, revokedAt, note, again, models, margin } = answer;
  const { chosenBy, chance, much, question, verdict } = answer;
  return `${JSON.stringify({
    id: answer.key,
    ...withoutEmpty({ post: key, group, split, title, text, context, author, date, link }),
    left: left.text,
    right: right.text,
    ...withoutEmpty({ leftAuthor: left.author, leftDate: left.createdAt, leftLink: left.link }),
    ...withoutEmpty({ rightAuthor: right.author, rightDate: right.createdAt, rightLink: right.link }),
    ...outcomeOf(answer.choice),
    ...(models?.some((name) => name !== null) ? { models } : {}),
    ...withoutEmpty({ margin }),
    annotator,
    origin,
    createdAt,
    durationMs,
    revokedAt,
    ...(note ? { note } : {}),
    ...(again ? { again } : {}),
    ...(much ? { much } : {}),
    ...withoutEmpty({ chosenBy, chance, question }),
    ...(verdict ? { verdict } : {}),
  })}\n`;
}
