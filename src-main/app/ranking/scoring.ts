import type { CallHooks } from '../../contract/calls.ts';
import type { Device, EncoderPlace, ShownOfPost, TextInput } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Model } from '../../contract/records.ts';
import { postInput } from '../../recipe/pairs.ts';
import { findKeptModel } from '../../store/models.ts';
import type { ReadingStore } from '../../store/open.ts';
import {
  commentRanges,
  commentsWithoutReward,
  countWithoutReward,
  type RewardFilter,
  setRewards,
  type UnscoredComment,
} from '../../store/rewards.ts';
import { vectorsOf } from '../embedding/embedding.ts';
import { encoderOfHead } from '../kernel/encoders.ts';
import { type House, modelFolder } from '../kernel/house.ts';
import { withLock } from '../kernel/lock.ts';
import { createPauses } from '../kernel/time-slices.ts';

/** Comments that are scored and kept at once: what a cancelled scoring loses at most. */
const chunkSize = 2048;

/** @param vectors for a quick model, those of post and comment of each text; the engine computes them where they are not given */
export type Scorer = (texts: readonly TextInput[], vectors?: Float32Array) => Promise<Float32Array>;

/** Gives rewards of one model; `done` and `total` are what the progress counts besides the texts at hand. */
export function scorerOf(house: House, model: Model, device: Device, hooks: CallHooks, total: number | null): Scorer {
  let before = 0;
  const begun = performance.now();
  const encoder = headEncoder(house, model);
  const which = { modelFolder: modelFolder(house, model), ...(encoder ? { encoder } : {}) };
  return async (texts, vectors) => {
    const { rewards } = await house.scorer.request(
      { type: 'score', ...which, device, texts, ...(vectors ? { vectors } : {}) },
      {
        signal: hooks.signal,
        onLog: hooks.onLog,
        onProgress: (progress) => {
          const done = before + progress.done;
          const speed = done / ((performance.now() - begun) / 1000);
          const secondsLeft = total === null || done === 0 ? null : Math.max(0, total - done) / speed;
          hooks.onProgress?.({ phase: progress.phase, done, total, speed, secondsLeft });
        },
      },
    );
    before += texts.length;
    if (!rewards.every(Number.isFinite)) {
      const message = `The model ${model.name} gives rewards that are not numbers, so it learned nothing usable: train it again at a lower learningRate.`;
      throw new TiebreakError('bad-input', message);
    }
    return rewards;
  };
}

/**
 * Gives every comment that lacks one its reward, and says how many there were. Rewards that are there stay.
 * @throws TiebreakError cancelled, saying how many have theirs by then
 */
export async function scoreMissing(
  house: House,
  model: Model,
  filter: RewardFilter,
  device: Device,
  hooks: CallHooks,
): Promise<number> {
  const total = await countLacking(house.store, model, filter, hooks.signal);
  if (total === 0) return 0;
  return withLock(house, 'scoring', async ({ store }) => {
    const score = scorerOf(house, model, device, hooks, total);
    const { context: mode } = findKeptModel(house.store, model.id);
    const encoder = headEncoder(house, model);
    let kept = 0;
    let waiting: { readonly commentId: number; readonly input: TextInput }[] = [];
    const flush = async (): Promise<void> => {
      if (waiting.length === 0) return;
      const texts = waiting.map(({ input }) => input);
      const vectors = encoder ? await vectorsOf(house, encoder, texts, device, hooks) : undefined;
      const rewards = await score(texts, vectors);
      setRewards(
        store,
        model.id,
        waiting.map(({ commentId }, i) => ({ commentId, reward: rewards[i]! })),
      );
      house.changes.tell('rewards');
      kept += waiting.length;
      waiting = [];
    };
    const pause = createPauses(hooks.signal);
    try {
      for (const range of commentRanges(house.store, filter)) {
        for (const comment of commentsWithoutReward(house.store, model.id, filter, range)) {
          waiting.push({ commentId: comment.commentId, input: inputOf(comment, mode) });
          if (waiting.length >= chunkSize) await flush();
        }
        await pause();
      }
      await flush();
    } catch (error) {
      throw hooks.signal?.aborted ? scoringCancelled(kept, total, error) : error;
    }
    return total;
  });
}

/** The encoder whose vectors a quick model reads, or the quick part of a blend; null for other models, which read texts. */
function headEncoder(house: House, model: Model): EncoderPlace | null {
  const { method } = findKeptModel(house.store, model.id);
  return method === 'quick' || method === 'best' ? encoderOfHead(house, model) : null;
}

function scoringCancelled(kept: number, total: number, cause: unknown): TiebreakError {
  const message =
    kept === 0
      ? 'The scoring was cancelled. Nothing was changed.'
      : `The scoring was cancelled. ${kept.toLocaleString('en')} of ${total.toLocaleString('en')} comments have their rewards and keep them; the next scoring goes on from there.`;
  return new TiebreakError('cancelled', message, { cause });
}

/** How many comments a model has given no reward yet. */
async function countLacking(
  store: ReadingStore,
  model: Pick<Model, 'id'>,
  filter: RewardFilter,
  signal: AbortSignal | undefined,
): Promise<number> {
  const pause = createPauses(signal);
  let count = 0;
  for (const range of commentRanges(store, filter)) {
    count += countWithoutReward(store, model.id, filter, range);
    await pause();
  }
  return count;
}

function inputOf(
  comment: Pick<UnscoredComment, 'text' | 'postTitle' | 'postText' | 'postContext'>,
  mode: ShownOfPost,
): TextInput {
  const post = { title: comment.postTitle, text: comment.postText, context: comment.postContext };
  return { post: postInput(post, mode), comment: comment.text };
}
