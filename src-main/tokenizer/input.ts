import type { TextInput } from '../contract/engine.ts';
import { startToken, type Tokenizer } from './bpe.ts';

/** One text as the model reads it. The last id is the end token, at which the reward is read. */
export type EncodedInput = {
  readonly ids: Int32Array;
  /** Some of the post was left out. */
  readonly postCut: boolean;
  /** Some of the comment was left out, because it is too long alone. */
  readonly commentCut: boolean;
};

/**
 * "<|startoftext|>" + post + "\n\n" + comment + "<|endoftext|>" as at most `maxTokens` ids, cut on the left. Where the
 * vocabulary has no start token its name is ordinary text and is cut first, exactly as the original recipe did; where it has
 * one, that id always stays first. Names of special tokens inside post or comment are ordinary text.
 * @param maxTokens at least 3
 */
export function encodeInput(tokenizer: Tokenizer, input: TextInput, maxTokens: number): EncodedInput {
  const { startId, endId, byteLengths } = tokenizer;
  const text = `${startId === null ? startToken : ''}${input.post}\n\n${input.comment}`;
  const all = tokenizer.encode(text);
  const head = startId === null ? [] : [startId];
  const from = Math.max(0, all.length - (maxTokens - 1 - head.length));
  const kept = from === 0 ? all : all.slice(from);
  const ids = Int32Array.from([...head, ...kept, endId]);
  if (from === 0) return { ids, postCut: false, commentCut: false };

  let keptBytes = 0;
  for (const id of kept) keptBytes += byteLengths[id]!;
  const commentBytes = Buffer.byteLength(input.comment);
  const postBytes = Buffer.byteLength(input.post);
  return {
    ids,
    postCut: postBytes > 0 && keptBytes < postBytes + 2 + commentBytes,
    commentCut: keptBytes < commentBytes,
  };
}
