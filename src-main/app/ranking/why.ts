import type { z } from 'zod';
import type { CallHooks, whyCall } from '../../contract/calls.ts';
import { type ExplainRequest, rewardParts } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Answer, Model, Preference } from '../../contract/records.ts';
import type { Why, WhyAnswers, WhyComment, WhyPart } from '../../contract/why.ts';
import { mostJoined } from '../../labeling/joined.ts';
import { meaningOf } from '../../labeling/meaning.ts';
import { differenceOf } from '../../labeling/post-posterior.ts';
import { saidOf } from '../../labeling/said.ts';
import { believed, slopeOf } from '../../labeling/scale.ts';
import { chanceAbove } from '../../labeling/standings.ts';
import { postInput } from '../../recipe/pairs.ts';
import { saysOf } from '../../recipe/says.ts';
import { commentCount } from '../../store/first-comments.ts';
import { answersOfPost } from '../../store/labels.ts';
import { findKeptModel } from '../../store/models.ts';
import type { ReadingStore } from '../../store/open.ts';
import { commentsAreThere } from '../../store/open-pairs.ts';
import { findPostAlone } from '../../store/posts.ts';
import { commentRanges, countAbove, rewardsOfComments } from '../../store/rewards.ts';
import { commentTexts } from '../../store/some-comments.ts';
import { rankedOrder } from '../../transfer/ranked-order.ts';
import { embeddingsUnkept } from '../embedding/embedding.ts';
import { encoderOfHead, quickEncoder } from '../kernel/encoders.ts';
import { contextOf, type House, modelFolder, rewardModel } from '../kernel/house.ts';
import { createPauses } from '../kernel/time-slices.ts';
import { leaveOuts, type Two } from './leave-out.ts';
import { precedentsOf, turned, verdictOf } from './precedents.ts';
import { scoreMissing, scorerOf } from './scoring.ts';

/** Sentences that are named, at most. */
const mostSentences = 3;

/**
 * Which evidence speaks for which of two comments of a post: of the model's reward, of people's answers, and the compared pairs that
 * differ as these two do.
 * @throws TiebreakError bad-input where the two are not two comments of the post
 */
export async function why(house: House, call: z.output<typeof whyCall>, hooks: CallHooks): Promise<Why> {
  const { store } = house;
  const model = rewardModel(house, call.model);
  const post = findPostAlone(store, call.post);
  for (const id of [call.first, call.second]) {
    if (!commentsAreThere(store, post.id, [id])) throw noComment(call.post, id);
  }
  if (call.first === call.second) {
    const message = `Comment ${call.first} was named twice: name two comments of the post.`;
    throw new TiebreakError('bad-input', message);
  }
  await scoreMissing(house, model, { postId: post.id }, call.device, hooks);
  // The order of a longer thread is the model's alone: no more of it is read than the places of the two.
  const order =
    commentCount(store, post.id) > mostJoined ? null : rankedOrder(store, model.id, post.id, { places: false }).order;
  const commentOf = async (id: number): Promise<WhyComment> => {
    const reward = rewardsOfComments(store, model.id, [{ id }]).get(id);
    const text = commentTexts(store, [id]).get(id)?.text;
    // It may have gone with its import meanwhile.
    if (reward === undefined || text === undefined) throw noComment(call.post, id);
    const place = order
      ? order.findIndex((comment) => comment.id === id)
      : await placeInThread(store, model.id, { id, postId: post.id, reward }, hooks.signal);
    return { id, text, reward, place };
  };
  const [first, second] = [await commentOf(call.first), await commentOf(call.second)];
  const input = postInput(post, contextOf(house, model));
  const texts: Two = [
    { post: input, comment: first.text },
    { post: input, comment: second.text },
  ];
  const { method } = findKeptModel(store, model.id);
  const split = method === 'quick' || method === 'deep' ? exactParts : leftOutParts;
  const parts = await split(house, model, texts, call.device, hooks);
  const encoder = method === 'quick' ? encoderOfHead(house, model) : quickEncoder();
  const precedents = await precedentsOf(
    store,
    encoder,
    [first.id, second.id],
    async () => {
      const vectors = await embeddingsUnkept(house, encoder, [first.text, second.text], call.device, hooks);
      const width = vectors.length / 2;
      return vectors.slice(0, width).map((value, i) => value - vectors[width + i]!);
    },
    hooks.signal,
  );
  const { chance, ...answers } = answersOf(house, model, post.id, order, [first, second]);
  return { model: model.name, post: post.id, first, second, ...parts, answers, chance, precedents };
}

/** The place of a comment in a model's order of a long thread, which is gone through in pieces. */
async function placeInThread(
  store: ReadingStore,
  modelId: number,
  comment: Parameters<typeof countAbove>[2],
  signal: AbortSignal | undefined,
): Promise<number> {
  const pause = createPauses(signal);
  let place = 0;
  for (const range of commentRanges(store, { postId: comment.postId })) {
    place += countAbove(store, modelId, comment, range);
    await pause();
  }
  return place;
}

type Split = Pick<Why, 'way' | 'difference' | 'parts' | 'sentences'>;

/** What the rewards are the sums of. */
async function exactParts(
  house: House,
  model: Model,
  texts: Two,
  device: ExplainRequest['device'],
  hooks: CallHooks,
): Promise<Split> {
  const { method } = findKeptModel(house.store, model.id);
  const encoder = method === 'quick' ? encoderOfHead(house, model) : null;
  const vectors =
    encoder &&
    (await embeddingsUnkept(
      house,
      encoder,
      texts.flatMap(({ post, comment }) => [post, comment]),
      device,
      hooks,
    ));
  const request: ExplainRequest = {
    type: 'explain',
    modelFolder: modelFolder(house, model),
    device,
    texts,
    ...(encoder && vectors ? { encoder, vectors } : {}),
  };
  const { onLog, signal } = hooks;
  const { parts: of, form, words } = await house.scorer.request(request, { onLog, signal });
  const named = { form, words };
  const parts = rewardParts.map(
    (kind): WhyPart => ({
      kind,
      share: of[0][kind] - of[1][kind],
      named: kind === 'form' || kind === 'words' ? named[kind] : [],
    }),
  );
  return { way: 'exact', difference: sumOf(parts), parts, sentences: [] };
}

/** What the difference loses when one kind of evidence, or one sentence, is left out. */
async function leftOutParts(
  house: House,
  model: Model,
  texts: Two,
  device: ExplainRequest['device'],
  hooks: CallHooks,
): Promise<Split> {
  const left = leaveOuts(texts);
  const all = [texts, ...left.map((one) => one.texts)].flat();
  const rewards = await scorerOf(house, model, device, hooks, all.length)(all);
  const differenceAt = (i: number): number => rewards[2 * i]! - rewards[2 * i + 1]!;
  const difference = differenceAt(0);
  const parts: WhyPart[] = [];
  const sentences: Why['sentences'][number][] = [];
  for (const [i, { what }] of left.entries()) {
    const share = difference - differenceAt(i + 1);
    if ('kind' in what) parts.push({ kind: what.kind, share, named: [] });
    else sentences.push({ of: what.of, what: what.sentence, share });
  }
  return {
    way: 'left-out',
    difference,
    parts,
    sentences: sentences.toSorted((a, b) => Math.abs(b.share) - Math.abs(a.share)).slice(0, mostSentences),
  };
}

const sumOf = (parts: readonly WhyPart[]): number => parts.reduce((sum, { share }) => sum + share, 0);

/** What people's answers on a post add to the difference of two of its comments, brought from worths to the units of rewards. */
function answersOf(
  { store }: House,
  model: Model,
  postId: number,
  order: ReturnType<typeof rankedOrder>['order'] | null,
  [first, second]: readonly [WhyComment, WhyComment],
): WhyAnswers & Pick<Why, 'chance'> {
  const answers = answersOfPost(store, postId);
  const told = { onPost: answers.length, onBoth: saidOfBoth(answers, first.id, second.id) };
  if (!order || order.some(({ reward }) => reward === null)) {
    return { ...told, share: null, chance: null };
  }
  const { temperature, scale } = meaningOf(findKeptModel(store, model.id));
  const ids = order.map(({ id }) => id);
  const rewards = order.map(({ reward }) => reward! / temperature);
  const posterior = believed({ rewards, said: saidOf(answers, ids) }, scale);
  const joined = (differenceOf(posterior, first.place, second.place).mean * temperature) / slopeOf(scale);
  return {
    ...told,
    share: answers.length === 0 ? 0 : joined - (first.reward - second.reward),
    chance: chanceAbove(posterior, first.place, second.place),
  };
}

function saidOfBoth(answers: readonly Answer<Preference>[], first: number, second: number) {
  const both = [first, second];
  const says = saysOf(answers.filter(({ leftId, rightId }) => both.includes(leftId) && both.includes(rightId)));
  const verdict = verdictOf(says);
  return first < second ? verdict : turned(verdict);
}

function noComment(post: number | string, id: number): TiebreakError {
  const message = `Post ${post} has no comment ${id}: 'tiebreak rank --post ${post}' shows the numbers of its comments.`;
  return new TiebreakError('not-found', message);
}
