import { blindOnes } from '../../common/blind.ts';
import { commentsUsed } from '../../common/large-threads.ts';
import type { CallHooks } from '../../contract/calls.ts';
import { type Device, modelMethods } from '../../contract/engine.ts';
import type { Interval } from '../../contract/evaluation.ts';
import type { Model } from '../../contract/records.ts';
import type { Candidate, Candidates } from '../../contract/reports.ts';
import { countRight } from '../../evaluation/accuracy.ts';
import { bootstrapSteps, type Share } from '../../evaluation/bootstrap.ts';
import { pairsOfPost } from '../../recipe/pairs.ts';
import { answersOfPost } from '../../store/labels.ts';
import { findKeptModel, newestOfMethod } from '../../store/models.ts';
import { postsWithComments } from '../../store/posts.ts';
import { rewardsOfComments } from '../../store/rewards.ts';
import { reportOfRun, runById } from '../../store/runs.ts';
import type { House } from '../kernel/house.ts';
import { createPauses, inSlices } from '../kernel/time-slices.ts';
import { scoreMissing } from '../ranking/scoring.ts';

/** Pairs of validation that are looked at, at most. */
const mostPairs = 20_000;
const seed = 42;

/** Right pairs of each post, and how many pairs it has. */
type Judged = { readonly method: Candidate['method']; readonly model: Model | null; readonly right: number[] };

/**
 * Holds the newest model of each method, that on the comment alone apart from that on post and comment, and the rule that the
 * longer comment wins, against the validation split, all on the same pairs. Null where it has no pair with a better side. A model
 * that reads deeper ranks only where it was more often right than the quick one. What a training for the best decided between its
 * models holds: it decided by more than this figure, which is chance to a large part.
 * @param chosen the model that ranks, where that is decided already
 */
export async function candidatesOf(
  house: House,
  device: Device,
  hooks: CallHooks,
  chosen?: number,
): Promise<Candidates | null> {
  const models = modelMethods.flatMap((method) => {
    const model = newestOfMethod(house.store, method);
    return model ? [{ method, model, right: [] as number[] }] : [];
  });
  for (const { model } of models) await scoreMissing(house, model, { split: 'validation' }, device, hooks);
  const judged: Judged[] = [{ method: 'longer', model: null, right: [] }, ...models];
  const counts = await judge(house, judged, hooks.signal);
  const pairs = counts.reduce((sum, count) => sum + count, 0);
  if (pairs === 0 || models.length === 0) return null;

  const mean = ({ right }: Judged): number => right.reduce((sum, value) => sum + value, 0) / pairs;
  const ratio = (values: readonly number[]): Promise<Interval> => {
    const shares: Share[] = values.map((sum, i) => ({ sum, count: counts[i]! }));
    return inSlices(bootstrapSteps(shares, seed), hooks.signal);
  };
  // Where two are equally right, the one that takes less time: quick comes first.
  const ranked = models.toSorted((a, b) => mean(b) - mean(a));
  const best =
    ranked.find(({ model }) => model.id === chosen) ??
    ranked.find(({ model }) => !standsBehind(house, model)) ??
    ranked[0]!;
  const list: Candidate[] = [];
  for (const candidate of judged.toSorted((a, b) => mean(b) - mean(a))) {
    const { method, model, right } = candidate;
    const lead = best.right.map((value, i) => value - right[i]!);
    list.push({
      method,
      model: model && { id: model.id, name: model.name },
      accuracy: mean(candidate),
      interval: await ratio(right),
      behind:
        candidate.model === best.model ? null : { accuracy: mean(best) - mean(candidate), interval: await ratio(lead) },
    });
  }
  return { pairs, list, best: best.model.id };
}

/** Whether the training for the best that made a model chose another one, which is still there. */
function standsBehind({ store }: House, { id, runId }: Model): boolean {
  if (runId === null) return false;
  const { config } = runById(store, runId);
  const whole = typeof config.best === 'number' ? config.best : runId;
  const best = reportOfRun(store, whole)?.best;
  if (!best) return false;
  const run = best.chosen === 'blend' ? whole : best.parts.find(({ method }) => method === 'quick')!.run;
  const { modelId } = runById(store, run);
  return modelId !== null && modelId !== id && findKeptModel(store, modelId).deletedAt === null;
}

/** Fills in the right pairs of each candidate, post by post, and gives the number of pairs of each post. */
async function judge(
  house: House,
  candidates: readonly Judged[],
  signal: AbortSignal | undefined,
): Promise<readonly number[]> {
  const pause = createPauses(signal);
  const counts: number[] = [];
  let pairs = 0;
  for (const post of postsWithComments(house.store, { split: 'validation', most: commentsUsed() })) {
    await pause();
    if (pairs >= mostPairs) break;
    const made = pairsOfPost(post, blindOnes(answersOfPost(house.store, post.id)), 'both');
    if (made.pairs.every(({ target }) => target === 0.5)) continue;
    const shares = candidates.map(({ model }) => {
      const rewards = model && rewardsOfComments(house.store, model.id, post.comments);
      const scores = made.comments.map(({ id, text }) => (rewards ? rewards.get(id) : text.length) ?? Number.NaN);
      return countRight(
        made.pairs.map(({ first, second, target }) => ({ difference: scores[first]! - scores[second]!, target })),
      );
    });
    for (const [i, { right }] of shares.entries()) candidates[i]!.right.push(right);
    counts.push(shares[0]!.of);
    pairs += shares[0]!.of;
  }
  return counts;
}
