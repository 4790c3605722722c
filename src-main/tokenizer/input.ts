import type { TextInput } from '../contract/engine.ts';
import { startToken, type Tokenizer } from './bpe.ts';
import { charactersOf, endFor } from './long-texts.ts';

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
 *
 * With `cutOnce`, a post that doesn't fit before a comment is cut to one length whatever the comment: its last tokens, half of what
 * there is room for, so that it is the same tokens before all comments that it is cut for, and is read once. The comment has the rest
 * of the room, and is cut on the left where it is longer. Post and comment are made tokens apart then.
 * @param maxTokens at least 3
 */
export function encodeInput(
  tokenizer: Tokenizer,
  { post, comment }: TextInput,
  maxTokens: number,
  cutOnce = false,
): EncodedInput {
  const { startId, endId, byteLengths } = tokenizer;
  const before = `${startId === null ? startToken : ''}${post}\n\n`;
  const head = startId === null ? [] : [startId];
  const room = maxTokens - 1 - head.length;
  const long = before.length + comment.length > charactersOf(room);
  const all = tokenizer.encode(endFor(before + comment, room));
  if (!long && all.length <= room)
    return { ids: Int32Array.from([...head, ...all, endId]), postCut: false, commentCut: false };

  const bytesOf = (ids: readonly number[]): number => ids.reduce((sum, id) => sum + byteLengths[id]!, 0);
  const [postBytes, commentBytes] = [Buffer.byteLength(post), Buffer.byteLength(comment)];
  const lost = (kept: number): boolean => postBytes > 0 && kept < postBytes + 2;
  if (cutOnce) {
    const first = last(tokenizer.encode(endFor(before, room)), Math.floor(room / 2));
    const second = last(tokenizer.encode(endFor(comment, room)), room - first.length);
    const ids = Int32Array.from([...head, ...first, ...second, endId]);
    return { ids, postCut: lost(bytesOf(first)), commentCut: bytesOf(second) < commentBytes };
  }
  const kept = last(all, room);
  const bytes = bytesOf(kept);
  const ids = Int32Array.from([...head, ...kept, endId]);
  return { ids, postCut: lost(bytes - commentBytes), commentCut: bytes < commentBytes };
}

const last = (ids: readonly number[], count: number): readonly number[] => ids.slice(Math.max(0, ids.length - count));
