/** An encoder of the BERT family as transformers and sentence-transformers load it. */

import { theirTensors } from '../../checkpoint/bert-names.ts';
import { type ExportedFile, jsonFile, textFile } from '../../checkpoint/exported-file.ts';
import { weightsFile } from '../../checkpoint/folder.ts';
import type { TensorSource } from '../../checkpoint/tensor-file.ts';
import { type TensorPieces, turnedPart } from '../../checkpoint/tensor-pieces.ts';
import type { MarkedTokenizer } from '../../tokenizer/huggingface.ts';
import { type BertConfig, bertParameters } from '../model/bert.ts';
import { safetensorsFile } from './safetensors-file.ts';

/** The tokens that a tokenizer fills up and marks with, by what transformers calls them. */
export type Marks = Readonly<Record<string, string>> & { readonly pad_token: string };

/**
 * @param folder what is read of `facts`: anything that config.json shall say besides
 * @param unit whether a vector has length 1, as sentence-transformers gives it
 */
export function bertFiles(
  { config, tokenizer }: { readonly config: BertConfig; readonly tokenizer: MarkedTokenizer },
  tensors: ReadonlyMap<string, TensorSource>,
  facts: object,
): ExportedFile[] {
  const { width, pooling, unit, prompt, positions } = config;
  const module = (idx: number, path: string, kind: string): object => ({
    idx,
    name: String(idx),
    path,
    type: `sentence_transformers.models.${kind}`,
  });
  return [
    jsonFile('config.json', { ...configOf(config, padIdOf(tokenizer)), ...facts }),
    safetensorsFile(weightsFile, theirWeights(config, tensors)),
    ...markedTokenizerFiles(config, tokenizer),
    jsonFile('modules.json', [
      module(0, '', 'Transformer'),
      module(1, '1_Pooling', 'Pooling'),
      ...(unit ? [module(2, '2_Normalize', 'Normalize')] : []),
    ]),
    jsonFile('1_Pooling/config.json', {
      word_embedding_dimension: width,
      pooling_mode_cls_token: pooling === 'first',
      pooling_mode_mean_tokens: pooling === 'mean',
      pooling_mode_max_tokens: false,
      pooling_mode_mean_sqrt_len_tokens: false,
    }),
    jsonFile('sentence_bert_config.json', { max_seq_length: positions, do_lower_case: false }),
    ...(prompt === null
      ? []
      : [jsonFile('config_sentence_transformers.json', { prompts: { text: prompt }, default_prompt_name: 'text' })]),
  ];
}

const architectures = {
  bert: 'BertModel',
  roberta: 'RobertaModel',
  'xlm-roberta': 'XLMRobertaModel',
  mpnet: 'MPNetModel',
};
const activations = { exact: 'gelu', tanh: 'gelu_new', relu: 'relu' };

/** config.json as transformers has it for the family. */
function configOf(config: BertConfig, padId: number): object {
  const { family, segments, distances } = config;
  return {
    architectures: [architectures[family]],
    model_type: family,
    vocab_size: config.vocabulary,
    hidden_size: config.width,
    intermediate_size: config.inner,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    max_position_embeddings: config.positionRows,
    ...(segments > 0 ? { type_vocab_size: segments } : {}),
    ...(distances > 0 ? { relative_attention_num_buckets: distances } : {}),
    hidden_act: activations[config.activation],
    layer_norm_eps: config.epsilon,
    hidden_dropout_prob: 0.1,
    attention_probs_dropout_prob: 0.1,
    initializer_range: 0.02,
    position_embedding_type: 'absolute',
    // All but BERT count their positions from it.
    pad_token_id: family === 'bert' ? padId : config.firstPosition - 1,
    dtype: 'float32',
  };
}

function theirWeights(config: BertConfig, tensors: ReadonlyMap<string, TensorSource>): Map<string, TensorPieces> {
  const weights = new Map<string, TensorPieces>();
  for (const { name } of bertParameters(config)) {
    const { names, turned } = theirTensors(config.family, name);
    for (const [part, theirs] of names.entries()) {
      weights.set(theirs, turnedPart(tensors.get(name)!, { part, parts: names.length, turned }));
    }
  }
  return weights;
}

/** The tokenizer as transformers, sentence-transformers and tokenizers read it: exactly the one that was used here. */
export function markedTokenizerFiles({ positions, segments }: BertConfig, tokenizer: MarkedTokenizer): ExportedFile[] {
  const marks = marksOf(tokenizer);
  return [
    // What it says of cutting and filling up is for whoever calls it to decide.
    textFile(
      'tokenizer.json',
      JSON.stringify({ ...(tokenizer.files.tokenizer as object), truncation: null, padding: null }),
    ),
    jsonFile('tokenizer_config.json', {
      // Takes tokenizer.json as it is, in every version of transformers.
      tokenizer_class: 'PreTrainedTokenizerFast',
      ...marks,
      model_max_length: positions,
      clean_up_tokenization_spaces: false,
      padding_side: 'right',
      truncation_side: 'right',
      model_input_names: ['input_ids', ...(segments > 1 ? ['token_type_ids'] : []), 'attention_mask'],
    }),
    jsonFile('special_tokens_map.json', marks),
  ];
}

const markNames = ['bos_token', 'eos_token', 'unk_token', 'sep_token', 'pad_token', 'cls_token', 'mask_token'];
/** Names of the token to fill up with, by family, where the files don't say: it is always the first of these that there is. */
const usualPadding = ['[PAD]', '<pad>', '<|pad|>'];

/** The tokenizer's marks, as far as its files name them. */
export function marksOf({ files }: MarkedTokenizer): Marks {
  const config = files.config as Readonly<Record<string, unknown>>;
  const named = markNames.flatMap((name): [string, string][] => {
    const mark = config[name];
    const text = typeof mark === 'string' ? mark : (mark as { content?: unknown } | null | undefined)?.content;
    return typeof text === 'string' ? [[name, text]] : [];
  });
  const marks = Object.fromEntries(named);
  const known = addedTokens(files.tokenizer);
  return { ...marks, pad_token: marks.pad_token ?? usualPadding.find((token) => known.has(token)) ?? usualPadding[0]! };
}

/** The id that sequences are filled up with; which one it is changes no number. */
export function padIdOf(tokenizer: MarkedTokenizer): number {
  return addedTokens(tokenizer.files.tokenizer).get(marksOf(tokenizer).pad_token) ?? 0;
}

function addedTokens(json: unknown): ReadonlyMap<string, number> {
  const { added_tokens: added = [] } = json as { added_tokens?: readonly { content: string; id: number }[] };
  return new Map(added.map(({ content, id }) => [content, id]));
}
