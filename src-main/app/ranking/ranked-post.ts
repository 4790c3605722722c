import { decisive } from '../../common/verdicts.ts';
import type { Answer, Model, Preference } from '../../contract/records.ts';
import type { JoinedComment } from '../../contract/reports.ts';
import { type Joined, joinedOf, mostJoined, type Wanted } from '../../labeling/joined.ts';
import { curationsOfPost } from '../../store/curations.ts';
import { answersOfPost } from '../../store/labels.ts';
import type { ReadingStore } from '../../store/open.ts';
import { rankingOfPost } from '../../store/rewards.ts';
import { meaningOf } from '../kernel/meaning.ts';

/**
 * A model's ranking of a post, joined with people's answers, the best first. Where comments lack a reward, or are too many to be joined, it
 * is the model's alone. What a person pinned or excluded stands where it would without that.
 * @param wanted where it says nothing of places, they are drawn where people have answered
 */
export function rankedPost(
  store: ReadingStore,
  model: Model,
  postId: number,
  wanted: Partial<Wanted> = {},
): { readonly comments: readonly JoinedComment[]; readonly joined: Joined | null } {
  const ranked = rankingOfPost(store, model.id, postId);
  const answers = answersOfPost(store, postId);
  const counts = countsOf(decisive(answers));
  const rewarded = ranked.flatMap(({ id, reward }) => (reward === null ? [] : [{ id, reward }]));
  const alone = rewarded.length < ranked.length || ranked.length > mostJoined;
  const joined = alone
    ? null
    : joinedOf(rewarded, answers, meaningOf(store, model), { places: answers.length > 0, ...wanted });
  const standings = new Map(joined?.standings.map((standing) => [standing.id, standing]));
  const byId = new Map(ranked.map((comment) => [comment.id, comment]));
  const curations = curationsOfPost(store, postId);
  const order = joined ? joined.standings.map(({ id }) => byId.get(id)!) : ranked;
  const comments = order.map((comment, place): JoinedComment => {
    const { mean, interval, places, beatsNext } = standings.get(comment.id) ?? {};
    return {
      ...comment,
      position: joined ? place : comment.position,
      worth: mean ?? null,
      interval: interval ?? null,
      places: places ?? null,
      answers: counts.get(comment.id) ?? 0,
      beatsNext: beatsNext ?? null,
      byHand: curations.get(comment.id)?.kind ?? null,
    };
  });
  return { comments, joined };
}

/** How many of the answers that are used each comment is in. */
function countsOf(answers: readonly Answer<Preference>[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { leftId, rightId } of answers)
    for (const id of [leftId, rightId]) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}
