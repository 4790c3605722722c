import type { StoredTensor } from '../../checkpoint/safetensors.ts';
import { frozenOf } from '../../common/frozen-layers.ts';
import type { CutCounts, PairGroup, TrainingConfig, TrainResult } from '../../contract/engine.ts';
import { type InputReader, orderedRewardBatches, type TokenGroup } from '../batch/batches.ts';
import { type EncodedComment, encoderRewardFeeds } from '../batch/encoder-feeds.ts';
import { writeEncoderFolder } from '../head/encoder-folder.ts';
import type { Head } from '../head/head-folder.ts';
import { textReward, vectorWeights } from '../head/parts.ts';
import type { EncoderConfig } from '../model/encoder.ts';
import { encoderRewardParameters, productScale } from '../model/encoder-reward.ts';
import { type PretrainedEncoder, readPretrainedEncoder } from '../model/encoder-weights.ts';
import { trainedAbove } from '../model/parameters.ts';
import { asSources } from '../model/weights.ts';
import type { TrainingContext } from '../runtime/request-context.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { encodeTexts } from '../score/embed.ts';
import { encoderRewardLossProgram } from './programs.ts';
import { rewardSteps } from './reward.ts';
import { rewardValidation } from './reward-validation.ts';
import { openRunFolder, type TrainJob } from './run-folder.ts';
import { type Plan, type Prepared, runPrepared } from './run-prepared.ts';
import { startingHead } from './starting-head.ts';
import { checkFrozen } from './starting-point.ts';

/**
 * Trains the sentence encoder itself on pairs, with the loss of trainReward, from the head of a quick training. Lower layers
 * learn more slowly (Howard and Ruder, 2018). Where no step does better on validation than the start, the start is kept.
 * @throws TiebreakError cancelled; nothing-to-do where there are no pairs; bad-input
 */
export async function trainDeep(
  runtime: Runtime,
  request: TrainJob,
  context: TrainingContext,
  read: () => Promise<PretrainedEncoder> = readPretrainedEncoder,
): Promise<TrainResult> {
  const begin = (encoder: PretrainedEncoder) => startingHead(runtime, encoder, request, context);
  return runPrepared(runtime, request, context, await prepareDeep(request, context, begin, read));
}

/** @param begin gives the head to begin with */
export async function prepareDeep(
  request: TrainJob,
  context: TrainingContext,
  begin: (encoder: PretrainedEncoder) => Promise<Head>,
  read: () => Promise<PretrainedEncoder> = readPretrainedEncoder,
): Promise<Prepared> {
  const begun = performance.now();
  const { config, data } = request;
  const pretrained = await read();
  const positions = Math.min(config.maxTokens, pretrained.config.positions);
  const encoder = { ...pretrained, config: { ...pretrained.config, positions } };
  const { layers } = encoder.config;
  checkFrozen(config.frozenLayers, layers);
  const folder = openRunFolder(request.runFolder);
  const checkpoint = await folder.readCheckpoint();
  const head = await begin(encoder);

  const encode = (groups: readonly PairGroup[]) => encodeGroups(encoder, head, groups, context.signal);
  const train = await encode(data.train);
  const validation = await encode(data.validation);
  const reader = encoderReader(encoder.config);
  const sizes = { tokensPerBatch: config.tokensPerBatch, maxTokens: positions };
  const plan = (changed: TrainingConfig): Plan => {
    const maxTokens = Math.min(changed.maxTokens, positions);
    // A post that comments share stays one array: it is run once for them all.
    const known = new Map<Int32Array, Int32Array>();
    const cut = (ids: Int32Array): Int32Array => {
      const made = known.get(ids) ?? ids.subarray(0, maxTokens);
      known.set(ids, made);
      return made;
    };
    const shorter = ({ encoded }: typeof train) =>
      maxTokens === positions
        ? encoded
        : encoded.map((group) => ({
            ...group,
            inputs: group.inputs.map((one) => ({ ...one, comment: cut(one.comment), post: cut(one.post) })),
          }));
    const changedSizes = { tokensPerBatch: changed.tokensPerBatch, maxTokens };
    return {
      trained: trainedAbove(encoderRewardParameters(encoder.config), layers, ...frozenOf(changed, layers)),
      steps: rewardSteps(changed, shorter(train), reader, changedSizes),
      evaluation: orderedRewardBatches(shorter(validation), reader, changedSizes),
    };
  };

  return {
    folder,
    checkpoint,
    weights: asSources(new Map([...encoder.tensors, ...headTensors(head, encoder.config)])),
    layers,
    plan,
    loss: (options) => encoderRewardLossProgram(encoder.config, options),
    ...rewardValidation(data.validation, validation.encoded, reader, sizes),
    startCounts: true,
    cuts: train.cuts,
    maxTokens: positions,
    begun,
    write: (tensors, manifest) => writeEncoderFolder(request.modelFolder, { ...encoder, tensors, head, manifest }),
  };
}

/** A post is run once beside its comments. */
const encoderReader = (config: EncoderConfig): InputReader<EncodedComment> => ({
  lengthOf: ({ comment, post }) => Math.max(comment.length, post.length),
  perPost: 1,
  feeds: (inputs) => encoderRewardFeeds(config, inputs),
});

/** What a quick head makes of vectors, as the tensors of the model. */
function headTensors(head: Head, config: EncoderConfig): Map<string, StoredTensor> {
  const { comment, product, cosine, cosineSquare } = vectorWeights(head);
  const scaled = product.map((weight) => weight / productScale(config));
  const parts = { comment, product: scaled, cosine: [cosine], cosineSquare: [cosineSquare] };
  return new Map(
    Object.entries(parts).map(([name, weights]) => [
      `head.${name}.weight`,
      { shape: [1, weights.length], data: Float32Array.from(weights) },
    ]),
  );
}

async function encodeGroups(
  encoder: PretrainedEncoder,
  head: Head,
  groups: readonly PairGroup[],
  signal: AbortSignal,
): Promise<{ readonly encoded: TokenGroup<EncodedComment>[]; readonly cuts: CutCounts }> {
  const encoded: TokenGroup<EncodedComment>[] = [];
  let [inputs, postCut, commentCut] = [0, 0, 0];
  for (const { texts, pairs, ranks } of groups) {
    const unique = [...new Set(texts.flatMap(({ post, comment }) => [post, comment]))];
    const read = await encodeTexts(encoder, unique, signal);
    const places = new Map(unique.map((text, place) => [text, place]));
    const comments = texts.map(({ post, comment }): EncodedComment => {
      const [postAt, commentAt] = [places.get(post)!, places.get(comment)!];
      postCut += Number(read.cut[postAt]);
      commentCut += Number(read.cut[commentAt]);
      return {
        comment: read.encoded[commentAt]!,
        post: read.encoded[postAt]!,
        textReward: textReward(head, comment),
      };
    });
    inputs += texts.length;
    encoded.push({ inputs: comments, pairs, ...(ranks ? { ranks } : {}) });
  }
  return { encoded, cuts: { inputs, postCut, commentCut } };
}
