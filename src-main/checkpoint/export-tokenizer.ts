import { endToken, startToken, type Tokenizer, type TokenizerFile } from '../tokenizer/bpe.ts';
import { type ExportedFile, jsonFile, textFile } from './exported-file.ts';

/** What transformers pads with where the end token must not be it. No text turns into it. */
export const padToken = '<|pad|>';

/**
 * The id for padding that is nobody else's: the tokenizer's own padding token, or the id behind its last. transformers reads
 * a sequence's score at the last token that is not padding, and the reward is read at the end token: were that the padding
 * too, as is usual with GPT-2, the score would come from the token before it.
 */
export function padIdOf({ json, vocabularySize }: Tokenizer): number {
  return json.added_tokens.find(({ content }) => content === padToken)?.id ?? vocabularySize;
}

/**
 * A tokenizer in every form that transformers and its relatives read.
 * @param padding padToken, or the end token
 * @param maxTokens what the model reads of a text
 */
export function tokenizerFiles(
  tokenizer: Tokenizer,
  { padding, maxTokens }: { readonly padding: string; readonly maxTokens: number },
): ExportedFile[] {
  const json = padding === padToken ? withPadding(tokenizer) : tokenizer.json;
  const { merges } = json.model;
  const vocabulary = { ...json.model.vocab };
  for (const { content, id } of json.added_tokens) vocabulary[content] ??= id;
  const specials = {
    bos_token: tokenizer.startId === null ? endToken : startToken,
    eos_token: endToken,
    unk_token: endToken,
    pad_token: padding,
  };
  const config = {
    // Takes tokenizer.json as it is, in every version of transformers.
    tokenizer_class: 'PreTrainedTokenizerFast',
    ...specials,
    model_max_length: maxTokens,
    truncation_side: 'left',
    padding_side: 'right',
    clean_up_tokenization_spaces: false,
    model_input_names: ['input_ids', 'attention_mask'],
  };
  const lines = merges.map((merge) => (typeof merge === 'string' ? merge : merge.join(' ')));
  return [
    textFile('tokenizer.json', JSON.stringify(json)),
    jsonFile('tokenizer_config.json', config),
    jsonFile('special_tokens_map.json', specials),
    textFile('vocab.json', JSON.stringify(vocabulary)),
    textFile('merges.txt', `#version: 0.2\n${lines.join('\n')}\n`),
  ];
}

function withPadding(tokenizer: Tokenizer): TokenizerFile {
  const { json } = tokenizer;
  if (json.added_tokens.some(({ content }) => content === padToken)) return json;
  const id = padIdOf(tokenizer);
  const plain = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  return {
    ...json,
    added_tokens: [...json.added_tokens, { id, content: padToken, ...plain }],
    model: { ...json.model, vocab: { ...json.model.vocab, [padToken]: id } },
  };
}
