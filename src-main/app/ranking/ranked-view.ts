import { asCurated } from '../../common/curated.ts';
import { decisive } from '../../common/verdicts.ts';
import type { CallHooks } from '../../contract/calls.ts';
import type { Answer, Preference } from '../../contract/records.ts';
import type { RankedView } from '../../contract/views.ts';
import { mostJoined } from '../../labeling/joined.ts';
import { withPeople } from '../../recipe/people.ts';
import { saysOf } from '../../recipe/says.ts';
import { curationsOfPost } from '../../store/curations.ts';
import { driftsOfPost } from '../../store/drifts.ts';
import { answersOfPost } from '../../store/labels.ts';
import { findKeptModel } from '../../store/models.ts';
import { findPost, splitOfPost } from '../../store/posts.ts';
import { type House, modelInUse, rewardModel } from '../kernel/house.ts';
import { settingsOf } from '../settings/settings.ts';
import { firstOf } from './browsing.ts';
import { closedTo } from './gains.ts';
import { rankedPost } from './ranked-post.ts';
import { scoreMissing } from './scoring.ts';

/**
 * The comments of a post as one or two models rank them, or the model in use where none is named, the first of them joined with people's
 * answers. Scores what lacks a reward.
 */
export async function rankedView(
  house: House,
  {
    post: id,
    models: names,
    limit,
  }: { readonly post: number; readonly models: readonly string[]; readonly limit: number },
  hooks: CallHooks,
): Promise<RankedView> {
  const inUse = modelInUse(house);
  const models = names.length > 0 ? names.map((name) => rewardModel(house, name)) : inUse ? [inUse] : [];
  const { device } = settingsOf(house);
  if (splitOfPost(house.store, id) === undefined) findPost(house.store, id);
  for (const model of models) await scoreMissing(house, model, { postId: id }, device, hooks);
  // Of those that can be joined all, since people's answers give them another order.
  const call = { post: id, limit: Math.max(limit, mostJoined), models: models.map((model) => model.id) };
  const first = await firstOf(house, { ...call, order: 'ranked' }, hooks);
  const { post, total, comments, by } = first;
  const joined =
    models[0] && total <= mostJoined
      ? rankedPost(house.store, models[0], id, {
          places: true,
          closed: closedTo(house.store, settingsOf(house).annotator, id),
        }).joined
      : null;
  const standings = new Map(joined?.standings.map((standing) => [standing.id, standing]));
  const order = joined?.standings ?? comments;
  const places = new Map(
    joined
      ? joined.standings.map((one, place) => [one.id, place])
      : comments.map((one, index) => [one.id, first.places[index]!]),
  );
  const curations = curationsOfPost(house.store, id);
  const shown = asCurated<{ readonly id: number }>(order, (one) => curations.get(one.id)?.kind);
  const at = new Map(comments.map((comment, index) => [comment.id, index]));
  const answers = decisive(answersOfPost(house.store, id));
  const ranked = withPeople(
    // One that came while this was put together waits for the next look.
    shown.slice(0, limit).flatMap((one) => comments[at.get(one.id) ?? -1] ?? []),
    answers,
  );
  const person = settingsOf(house).annotator;
  const own = answers.filter(({ annotator }) => annotator === person);
  const ownSays = new Map(withPeople(ranked, own).map(({ id, people }) => [id, people]));
  return {
    temperature: (models[0] && findKeptModel(house.store, models[0].id).temperature) ?? 1,
    post,
    models: models.map(({ name }) => name),
    drift: models[0] ? driftsOfPost(house.store, models[0].id, id).filter(({ differs }) => differs.length > 0) : [],
    joined: joined && {
      answers: answers.length,
      calibrated: findKeptModel(house.store, models[0]!.id).temperature !== null,
      right: joined.right,
      question: joined.question && [joined.question.one, joined.question.other],
    },
    total,
    overruled: models.length === 0 ? [] : overruledIn(places, new Set(ranked.map((one) => one.id)), own),
    comments: ranked.map((comment) => ({
      ...comment,
      place: places.get(comment.id)!,
      curation: curations.get(comment.id) ?? null,
      own: ownSays.get(comment.id)!,
      rewards: by.map(({ rewards }) => rewards[at.get(comment.id)!] ?? null),
      positions: by.map(({ positions }) => positions[at.get(comment.id)!] ?? null),
      places: standings.get(comment.id)?.places ?? null,
      beatsNext: standings.get(comment.id)?.beatsNext ?? null,
    })),
  };
}

/** The pairs on which a person's answers and the order differ, by the places between them; of comments that are shown. */
function overruledIn(
  places: ReadonlyMap<number, number>,
  shown: ReadonlySet<number>,
  own: readonly Answer<Preference>[],
): readonly (readonly [better: number, worse: number])[] {
  const placeOf = (id: number): number => (shown.has(id) ? places.get(id)! : Number.NaN);
  return saysOf(own)
    .flatMap(({ firstId, secondId, share }) => {
      const [better, worse] = share < 0.5 ? [secondId, firstId] : [firstId, secondId];
      const down = placeOf(better) - placeOf(worse);
      return share !== 0.5 && down > 0 ? [{ two: [better, worse] as const, down }] : [];
    })
    .toSorted((a, b) => b.down - a.down)
    .map(({ two }) => two);
}
