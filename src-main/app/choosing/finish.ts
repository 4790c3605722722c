import { isSureEnough } from '../../common/ranking-words.ts';
import { joinedOf, mostJoined } from '../../labeling/joined.ts';
import { isOneOf } from '../../labeling/next-pair.ts';
import type { Pair } from '../../store/answers.ts';
import { answersOfPost, postsAnsweredBy } from '../../store/labels.ts';
import { pairsOfPostFor } from '../../store/open-pairs.ts';
import { splitOfPost } from '../../store/posts.ts';
import { rankingOfPost } from '../../store/rewards.ts';
import { type House, modelInUse } from '../kernel/house.ts';
import { meaningOf, unknownMeaning } from '../kernel/meaning.ts';

/** Posts that a person is in the midst of: so many of the last ones. */
const underWay = 5;

/**
 * The pair of a post under way on which an answer tells most of its order: posts are finished one after another, each until its order
 * is sure enough. null where all are.
 */
export function pairToFinish(house: House, annotator: string, isOpen: (pair: Pair) => boolean): Pair | null {
  const { store } = house;
  const model = modelInUse(house);
  for (const postId of postsAnsweredBy(store, annotator, underWay)) {
    if (splitOfPost(store, postId) !== 'train') continue;
    const { comments, taken } = pairsOfPostFor(store, annotator, postId);
    if (comments.length > mostJoined) continue;
    const ranked = model ? rankingOfPost(store, model.id, postId) : [];
    const rewards = new Map(ranked.flatMap(({ id, reward }) => (reward === null ? [] : [[id, reward] as const])));
    const whole = rewards.size === comments.length;
    const isTaken = isOneOf(taken);
    const joined = joinedOf(
      comments.map((id) => ({ id, reward: whole ? rewards.get(id)! : 0 })),
      answersOfPost(store, postId),
      model && whole ? meaningOf(store, model) : unknownMeaning,
      {
        places: false,
        closed: (leftId, rightId) => isTaken(leftId, rightId) || !isOpen({ postId, leftId, rightId }),
      },
    );
    if (!isSureEnough(joined.right) && joined.question) {
      return { postId, leftId: joined.question.one, rightId: joined.question.other };
    }
  }
  return null;
}
