import { inParts } from '../../common/lists.ts';
import { type ScoredComment, type ScoredPost, withoutEmpty, worthOf } from './scored.ts';

/** Comments that are written at once, and characters of theirs: some milliseconds of work. */
const together = { size: 500, weight: 1 << 20, weigh: ({ text }: ScoredComment) => text.length };

/**
 * One row of CUP IT, piece by piece: the position is the score, the reward stands beside it. Whether a score is a place or a number of votes can't always be
 * told from the scores, so the row says it: `"scores": "places"`. Where several rows ranked one post, each list is a row again, and `list` says
 * that they don't compare.
 */
export function* cupitLine(post: ScoredPost): Generator<string> {
  const { key, group, split, title, text, context, author, createdAt, link, placed, list } = post;
  const scores = placed ? 'places' : null;
  const head = { id: key, group, split, title, text, context, author, date: createdAt, link, scores, list };
  yield `${JSON.stringify(withoutEmpty(head)).slice(0, -1)},"comments":[`;
  let separator = '';
  for (const comments of inParts(post.comments, together)) {
    yield separator + JSON.stringify(comments.map(commentOf)).slice(1, -1);
    separator = ',';
  }
  yield ']}\n';
}

const commentOf = (comment: ScoredComment): Record<string, unknown> =>
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
  });
