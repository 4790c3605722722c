import { type ScoredPost, withoutEmpty } from './scored.ts';

/** One row of CUP IT: the position is the score, the reward stands beside it. */
export function cupitLine(post: ScoredPost): string {
  const { key, group, split, title, text, context } = post;
  const comments = post.comments.map((comment) =>
    withoutEmpty({ text: comment.text, score: comment.position, reward: comment.reward, votes: comment.votes }),
  );
  return `${JSON.stringify({ ...withoutEmpty({ id: key, group, split, title, text, context }), comments })}\n`;
}
