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

/** The same for groups with their pairs. */
export function encodeGroups(
  tokenizer: Tokenizer,
  groups: readonly PairGroup[],
  maxTokens: number,
  cutOnce: boolean,
): Counted<TokenGroup<Int32Array>[]> {
  const { encoded, cuts } = encodeAll(
    tokenizer,
    groups.flatMap(({ texts }) => texts),
    maxTokens,
    cutOnce,
  );
  let from = 0;
  const tokenGroups = groups.map(({ texts, pairs, ranks }) => {
    const inputs = encoded.slice(from, from + texts.length);
    from += texts.length;
    return { inputs, pairs, ...(ranks ? { ranks } : {}) };
  });
  return { encoded: tokenGroups, cuts };
}
