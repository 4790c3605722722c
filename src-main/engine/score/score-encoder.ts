import type { ExplainRequest, ExplainResult, RewardParts, ScoreRequest, ScoreResult } from '../../contract/engine.ts';
import { createGraph, input } from '../graph/graph.ts';
import { readEncoderFolder } from '../head/encoder-folder.ts';
import { namedShares } from '../head/explain.ts';
import type { Head } from '../head/head-folder.ts';
import { textReward } from '../head/parts.ts';
import { rewardPartsOf } from '../head/reward-parts.ts';
import { declareHead, headRewards } from '../model/encoder-reward.ts';
import type { TextEncoderConfig } from '../model/text-encoder.ts';
import type { RequestContext } from '../runtime/request-context.ts';
import type { FixedProgram, HostTensors, ProgramSpec, Runtime } from '../runtime/runtime.ts';
import { embedTokens, encodeTexts, type LoadedEncoder, loadEncoder, unloadEncoder } from './embed.ts';

/** A trained sentence encoder with its head on a device, ready to score. */
export type LoadedEncoderModel = {
  readonly encoder: LoadedEncoder;
  /** Whose part that reads the text is used. */
  readonly head: Head;
  readonly program: FixedProgram;
};

/** Comments whose rewards are computed from their vectors at once. */
const atOnce = 1024;

/** Throws TiebreakError damaged. */
export async function loadEncoderModel(runtime: Runtime, folder: string): Promise<LoadedEncoderModel> {
  const { head, ...model } = await readEncoderFolder(folder);
  const encoder = await loadEncoder(runtime, model);
  return { encoder, head, program: await runtime.compileFixed(headProgram(model.config), model.tensors) };
}

export async function unloadEncoderModel({ encoder, program }: LoadedEncoderModel): Promise<void> {
  await program.dispose();
  await unloadEncoder(encoder);
}

/**
 * One reward per text, in the order given. Each post and each comment is read once.
 * @param without 'post': as if the vector of the post said nothing
 */
export async function scoreWithEncoder(
  { encoder, head, program }: LoadedEncoderModel,
  { texts }: Pick<ScoreRequest, 'texts'>,
  context: RequestContext,
  without: 'post' | null = null,
): Promise<ScoreResult> {
  const unique = [...new Set(texts.flatMap(({ post, comment }) => [post, comment]))];
  const { encoded, cut } = await encodeTexts(encoder.reader, unique, context.signal);
  const vectors = await embedTokens(encoder, encoded, {
    ...context,
    onProgress: (progress) => context.onProgress({ ...progress, phase: 'score' }),
  });
  const places = new Map(unique.map((text, place) => [text, place]));
  const [posts, comments] = (['post', 'comment'] as const).map((side) => texts.map((text) => places.get(text[side])!));
  const rewards = new Float32Array(texts.length);
  const { width } = encoder.reader.config;
  for (let from = 0; from < texts.length; from += atOnce) {
    const to = Math.min(from + atOnce, texts.length);
    const feeds: HostTensors = {
      comments: rows(vectors, width, comments!.slice(from, to)),
      posts:
        without === 'post'
          ? { data: new Float32Array((to - from) * width), shape: [to - from, width] }
          : rows(vectors, width, posts!.slice(from, to)),
      textReward: {
        data: Float32Array.from(texts.slice(from, to), ({ comment }) => textReward(head, comment)),
        shape: [to - from],
      },
    };
    rewards.set((await program.run(feeds)).rewards!, from);
  }
  const count = (of: readonly number[]) => of.filter((place) => cut[place]).length;
  const cuts = { inputs: texts.length, postCut: count(posts!), commentCut: count(comments!) };
  return { rewards, device: encoder.device, cuts };
}

/**
 * Takes the rewards of two comments apart: what the head finds in the texts as it adds it up; what the reward is without the post beyond
 * that is meaning, and the rest is the post's.
 */
export async function explainWithEncoder(
  model: LoadedEncoderModel,
  { texts }: Pick<ExplainRequest, 'texts'>,
  context: RequestContext,
): Promise<ExplainResult> {
  const whole = (await scoreWithEncoder(model, { texts }, context)).rewards;
  const alone = (await scoreWithEncoder(model, { texts }, context, 'post')).rewards;
  const { head } = model;
  const none = new Float32Array(model.encoder.reader.config.width);
  const partsOf = (i: 0 | 1): RewardParts => {
    const { length, form, words, post } = rewardPartsOf(head, texts[i], none, none);
    // Without a post the cosine is 0, which is worth the same for all comments.
    const meaning = alone[i]! - (length + form + words + post);
    return { length, form, words, meaning, post: whole[i]! - alone[i]! + post };
  };
  return { parts: [partsOf(0), partsOf(1)], ...namedShares(head, texts) };
}

/** Gives `rewards` [inputs] from the vectors of comments and posts. */
function headProgram(config: TextEncoderConfig): ProgramSpec {
  const graph = createGraph();
  const weights = declareHead(graph, config);
  const body = { graph, config, weight: (name: string) => weights.get(name)!, dropout: <T>(x: T): T => x };
  const [comments, posts] = ['comments', 'posts'].map((name) => input(graph, name, ['inputs', config.width]));
  return { graph, outputs: { rewards: headRewards(body, comments!, posts!) }, stored: {} };
}

function rows(vectors: Float32Array, width: number, places: readonly number[]): HostTensors[string] {
  const data = new Float32Array(places.length * width);
  places.forEach((place, row) => {
    data.set(vectors.subarray(place * width, (place + 1) * width), row * width);
  });
  return { data, shape: [places.length, width] };
}
