/**
 * A deep training: the sentence encoder itself learns pairs, with the loss of reward-task.ts, from the head of a quick training.
 * Where no step does better on validation than the start, the start is kept.
 */

import type { StoredTensor } from '../../checkpoint/safetensors.ts';
import type { CutCounts, PairGroup } from '../../contract/engine.ts';
import { createColumn } from '../batch/column.ts';
import { type EncodedComment, encoderRewardFeeds } from '../batch/encoder-reward-feeds.ts';
import { type InputReader, type Kept, keptReader, type TokenGroup } from '../batch/input-reader.ts';
import type { SequenceFolder, Sequences } from '../batch/sequences.ts';
import { writeEncoderFolder } from '../head/encoder-folder.ts';
import type { Head } from '../head/head-folder.ts';
import { textReward, vectorWeights } from '../head/parts.ts';
import { encoderRewardParameters, productScale } from '../model/encoder-reward.ts';
import { type PretrainedEncoder, readingUpTo, type TextEncoderConfig } from '../model/text-encoder.ts';
import { asSources } from '../model/weights.ts';
import type { TrainJob } from '../run/job.ts';
import type { RequestContext } from '../runtime/request-context.ts';
import { encodeTexts } from '../score/embed.ts';
import { encoderRewardLossProgram } from './loss-graph.ts';
import { pairLearning } from './pair-learning.ts';
import { checkFrozen, type TrainingTask } from './task.ts';

/**
 * @param begin gives the head to begin with
 * @param read gives the encoder to begin with
 */
export async function encoderTask(
  { config: settings, data, modelFolder }: TrainJob,
  { signal }: RequestContext,
  begin: (encoder: PretrainedEncoder) => Promise<Head>,
  read: () => Promise<PretrainedEncoder>,
  folder: SequenceFolder,
): Promise<TrainingTask> {
  const pretrained = await read();
  const encoder = readingUpTo(pretrained, settings.maxTokens);
  const { config } = encoder;
  const maxTokens = config.positions;
  checkFrozen(settings.frozenLayers, config.layers);
  const head = await begin(encoder);
  const sequences = folder.sequences('texts');
  const comments = keepComments(sequences);
  const encode = (groups: Iterable<PairGroup>) => encodeGroups(encoder, head, groups, { sequences, comments, signal });
  const train = await encode(data.train);
  const validation = await encode(data.validation);
  const encoded = { train: train.encoded, validation: validation.encoded };
  return {
    parameters: encoderRewardParameters(config),
    layers: config.layers,
    weights: asSources(new Map([...encoder.tensors, ...headTensors(head, config)])),
    maxTokens,
    cuts: train.cuts,
    loss: (options) => encoderRewardLossProgram(config, options),
    ...pairLearning(data.validation, encoded, keptReader(encoderReader(config), comments.kept), maxTokens),
    startCounts: true,
    write: (tensors, manifest) => writeEncoderFolder(modelFolder, { ...encoder, tensors, head, manifest }),
  };
}

/** A post is run once beside its comments, which share its array. */
const encoderReader = (config: TextEncoderConfig, most = config.positions): InputReader<EncodedComment> => ({
  lengthOf: ({ comment, post }) => Math.min(Math.max(comment.length, post.length), most),
  perPost: 1,
  padded: true,
  upTo: (length) => encoderReader(config, length),
  feeds(inputs) {
    const known = new Map<Int32Array, Int32Array>();
    const cut = (ids: Int32Array): Int32Array => {
      const made = known.get(ids) ?? ids.subarray(0, most);
      known.set(ids, made);
      return made;
    };
    return encoderRewardFeeds(
      config,
      inputs.map((one) => ({ ...one, comment: cut(one.comment), post: cut(one.post) })),
    );
  },
});

/** Comments that are known by their numbers, and by those their sequences and their posts'. */
function keepComments(sequences: Sequences) {
  const [comments, posts] = [createColumn(Int32Array), createColumn(Int32Array)];
  const textRewards = createColumn(Float64Array);
  const kept: Kept<EncodedComment> = {
    lengthOf: (number) => Math.max(sequences.lengthOf(comments.at(number)), sequences.lengthOf(posts.at(number))),
    read(numbers) {
      // What several share is one array.
      const known = new Map<number, Int32Array>();
      const sequence = (place: number): Int32Array => {
        const read = known.get(place) ?? sequences.read(place);
        known.set(place, read);
        return read;
      };
      return numbers.map((number) => ({
        comment: sequence(comments.at(number)),
        post: sequence(posts.at(number)),
        textReward: textRewards.at(number),
      }));
    },
  };
  return {
    kept,
    add(comment: number, post: number, textReward: number): number {
      comments.push(comment);
      posts.push(post);
      return textRewards.push(textReward);
    },
  };
}

/** What a quick head makes of vectors, as the tensors of the model. */
function headTensors(head: Head, config: TextEncoderConfig): Map<string, StoredTensor> {
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
  groups: Iterable<PairGroup>,
  {
    sequences,
    comments,
    signal,
  }: {
    readonly sequences: Sequences;
    readonly comments: ReturnType<typeof keepComments>;
    readonly signal: AbortSignal;
  },
): Promise<{ readonly encoded: TokenGroup<number>[]; readonly cuts: CutCounts }> {
  const encoded: TokenGroup<number>[] = [];
  let [inputs, postCut, commentCut] = [0, 0, 0];
  for (const { texts, pairs, ranks } of groups) {
    const unique = [...new Set(texts.flatMap(({ post, comment }) => [post, comment]))];
    const read = await encodeTexts(encoder, unique, signal);
    const places = new Map(unique.map((text, place) => [text, place]));
    const kept = read.encoded.map(sequences.add);
    const numbers = texts.map(({ post, comment }) => {
      const [postAt, commentAt] = [places.get(post)!, places.get(comment)!];
      postCut += Number(read.cut[postAt]);
      commentCut += Number(read.cut[commentAt]);
      return comments.add(kept[commentAt]!, kept[postAt]!, textReward(head, comment));
    });
    inputs += texts.length;
    encoded.push({ inputs: numbers, pairs, ...(ranks ? { ranks } : {}) });
  }
  return { encoded, cuts: { inputs, postCut, commentCut } };
}
