import { decisive } from '../../common/verdicts.ts';
import type { CallHooks } from '../../contract/calls.ts';
import type { RankedView } from '../../contract/views.ts';
import { answersOfPost } from '../../store/labels.ts';
import { findKeptModel } from '../../store/models.ts';
import { pairsOfPostFor } from '../../store/open-pairs.ts';
import { findPost } from '../../store/posts.ts';
import { rankingOfPost } from '../../store/rewards.ts';
import { type House, modelInUse, rewardModel } from '../kernel/house.ts';
import { settingsOf } from '../settings/settings.ts';
import { parted, withPeople } from './browsing.ts';
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
    ? rankedPost(house.store, models[0], id, { places: true, closed: closedTo(house, id) }).joined
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

/** Whether a person was asked two comments of a post before, or somebody flagged them. */
function closedTo(house: House, postId: number): (one: number, other: number) => boolean {
  const { taken } = pairsOfPostFor(house.store, settingsOf(house).annotator, postId);
  const closed = new Set(taken.flatMap(([one, other]) => [`${one} ${other}`, `${other} ${one}`]));
  return (one, other) => closed.has(`${one} ${other}`);
}
