import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { commentsUsed } from '../../common/large-threads.ts';
import { methodOfRun } from '../../common/training-words.ts';
import { type CallHooks, trainingInput } from '../../contract/calls.ts';
import type { Device, EncoderPlace, ShownOfPost, TextInput } from '../../contract/engine.ts';
import type { Estimate } from '../../contract/evaluation.ts';
import type { Run } from '../../contract/records.ts';
import type { VotesMeasured } from '../../contract/votes.ts';
import { countRight } from '../../evaluation/accuracy.ts';
import { bootstrapSteps, type Share } from '../../evaluation/bootstrap.ts';
import { pairsOfPost, postInput, type ShuffledPairs } from '../../recipe/pairs.ts';
import { settled } from '../../recipe/recipe.ts';
import { plainVotes, votesOfConfig } from '../../recipe/votes.ts';
import { answersOfPost } from '../../store/labels.ts';
import { findKeptModel } from '../../store/models.ts';
import { postsWithComments } from '../../store/posts.ts';
import { rewardsOfComments } from '../../store/rewards.ts';
import { vectorsOf } from '../embedding/embedding.ts';
import { encoderOfHead } from '../kernel/encoders.ts';
import type { House, WritingHouse } from '../kernel/house.ts';
import { createPauses, inSlices } from '../kernel/time-slices.ts';
import { scoreMissing } from '../ranking/scoring.ts';
import { preparing } from '../runs/run-folders.ts';
import { writeTrainingData } from './training-data.ts';

/** Pairs of validation that are looked at, and comments that are scored at once, at most. */
const most = { pairs: 20_000, comments: 2048 } as const;
const seed = 42;
/** A difference near 0 must not change sides with the draw. */
const resamples = 10_000;

/**
 * What it was worth for a quick training to make something of votes: a second head is trained with votes as they are, and both are
 * held against the same pairs of the validation split, which are those of the data. Nothing of the second is kept. Null where validation has
 * no pair with a better side, and for trainings that take longer.
 */
export async function measureVotes(
  house: WritingHouse,
  run: Run,
  device: Device,
  hooks: CallHooks,
): Promise<VotesMeasured | null> {
  if (methodOfRun(run) !== 'quick' || run.modelId === null || votesOfConfig(run.config) === undefined) return null;
  const model = findKeptModel(house.store, run.modelId);
  await scoreMissing(house, model, { split: 'validation' }, device, hooks);
  const other = await mkdtemp(join(house.home, 'runs', preparing));
  try {
    const encoder = encoderOfHead(house, model);
    const plain: PlainHead = { folder: join(other, 'model'), context: model.context, device, encoder };
    await trainPlainly(house, run, plain, hooks);
    return await compare(house, model.id, plain, hooks);
  } finally {
    await rm(other, { recursive: true, force: true });
  }
}

/** The second head: where its model is, what it is shown of posts, and whose vectors it reads. */
type PlainHead = {
  readonly folder: string;
  readonly context: ShownOfPost;
  readonly device: Device;
  readonly encoder: EncoderPlace;
};

/** Trains as the run did, but with votes as they are. */
async function trainPlainly(
  house: House,
  run: Run,
  { folder, device, encoder: place }: PlainHead,
  hooks: CallHooks,
): Promise<void> {
  const { pairs, context, comparison, encoder } = run.config;
  const call = settled(trainingInput.parse({ kind: 'reward', method: 'quick', pairs, context, device, encoder }));
  const data = await writeTrainingData(house, { ...call, titleAlone: comparison !== undefined }, hooks);
  try {
    const { kind, method, config } = call;
    const where = { base: null, encoder: place, runFolder: data.folder, modelFolder: folder };
    await house.scorer.request({ type: 'train', kind, method, config, device, ...where }, { signal: hooks.signal });
  } finally {
    await rm(data.folder, { recursive: true, force: true });
  }
}

/** A post with the rewards of the model that was made, and room for those of the other. */
type Compared = { readonly made: ShuffledPairs; readonly rewards: readonly number[] };

async function compare(
  house: House,
  modelId: number,
  plain: PlainHead,
  hooks: CallHooks,
): Promise<VotesMeasured | null> {
  const pause = createPauses(hooks.signal);
  const [seen, others, difference]: [Share[], Share[], Share[]] = [[], [], []];
  let pairs = 0;
  let waiting: { readonly post: Compared; readonly texts: readonly TextInput[] }[] = [];
  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const rewards = await scored(
      house,
      waiting.flatMap(({ texts }) => texts),
      plain,
      hooks,
    );
    let at = 0;
    for (const { post, texts } of waiting) {
      const [one, other] = [post.rewards, [...rewards.subarray(at, at + texts.length)]].map((of) =>
        rightOf(post.made, of),
      );
      at += texts.length;
      seen.push(one!);
      others.push(other!);
      difference.push({ sum: one!.sum - other!.sum, count: one!.count });
      pairs += one!.count;
    }
    waiting = [];
  };
  for (const post of postsWithComments(house.store, { split: 'validation', most: commentsUsed() })) {
    await pause();
    if (pairs >= most.pairs) break;
    const made = pairsOfPost(post, answersOfPost(house.store, post.id), 'both', plainVotes);
    if (made.pairs.every(({ target }) => target === 0.5)) continue;
    const known = rewardsOfComments(house.store, modelId, post.comments);
    const rewards = made.comments.map(({ id }) => known.get(id) ?? Number.NaN);
    // A comment that came in after the scoring waits for the next one.
    if (rewards.some(Number.isNaN)) continue;
    const input = postInput(post, plain.context);
    waiting.push({ post: { made, rewards }, texts: made.comments.map(({ text }) => ({ post: input, comment: text })) });
    if (waiting.reduce((sum, { texts }) => sum + texts.length, 0) >= most.comments) await flush();
  }
  await flush();
  if (pairs === 0) return null;
  const estimate = async (shares: readonly Share[]): Promise<Estimate> => ({
    value: shares.reduce((sum, share) => sum + share.sum, 0) / pairs,
    interval: await inSlices(bootstrapSteps(shares, seed, resamples), hooks.signal),
  });
  return {
    pairs,
    with: await estimate(seen),
    without: await estimate(others),
    difference: await estimate(difference),
  };
}

async function scored(
  house: House,
  texts: readonly TextInput[],
  { folder, device, encoder }: PlainHead,
  hooks: CallHooks,
): Promise<Float32Array> {
  const vectors = await vectorsOf(house, encoder, texts, device, hooks);
  const request = { type: 'score', modelFolder: folder, device, encoder, texts, vectors } as const;
  return (await house.scorer.request(request, { signal: hooks.signal })).rewards;
}

function rightOf({ pairs }: ShuffledPairs, rewards: readonly number[]): Share {
  const { right, of } = countRight(
    pairs.map(({ first, second, target }) => ({ difference: rewards[first]! - rewards[second]!, target })),
  );
  return { sum: right, count: of };
}
