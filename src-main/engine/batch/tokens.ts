/** Texts as tokens, as a GPT-2 reads them. */

import type { CutCounts, PairGroup, TextInput } from '../../contract/engine.ts';
import type { Tokenizer } from '../../tokenizer/bpe.ts';
import { encodeInput } from '../../tokenizer/input.ts';
import type { TokenGroup } from './input-reader.ts';

export type Counted<T> = { readonly encoded: T; readonly cuts: CutCounts };

/** Texts as token ids, at most `maxTokens` each, and how many had to be cut: each by itself, or a post once (`cutOnce`). */
export function encodeAll(
  tokenizer: Tokenizer,
  texts: readonly TextInput[],
  maxTokens: number,
  cutOnce = false,
): Counted<Int32Array[]> {
  let [postCut, commentCut] = [0, 0];
  const encoded = texts.map((text) => {
    const input = encodeInput(tokenizer, text, maxTokens, cutOnce);
    postCut += Number(input.postCut);
    commentCut += Number(input.commentCut);
    return input.ids;
  });
  return { encoded, cuts: { inputs: texts.length, postCut, commentCut } };
}

/** The same for groups with their pairs, one after the other: the texts of one are forgotten before the next is read. */
export function encodeGroups(
  tokenizer: Tokenizer,
  groups: Iterable<PairGroup>,
  maxTokens: number,
  cutOnce: boolean,
): Counted<TokenGroup<Int32Array>[]> {
  const tokenGroups: TokenGroup<Int32Array>[] = [];
  let [count, postCut, commentCut] = [0, 0, 0];
  for (const { texts, pairs, ranks } of groups) {
    const { encoded, cuts } = encodeAll(tokenizer, texts, maxTokens, cutOnce);
    tokenGroups.push({ inputs: inOneBuffer(encoded), pairs, ...(ranks ? { ranks } : {}) });
    count += cuts.inputs;
    postCut += cuts.postCut;
    commentCut += cuts.commentCut;
  }
  return { encoded: tokenGroups, cuts: { inputs: count, postCut, commentCut } };
}

/** The same numbers in one piece of memory: a piece for each short text is mostly what describes it. */
function inOneBuffer(arrays: readonly Int32Array[]): Int32Array[] {
  const all = new Int32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  return arrays.map((array) => {
    all.set(array, at);
    at += array.length;
    return all.subarray(at - array.length, at);
  });
}
