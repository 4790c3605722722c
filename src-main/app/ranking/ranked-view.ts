import type { CallHooks } from '../../contract/calls.ts';
import type { RankedView } from '../../contract/views.ts';
import { answersOfPost } from '../../store/labels.ts';
import { findKeptModel } from '../../store/models.ts';
import { findPost } from '../../store/posts.ts';
import { rankingOfPost } from '../../store/rewards.ts';
import { type House, modelInUse, rewardModel } from '../kernel/house.ts';
import { settingsOf } from '../settings/settings.ts';
import { parted, withPeople } from './browsing.ts';
import { scoreMissing } from './scoring.ts';

/** The comments of a post as one or two models rank them, or the model in use where none is named. Scores what lacks a reward. */
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
  // To learn it may take a scoring of the validation split, for which no page shall wait.
  const temperature = (models[0] && findKeptModel(house.store, models[0].id).temperature) ?? 1;
  // The post may have changed while it was scored.
  const { post, comments } = parted(findPost(house.store, id));
  const rankings = models.map((model) => {
    const ranked = rankingOfPost(house.store, model.id, id);
    return { order: ranked, places: new Map(ranked.map((comment) => [comment.id, comment])) };
  });
  const order = rankings[0]?.order ?? comments.toSorted((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity) || 0);
  const byId = new Map(comments.map((comment) => [comment.id, comment]));
  const answers = answersOfPost(house.store, id);
  const ranked = withPeople(
    order.map((one) => byId.get(one.id)!),
    answers,
  ).map((comment) => ({
    ...comment,
    rewards: rankings.map(({ places }) => places.get(comment.id)?.reward ?? null),
    positions: rankings.map(({ places }) => places.get(comment.id)?.position ?? null),
  }));
  return {
    post,
    models: models.map(({ name }) => name),
    comments: ranked.map((comment, i) => ({
      ...comment,
      beatsNext: chance(comment.rewards[0], ranked[i + 1]?.rewards[0], temperature),
    })),
  };
}

/** The chance that people prefer what has the one reward to what has the other: sigmoid of the difference, calibrated. */
function chance(one: number | null | undefined, other: number | null | undefined, temperature: number): number | null {
  if (typeof one !== 'number' || typeof other !== 'number') return null;
  return 1 / (1 + Math.exp((other - one) / temperature));
}
