/** What the config.json of an encoder of the BERT family says, as Hugging Face's libraries write it. */

import { type ConfigJson, damaged, given, isObject, refused, shown, wholeNumber } from './published-json.ts';

/** The families whose encoders are built alike. */
export type BertFamily = 'bert' | 'roberta' | 'xlm-roberta' | 'mpnet';

/** Sizes of an encoder, and what of its arithmetic differs from family to family. */
export type EncoderSizes = {
  readonly family: BertFamily;
  readonly vocabulary: number;
  readonly width: number;
  readonly inner: number;
  readonly layers: number;
  readonly heads: number;
  /** Rows of the table of positions. */
  readonly positionRows: number;
  /** The row of the first position: RoBERTa's and MPNet's lie behind that of their padding. */
  readonly firstPosition: number;
  /** Rows of the table of segments; 0 where there is none. */
  readonly segments: number;
  /** Buckets of MPNet's distances; 0 where there are none. */
  readonly distances: number;
  readonly activation: 'exact' | 'tanh' | 'relu';
  readonly epsilon: number;
};

/** Encoders of other families, as people know them. */
const otherEncoders: Readonly<Record<string, string>> = {
  albert: 'ALBERT',
  big_bird: 'BigBird',
  camembert: 'CamemBERT',
  deberta: 'DeBERTa',
  'deberta-v2': 'DeBERTa',
  distilbert: 'DistilBERT',
  electra: 'ELECTRA',
  ernie: 'ERNIE',
  eurobert: 'EuroBERT',
  longformer: 'Longformer',
  modernbert: 'ModernBERT',
  new: 'GTE v1.5',
  nomic_bert: 'Nomic BERT',
  roformer: 'RoFormer',
  'xlm-roberta-xl': 'XLM-R XL',
};

/** Models of other kinds, which some vectors are made with. */
const otherModels: Readonly<Record<string, string>> = {
  bart: 'BART',
  clip: 'CLIP',
  gemma: 'Gemma',
  gemma2: 'Gemma',
  gemma3_text: 'Gemma',
  gpt_neox: 'GPT-NeoX',
  llama: 'Llama',
  mistral: 'Mistral',
  mt5: 'mT5',
  phi3: 'Phi',
  qwen2: 'Qwen',
  qwen3: 'Qwen',
  t5: 'T5',
  umt5: 'mT5',
  xlnet: 'XLNet',
};

/** The families that can be read. */
const readable: Readonly<Record<BertFamily, string>> = {
  bert: 'BERT',
  roberta: 'RoBERTa',
  'xlm-roberta': 'XLM-R',
  mpnet: 'MPNet',
};
const familyNames: Readonly<Record<string, string>> = { ...otherModels, ...otherEncoders, ...readable };
/** What an encoder may be of. */
const readableFamilies = 'BERT (MiniLM, bge, e5, gte and arctic-embed among them), RoBERTa, XLM-R and MPNet';

const isReadableFamily = (modelType: unknown): modelType is BertFamily =>
  typeof modelType === 'string' && Object.hasOwn(readable, modelType);

/** Whether what a config.json describes is an encoder, which we may read or not; a language model is none. */
export const isEncoderConfig = (json: unknown): boolean => {
  const modelType = isObject(json) ? json.model_type : undefined;
  return typeof modelType === 'string' && (isReadableFamily(modelType) || Object.hasOwn(otherEncoders, modelType));
};

/** A family as people know it: by its own name where that is all there is. */
export function familyName(modelType: unknown): string {
  const plain = shown(modelType);
  return Object.hasOwn(familyNames, plain) ? familyNames[plain]! : plain;
}

/** Names of one function each. https://github.com/huggingface/transformers/blob/main/src/transformers/activations.py */
const activations: Readonly<Record<string, EncoderSizes['activation']>> = {
  gelu: 'exact',
  gelu_python: 'exact',
  gelu_new: 'tanh',
  gelu_fast: 'tanh',
  gelu_pytorch_tanh: 'tanh',
  relu: 'relu',
};

/** Bounds that keep a made-up encoder from taking all the memory before its weights are looked at. */
const most = { width: 16_384, inner: 65_536, layers: 200, heads: 256, rows: 65_536, vocabulary: 2_000_000 } as const;

/**
 * @param label what a person calls the encoder
 * @throws TiebreakError bad-input, with one sentence that names the family, for what can't be read; damaged
 */
export function readEncoderConfig(json: ConfigJson, label: string): EncoderSizes {
  const family = json.model_type;
  if (!isReadableFamily(family)) {
    const what = family === undefined ? 'of no family that its config.json names' : `a ${familyName(family)}`;
    throw refused(`${label} is ${what}, and encoders of the families ${readableFamilies} can be read`);
  }
  const variant = variantOf(json);
  if (variant)
    throw refused(`${label} is a variant of ${familyName(family)} that can't be read: its config.json says ${variant}`);
  const size = (name: string, limit: number): number => wholeNumber(json, name, limit, `the config.json of ${label}`);
  const [width, heads] = [size('hidden_size', most.width), size('num_attention_heads', most.heads)];
  if (width % heads !== 0) throw damaged(`The config.json of ${label} has a width of ${width} for ${heads} heads`);
  const padding = given(json.pad_token_id) ? json.pad_token_id : 1;
  const positionRows = size('max_position_embeddings', most.rows);
  const firstPosition = family === 'bert' ? 0 : typeof padding === 'number' ? padding + 1 : Number.NaN;
  if (!Number.isSafeInteger(firstPosition) || firstPosition < 0 || firstPosition + 3 > positionRows) {
    throw damaged(`The config.json of ${label} has no usable pad_token_id`);
  }
  const epsilon = json.layer_norm_eps ?? 1e-12;
  if (typeof epsilon !== 'number' || !(epsilon > 0 && epsilon < 1)) {
    throw damaged(`The config.json of ${label} has no usable layer_norm_eps`);
  }
  return {
    family,
    vocabulary: size('vocab_size', most.vocabulary),
    width,
    inner: size('intermediate_size', most.inner),
    layers: size('num_hidden_layers', most.layers),
    heads,
    positionRows,
    firstPosition,
    segments: family === 'mpnet' ? 0 : given(json.type_vocab_size) ? size('type_vocab_size', 16) : 2,
    distances:
      family !== 'mpnet'
        ? 0
        : given(json.relative_attention_num_buckets)
          ? size('relative_attention_num_buckets', 1024)
          : 32,
    activation: activations[String(json.hidden_act ?? 'gelu')]!,
    epsilon,
  };
}

/** What a configuration changes in the arithmetic, as it says it; null for the family as it is. */
function variantOf(json: ConfigJson): string | null {
  if (given(json.auto_map)) return 'that it brings program code of its own (auto_map)';
  if (given(json.quantization_config)) return 'quantization_config';
  const kind = json.position_embedding_type ?? 'absolute';
  if (kind !== 'absolute') return `position_embedding_type ${shown(kind)}`;
  const activation = json.hidden_act ?? 'gelu';
  if (typeof activation !== 'string' || !Object.hasOwn(activations, activation))
    return `hidden_act ${shown(activation)}`;
  for (const name of ['is_decoder', 'add_cross_attention', 'embedding_size', 'adapters']) {
    if (given(json[name]) && json[name] !== false && json[name] !== json.hidden_size)
      return `${name} ${shown(json[name])}`;
  }
  return null;
}
