/** Texts as tokens, as a GPT-2 reads them. */

import type { CutCounts, PairGroup, TextInput } from '../../contract/engine.ts';
import type { Tokenizer } from '../../tokenizer/bpe.ts';
import { encodeInput } from '../../tokenizer/input.ts';
import type { TokenGroup } from './input-reader.ts';
import type { Sequences } from './sequences.ts';

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

/**
 * The same for groups with their pairs, one after the other: the texts of one are forgotten before the next is read, and its tokens are kept
 * where they are told to be, each input by its number.
 */
export function encodeGroups(
  tokenizer: Tokenizer,
  groups: Iterable<PairGroup>,
  maxTokens: number,
  cutOnce: boolean,
  sequences: Pick<Sequences, 'add'>,
): Counted<TokenGroup<number>[]> {
  const tokenGroups: TokenGroup<number>[] = [];
  let [count, postCut, commentCut] = [0, 0, 0];
  for (const { texts, pairs, ranks } of groups) {
    const { encoded, cuts } = encodeAll(tokenizer, texts, maxTokens, cutOnce);
    tokenGroups.push({ inputs: encoded.map(sequences.add), pairs, ...(ranks ? { ranks } : {}) });
    count += cuts.inputs;
    postCut += cuts.postCut;
    commentCut += cuts.commentCut;
  }
  return { encoded: tokenGroups, cuts: { inputs: count, postCut, commentCut } };
}
