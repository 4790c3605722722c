import { type ScoredPost, withoutEmpty, worthOf } from './scored.ts';

/**
 * One row of CUP IT: the position is the score, the reward stands beside it. Whether a score is a place or a number of votes can't always be
 * told from the scores, so the row says it: `"scores": "places"`. Where several rows ranked one post, each list is a row again, and `list` says
 * that they don't compare.
 */
export function cupitLine(post: ScoredPost): string {
  const { key, group, split, title, text, context, author, createdAt, link, list } = post;
  const comments = post.comments.map((comment) =>
    withoutEmpty({
      text: comment.text,
      score: comment.position,
      reward: comment.reward,
      ...worthOf(comment),
      by_hand: comment.byHand,
      votes: comment.votes,
      author: comment.author,
      date: comment.createdAt,
      link: comment.link,
    }),
  );
  const scores = post.comments.some(({ position }) => position !== null) ? 'places' : null;
  const head = { id: key, group, split, title, text, context, author, date: createdAt, link, scores, list };
  return `${JSON.stringify({ ...withoutEmpty(head), comments })}\n`;
}
