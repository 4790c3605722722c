import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { blindOnes } from '../../common/blind.ts';
import { commentsUsed } from '../../common/large-threads.ts';
import { sharedPairs, sharedRanks } from '../../common/shared-pairs.ts';
import type { CallHooks, calibrateCall, evaluateCall } from '../../contract/calls.ts';
import type { Device, TextInput } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { CalibrationReport, EvaluationReport, MeasuredBefore } from '../../contract/evaluation.ts';
import type { Comment, Model, Split } from '../../contract/records.ts';
import { countRight } from '../../evaluation/accuracy.ts';
import { bootstrapSteps, type Share } from '../../evaluation/bootstrap.ts';
import { evaluationSteps } from '../../evaluation/evaluate.ts';
import { type EvaluationGroup, figuresSteps, judgedPairs } from '../../evaluation/figures.ts';
import type { Steps } from '../../evaluation/steps.ts';
import { pairsOfPost, postInput, type ShuffledPairs } from '../../recipe/pairs.ts';
import { keepEvaluation } from '../../store/evaluations.ts';
import { answersOfPost } from '../../store/labels.ts';
import { modelBefore } from '../../store/models.ts';
import { postsWithComments } from '../../store/posts.ts';
import { rewardsOfComments } from '../../store/rewards.ts';
import { contextOf, type House, rewardModel } from '../kernel/house.ts';
import { withLockNow } from '../kernel/lock.ts';
import { createPauses, inSlices } from '../kernel/time-slices.ts';
import { calibrate, temperatureOf } from '../ranking/calibrating.ts';
import { weighAnew } from '../ranking/gains.ts';
import { scoreMissing, scorerOf } from '../ranking/scoring.ts';
import { type LeftOut, postsOfFile } from './posts-of-file.ts';

const seed = 42;
const chunkSize = 2048;

/** All figures of a model on a split or a file, beside those of the baselines. Those on a split are kept. */
export async function evaluate(
  house: House,
  call: z.output<typeof evaluateCall>,
  hooks: CallHooks,
): Promise<EvaluationReport> {
  const model = rewardModel(house, call.model);
  if (call.file === undefined) {
    const report = await evaluateSplit(house, model, call, hooks);
    if (report) return report;
    const message = `There are no pairs in the split '${call.split}': import data into it, or compare some of its comments.`;
    throw new TiebreakError('nothing-to-do', message);
  }
  const begun = performance.now();
  const { groups, skipped } = await groupsOfFile(house, model, call.file, call, hooks);
  if (groups.length === 0) {
    const message = `The file ${call.file} has no comments that could be compared: rows need a score or votes on each comment.`;
    throw new TiebreakError('nothing-to-do', message);
  }
  const temperature = await temperatureOf(house, model, call.device, hooks);
  const figures = await inSlices(evaluationSteps(groups, { seed, temperature }), hooks.signal);
  const seconds = (performance.now() - begun) / 1000;
  return { ...figures, model: model.name, data: call.file, skipped, seconds };
}

/** Learns anew how sure a model may be, on the validation split, and measures it on the test split. */
export async function calibrateModel(
  house: House,
  call: z.output<typeof calibrateCall>,
  hooks: CallHooks,
): Promise<CalibrationReport> {
  const model = rewardModel(house, call.model);
  const learned = await calibrate(house, model, call.device, hooks);
  await weighAnew(house, model, hooks);
  return { model: model.name, ...learned, evaluation: await evaluateHeldOut(house, model, call.device, hooks) };
}

/** Evaluates a model on a split, with the reward model before it on the same pairs, and keeps the report; null where the split has no pairs. */
export async function evaluateSplit(
  house: House,
  model: Model,
  { split, device }: { readonly split: Split; readonly device: Device },
  hooks: CallHooks,
): Promise<EvaluationReport | null> {
  const begun = performance.now();
  const before = await scoredBefore(house, model, split, device, hooks);
  const { groups, others, answered, on } = await groupsOfSplit(house, model, before, split, device, hooks);
  if (groups.length === 0) return null;
  const temperature = await temperatureOf(house, model, device, hooks);
  const figures = await inSlices(evaluationSteps(groups, { seed, temperature }), hooks.signal);
  const beside = before && (await inSlices(besideSteps(groups, others), hooks.signal));
  const seconds = (performance.now() - begun) / 1000;
  const report: EvaluationReport = {
    ...figures,
    model: model.name,
    answered,
    on,
    ...(beside && before ? { before: { ...beside, id: before.id, model: before.name } } : {}),
    data: split,
    skipped: [],
    seconds,
  };
  keep(house, model, split, report);
  return report;
}

/** The evaluation on the test split, or on validation where test has no pairs; null where neither has. */
export async function evaluateHeldOut(
  house: House,
  model: Model,
  device: Device,
  hooks: CallHooks,
): Promise<EvaluationReport | null> {
  for (const split of ['test', 'validation'] as const) {
    const report = await evaluateSplit(
      house,
      model,
      { split, device },
      {
        ...hooks,
        onProgress: (progress) => hooks.onProgress?.({ ...progress, name: `the ${split} split` }),
      },
    );
    if (report) return report;
  }
  return null;
}

/** Keeps an evaluation; where another process writes, figures that were asked for are shown and not kept. */
function keep(house: House, model: Model, split: Split, report: EvaluationReport): void {
  try {
    withLockNow(house, 'keeping an evaluation', ({ store }) => keepEvaluation(store, model.id, split, report));
  } catch (error) {
    if (!(error instanceof TiebreakError) || error.code !== 'busy') throw error;
  }
}

/** The reward model before this one, once it has scored the split; null without one, and where it can't be scored with any more. */
async function scoredBefore(
  house: House,
  model: Model,
  split: Split,
  device: Device,
  hooks: CallHooks,
): Promise<Model | null> {
  const before = modelBefore(house.store, model.id);
  if (!before) return null;
  try {
    await scoreMissing(house, before, { split }, device, hooks);
    return before;
  } catch (error) {
    if (hooks.signal?.aborted || !(error instanceof TiebreakError)) throw error;
    hooks.onLog?.(`${before.name} could not be measured beside ${model.name}: ${error.message}`);
    return null;
  }
}

/** What a scorer is right on of the same groups, and by how much less than their own rewards. */
function* besideSteps(
  groups: readonly EvaluationGroup[],
  others: ReadonlyMap<EvaluationGroup, readonly number[]>,
): Steps<Omit<MeasuredBefore, 'id' | 'model'>> {
  const scores = (group: EvaluationGroup): readonly number[] => others.get(group)!;
  const figures = yield* figuresSteps(groups, scores, seed);
  const shares: Share[] = groups.map((group) => {
    const [own, other] = [judgedPairs(group, group.rewards), judgedPairs(group, scores(group))].map(countRight);
    return { sum: own!.right - other!.right, count: own!.of };
  });
  const total = (of: (share: Share) => number): number => shares.reduce((sum, share) => sum + of(share), 0);
  const accuracy = total(({ sum }) => sum) / total(({ count }) => count);
  return { ...figures, difference: { accuracy, interval: yield* bootstrapSteps(shares, seed) } };
}

/** The posts of a split with their pairs and rewards, the other model's rewards of the same, how many pairs people answered, and a name for just these pairs. */
async function groupsOfSplit(
  house: House,
  model: Model,
  before: Model | null,
  split: Split,
  device: Device,
  hooks: CallHooks,
): Promise<{
  readonly groups: readonly EvaluationGroup[];
  readonly others: ReadonlyMap<EvaluationGroup, readonly number[]>;
  readonly answered: number;
  readonly on: string;
}> {
  await scoreMissing(house, model, { split }, device, hooks);
  const pause = createPauses(hooks.signal);
  const groups: EvaluationGroup[] = [];
  const others = new Map<EvaluationGroup, readonly number[]>();
  const on = createHash('sha256');
  let answered = 0;
  for (const post of postsWithComments(house.store, { split, most: commentsUsed() })) {
    await pause();
    const made = pairsOfPost(post, blindOnes(answersOfPost(house.store, post.id)), 'both');
    if (made.pairs.length === 0) continue;
    const rewards = rewardsOfComments(house.store, model.id, post.comments);
    // A comment that came in after the scoring waits for the next one.
    const theirs = before && rewardsOfComments(house.store, before.id, post.comments);
    if (!made.comments.every(({ id }) => rewards.has(id) && (theirs?.has(id) ?? true))) continue;
    const group = groupOf(made, ({ id }) => rewards.get(id)!);
    groups.push(group);
    answered += made.answered.size;
    if (theirs)
      others.set(
        group,
        made.comments.map(({ id }) => theirs.get(id)!),
      );
    on.update(JSON.stringify([made.comments.map(({ id }) => id), made.pairs]));
  }
  return { groups, others, answered, on: on.digest('hex').slice(0, 16) };
}

async function groupsOfFile(
  house: House,
  model: Model,
  file: string,
  { device }: z.output<typeof evaluateCall>,
  hooks: CallHooks,
): Promise<{ groups: EvaluationGroup[]; skipped: LeftOut[] }> {
  const score = scorerOf(house, model, device, hooks, null);
  const mode = contextOf(house, model);
  const groups: EvaluationGroup[] = [];
  const skipped: LeftOut[] = [];
  let waiting: { readonly made: ShuffledPairs; readonly texts: readonly TextInput[] }[] = [];
  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const rewards = await score(waiting.flatMap(({ texts }) => texts));
    let at = 0;
    for (const { made } of waiting) groups.push(groupOf(made, () => rewards[at++]!));
    waiting = [];
  };
  for await (const post of postsOfFile(file, (left) => skipped.push(left), hooks.signal)) {
    const made = pairsOfPost(post, [], 'votes');
    if (made.pairs.length === 0) continue;
    const input = postInput(post, mode);
    waiting.push({ made, texts: made.comments.map(({ text }) => ({ post: input, comment: text })) });
    if (waiting.reduce((sum, { texts }) => sum + texts.length, 0) >= chunkSize) await flush();
  }
  await flush();
  return { groups, skipped };
}

/** @param rewardOf is asked once for each comment, in order */
function groupOf({ comments, pairs }: ShuffledPairs, rewardOf: (comment: Comment) => number): EvaluationGroup {
  return {
    rewards: comments.map(rewardOf),
    lengths: comments.map(({ text }) => text.length),
    ranks: sharedRanks(comments.map(({ rank }) => rank)),
    votes: comments.map(({ votes }) => votes),
    pairs: sharedPairs(pairs),
  };
}
