import { isSureEnough } from '../../common/ranking-words.ts';
import { joinedOf, mostJoined } from '../../labeling/joined.ts';
import { meaningOf, unknownMeaning } from '../../labeling/meaning.ts';
import { isOneOf } from '../../labeling/next-pair.ts';
import type { Pair } from '../../store/answers.ts';
import { commentCount } from '../../store/first-comments.ts';
import { answersOfPost, postsAnsweredBy } from '../../store/labels.ts';
import { findKeptModel } from '../../store/models.ts';
import { pairsOfPostFor } from '../../store/open-pairs.ts';
import { splitOfPost } from '../../store/posts.ts';
import { rankingOfPost } from '../../store/rewards.ts';
import { type House, modelInUse } from '../kernel/house.ts';
import type { PostUnderWay, Question } from './finding.ts';

/** Posts that a person is in the midst of: so many of the last ones. */
const underWay = 5;

/**
 * The pair of a post under way on which an answer tells most of its order: posts are finished one after another, each until its order
 * is sure enough. null where all are.
 */
export function pairToFinish(house: House, annotator: string, isOpen: (pair: Pair) => boolean): Pair | null {
  const { store } = house;
  for (const postId of postsAnsweredBy(store, annotator, underWay)) {
    if (splitOfPost(store, postId) !== 'train') continue;
    const found = pairInPost(house, annotator, postId, isOpen, true);
    if (found) return found;
  }
  return null;
}

/**
 * The post that a person is at, until its order is sure enough or no pair of it is left: that of the question handed out last, or of the
 * newest answer. null where another one may begin. On posts that models are measured on, no model says when they are done.
 * @param isAsked whether the post is one of those that are asked about
 */
export function postUnderWay(
  house: House,
  annotator: string,
  reserved: readonly Question[],
  isAsked: (postId: number) => boolean,
  isOpen: (pair: Pair) => boolean,
): PostUnderWay | null {
  const { store } = house;
  const ahead = reserved.filter(({ kind, chosenBy }) => kind === 'pair' && chosenBy !== 'again').toReversed();
  const at = [...ahead.map(({ postId }) => postId), ...postsAnsweredBy(store, annotator, underWay)];
  for (const postId of new Set(at)) {
    if (!isAsked(postId)) continue;
    const trained = splitOfPost(store, postId) === 'train';
    const best = pairInPost(house, annotator, postId, isOpen, trained);
    if (best) return { postId, best: trained ? best : null };
  }
  return null;
}

/** The pair of a post on which an answer tells most of its order; null where that is sure enough, or the post has too many comments to say. */
function pairInPost(
  house: House,
  annotator: string,
  postId: number,
  isOpen: (pair: Pair) => boolean,
  withModel: boolean,
): Pair | null {
  const { store } = house;
  const model = withModel ? modelInUse(house) : null;
  if (commentCount(store, postId) > mostJoined) return null;
  const { comments, taken } = pairsOfPostFor(store, annotator, postId);
  const ranked = model ? rankingOfPost(store, model.id, postId) : [];
  const rewards = new Map(ranked.flatMap(({ id, reward }) => (reward === null ? [] : [[id, reward] as const])));
  const whole = rewards.size === comments.length;
  const isTaken = isOneOf(taken);
  const joined = joinedOf(
    comments.map((id) => ({ id, reward: whole ? rewards.get(id)! : 0 })),
    answersOfPost(store, postId),
    model && whole ? meaningOf(findKeptModel(store, model.id)) : unknownMeaning,
    {
      places: false,
      closed: (leftId, rightId) => isTaken(leftId, rightId) || !isOpen({ postId, leftId, rightId }),
    },
  );
  if (isSureEnough(joined.right) || !joined.question) return null;
  return { postId, leftId: joined.question.one, rightId: joined.question.other };
}
