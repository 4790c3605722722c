import { decisive } from '../../common/verdicts.ts';
import type { CallHooks } from '../../contract/calls.ts';
import type { RankedView } from '../../contract/views.ts';
import { driftsOfPost } from '../../store/drifts.ts';
import { answersOfPost } from '../../store/labels.ts';
import { findKeptModel } from '../../store/models.ts';
import { findPost } from '../../store/posts.ts';
import { rankingOfPost } from '../../store/rewards.ts';
import { type House, modelInUse, rewardModel } from '../kernel/house.ts';
import { settingsOf } from '../settings/settings.ts';
import { parted, withPeople } from './browsing.ts';
import { closedTo } from './gains.ts';
import { rankedPost } from './ranked-post.ts';
import { scoreMissing } from './scoring.ts';

/**
 * The comments of a post as one or two models rank them, or the model in use where none is named, the first of them joined with people's
 * answers. Scores what lacks a reward.
 */
export async function rankedView(
  house: House,
  postId: number,
  names: readonly string[],
  hooks: CallHooks,
): Promise<RankedView> {
  const inUse = modelInUse(house);
  const models = names.length > 0 ? names.map((name) => rewardModel(house, name)) : inUse ? [inUse] : [];
  const { device } = settingsOf(house);
  const { id } = findPost(house.store, postId);
  for (const model of models) await scoreMissing(house, model, { postId: id }, device, hooks);
  // The post may have changed while it was scored.
  const { post, comments } = parted(findPost(house.store, id));
  const rankings = models.map((model) => {
    const ranked = rankingOfPost(house.store, model.id, id);
    return { order: ranked, places: new Map(ranked.map((comment) => [comment.id, comment])) };
  });
  const joined = models[0]
    ? rankedPost(house.store, models[0], id, {
        places: true,
        closed: closedTo(house.store, settingsOf(house).annotator, id),
      }).joined
    : null;
  const standings = new Map(joined?.standings.map((standing) => [standing.id, standing]));
  const order =
    joined?.standings ??
    rankings[0]?.order ??
    comments.toSorted((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity) || 0);
  const byId = new Map(comments.map((comment) => [comment.id, comment]));
  const answers = decisive(answersOfPost(house.store, id));
  const ranked = withPeople(
    order.map((one) => byId.get(one.id)!),
    answers,
  );
  return {
    post,
    models: models.map(({ name }) => name),
    drift: models[0] ? driftsOfPost(house.store, models[0].id, id).filter(({ differs }) => differs.length > 0) : [],
    joined: joined && {
      answers: answers.length,
      calibrated: findKeptModel(house.store, models[0]!.id).temperature !== null,
      right: joined.right,
      question: joined.question && [joined.question.one, joined.question.other],
    },
    comments: ranked.map((comment) => ({
      ...comment,
      rewards: rankings.map(({ places }) => places.get(comment.id)?.reward ?? null),
      positions: rankings.map(({ places }) => places.get(comment.id)?.position ?? null),
      places: standings.get(comment.id)?.places ?? null,
      beatsNext: standings.get(comment.id)?.beatsNext ?? null,
    })),
  };
}
