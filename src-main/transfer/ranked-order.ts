import { decisive } from '../common/verdicts.ts';
import type { Answer, Comment, Preference } from '../contract/records.ts';
import type { JoinedComment } from '../contract/reports.ts';
import { type Joined, joinedOf, mostJoined, type Wanted } from '../labeling/joined.ts';
import { meaningOf } from '../labeling/meaning.ts';
import { curationsOfPost } from '../store/curations.ts';
import { rewardsOfPost } from '../store/gains.ts';
import { answersOfPost } from '../store/labels.ts';
import { findKeptModel } from '../store/models.ts';
import type { ReadingStore } from '../store/open.ts';

/** A comment in its place, without what it says. */
type Placed = Omit<JoinedComment, keyof Comment> & Pick<Comment, 'id'>;

/**
 * The order in which a model ranks a post, joined with people's answers, the best first. Where comments lack a reward, or are too many to be joined, it
 * is the model's alone. What a person pinned or excluded stands where it would without that.
 * @param wanted where it says nothing of places, they are drawn where people have answered
 */
export function rankedOrder(
  store: ReadingStore,
  modelId: number,
  postId: number,
  wanted: Partial<Wanted> = {},
): { readonly order: readonly Placed[]; readonly joined: Joined | null } {
  const ranked = rewardsOfPost(store, modelId, postId);
  const answers = answersOfPost(store, postId);
  const counts = countsOf(decisive(answers));
  const rewarded = ranked.flatMap(({ id, reward }) => (reward === null ? [] : [{ id, reward }]));
  const alone = rewarded.length < ranked.length || ranked.length > mostJoined;
  const joined = alone
    ? null
    : joinedOf(rewarded, answers, meaningOf(findKeptModel(store, modelId)), { places: answers.length > 0, ...wanted });
  const standings = new Map(joined?.standings.map((standing) => [standing.id, standing]));
  const rewards = new Map(joined ? ranked.map(({ id, reward }) => [id, reward]) : []);
  const curations = curationsOfPost(store, postId);
  const ids = joined ? joined.standings.map(({ id }) => ({ id, reward: rewards.get(id)! })) : ranked;
  const order = ids.map(({ id, reward }, place): Placed => {
    const { mean, interval, places, beatsNext } = standings.get(id) ?? {};
    return {
      id,
      reward,
      position: reward === null ? null : place,
      worth: mean ?? null,
      interval: interval ?? null,
      places: places ?? null,
      answers: counts.get(id) ?? 0,
      beatsNext: beatsNext ?? null,
      byHand: curations.get(id)?.kind ?? null,
    };
  });
  return { order, joined };
}

/** How many of the answers that are used each comment is in. */
function countsOf(answers: readonly Answer<Preference>[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { leftId, rightId } of answers)
    for (const id of [leftId, rightId]) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}
