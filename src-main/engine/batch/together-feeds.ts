/** What a model is fed that reads post and comment as one sequence. */

import type { CutCounts, TextInput } from '../../contract/engine.ts';
import type { MarkedTokenizer } from '../../tokenizer/huggingface.ts';
import { beginningFor } from '../../tokenizer/long-texts.ts';
import type { BertConfig } from '../model/bert.ts';
import type { HostTensors } from '../runtime/runtime.ts';
import { bertFeeds, type MarkedSequence } from './bert-feeds.ts';
import type { InputReader } from './input-reader.ts';

/** A post and a comment as one sequence. */
export type TogetherInput = MarkedSequence & {
  /** What is added to the reward that the sequence gets. */
  readonly before: number;
};

/** The reader of an encoder that reads pairs. */
export type PairReader = {
  readonly config: BertConfig;
  readonly tokenizer: MarkedTokenizer;
  /** Whether the post is read: without it a sequence is the comment alone. */
  readonly readsPost: boolean;
};

/** Posts and comments, or comments alone, as sequences of `config.positions` tokens at most, the longer one cut first, and how many were cut. */
export function readTogether(
  { config, tokenizer, readsPost }: PairReader,
  texts: readonly TextInput[],
  beforeOf: (text: TextInput) => number,
): { readonly inputs: TogetherInput[]; readonly cuts: CutCounts } {
  let [postCut, commentCut] = [0, 0];
  // A post has many comments: it is cut into pieces once.
  const posts = new Map<string, Int32Array>();
  const inputs = texts.map((text): TogetherInput => {
    const comment = tokenizer.encode(beginningFor(text.comment, config.positions));
    if (!readsPost) {
      const { ids, second, cut } = tokenizer.single(comment, config.positions);
      commentCut += Number(cut);
      return { ids, second, before: beforeOf(text) };
    }
    const post = posts.get(text.post) ?? tokenizer.encode(beginningFor(text.post, config.positions));
    posts.set(text.post, post);
    const { ids, second, firstCut, secondCut } = tokenizer.pair(post, comment, config.positions);
    postCut += Number(firstCut);
    commentCut += Number(secondCut);
    return { ids, second, before: beforeOf(text) };
  });
  return { inputs, cuts: { inputs: texts.length, postCut, commentCut } };
}

/** The feeds of `togetherRewards`. */
export function togetherFeeds(config: BertConfig, inputs: readonly TogetherInput[]): HostTensors {
  const before = { data: Float32Array.from(inputs, (one) => one.before), shape: [inputs.length] };
  return { ...bertFeeds(config, inputs), before };
}

export const togetherReader = (config: BertConfig, most = config.positions): InputReader<TogetherInput> => ({
  lengthOf: ({ ids }) => Math.min(ids.length, most),
  perPost: 0,
  padded: false,
  upTo: (length) => togetherReader(config, length),
  feeds: (inputs) =>
    togetherFeeds(
      config,
      inputs.map((one) => ({ ...one, ids: one.ids.subarray(0, most) })),
    ),
});
