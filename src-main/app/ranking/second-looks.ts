import { decisive } from '../../common/verdicts.ts';
import type { SecondLook, SecondLooks } from '../../contract/views.ts';
import { mostJoined } from '../../labeling/joined.ts';
import { meaningOf } from '../../labeling/meaning.ts';
import { saidOf } from '../../labeling/said.ts';
import { doubtsOf, isInDoubt, worthASecondLook } from '../../labeling/second-looks.ts';
import { commentCount } from '../../store/first-comments.ts';
import { rewardsOfPost } from '../../store/gains.ts';
import { answersOfPost, confirmedOfPost, postsAnsweredBy } from '../../store/labels.ts';
import { findKeptModel } from '../../store/models.ts';
import { withTexts } from '../comparing/answering.ts';
import { type House, modelInUse } from '../kernel/house.ts';
import { createPauses } from '../kernel/time-slices.ts';
import { settingsOf } from '../settings/settings.ts';

/** What is looked at, at most: the posts answered last, and of a post no more answers than this. */
const mostPosts = 2_000;
const mostAnswers = 200;
/** Of the answers, how many are offered at most. */
const share = 0.15;
const most = 50;

/**
 * A person's answers that the model, other people and their own other answers contradict most, by how far each leads astray if it is
 * mistaken; none without a model. Posts that the model has not scored, and threads too long to be joined, are left out. Those that were looked at again and stayed don't come
 * again. On a pair with a verdict nothing but that is left to look at.
 */
export async function secondLooks(
  house: House,
  person: string = settingsOf(house).annotator,
  signal?: AbortSignal,
): Promise<SecondLooks> {
  const { store } = house;
  const model = modelInUse(house);
  if (!model) return { looks: [], of: 0, model: null };
  const meaning = meaningOf(findKeptModel(store, model.id));
  const pause = createPauses(signal);
  const found: { readonly look: SecondLook; readonly worth: number }[] = [];
  let of = 0;
  for (const post of postsAnsweredBy(store, person, mostPosts)) {
    await pause();
    // What a model believes of a longer thread is not joined with answers anywhere.
    if (commentCount(store, post) > mostJoined) continue;
    const ranked = rewardsOfPost(store, model.id, post);
    const all = answersOfPost(store, post).slice(-mostAnswers);
    const answers = decisive(all);
    if (ranked.some(({ reward }) => reward === null)) continue;
    const ids = ranked.map(({ id }) => id);
    const said = saidOf(all, ids);
    // Each answer is on two comments of the post.
    if (said.length !== answers.length) continue;
    const rewards = ranked.map(({ reward }) => reward! / meaning.temperature);
    const doubts = doubtsOf({ rewards, said }, meaning.scale);
    const confirmed = confirmedOfPost(store, post);
    for (const [i, answer] of answers.entries()) {
      if (answer.annotator !== person) continue;
      of += 1;
      const doubt = doubts[i]!;
      if (confirmed.has(answer.id) || !isInDoubt(doubt)) continue;
      found.push({ look: { ...withTexts(store, answer), chance: doubt.chance }, worth: worthASecondLook(doubt) });
    }
  }
  const looks = found
    .toSorted((a, b) => b.worth - a.worth)
    .slice(0, Math.min(most, Math.ceil(share * of)))
    .map(({ look }) => look);
  return { looks, of, model: model.name };
}
