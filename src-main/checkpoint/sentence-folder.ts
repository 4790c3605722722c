/**
 * What a published encoder's small files say of it, beyond its sizes: how sentence-transformers makes a vector of a text.
 * https://sbert.net/docs/sentence_transformer/usage/custom_models.html
 */

import { type EncoderSizes, familyName, readEncoderConfig } from './encoder-config.ts';
import { type ConfigJson, damaged, given, isObject, refused, shown, wholeNumber } from './published-json.ts';

/** An encoder's small files, each as its JSON; undefined where it isn't there. */
export type SentenceFiles = {
  readonly 'config.json'?: unknown;
  readonly 'modules.json'?: unknown;
  readonly 'sentence_bert_config.json'?: unknown;
  readonly 'config_sentence_transformers.json'?: unknown;
  readonly 'tokenizer_config.json'?: unknown;
  /** The file of the module for pooling, wherever modules.json says that it lies. */
  readonly pooling?: unknown;
};

/** All that is needed to read texts as an encoder's authors do. */
export type SentenceFacts = {
  readonly sizes: EncoderSizes;
  /** What of the last layer is a text's vector: the mean over all tokens, or the first one. */
  readonly pooling: 'mean' | 'first';
  /** Whether a vector is brought to length 1. */
  readonly unit: boolean;
  /** Tokens that are read, marks among them; what is behind them is cut. */
  readonly positions: number;
  /** What stands before each text that is read alone. */
  readonly prompt: string | null;
  /** Whether texts are made lower case before the tokenizer sees them, whatever that does. */
  readonly lowerCase: boolean;
};

/** Where the configuration of the Transformer lies; older versions of sentence-transformers named it by its family. */
export const transformerFiles = [
  'sentence_bert_config.json',
  'sentence_roberta_config.json',
  'sentence_xlm-roberta_config.json',
] as const;

const longestPrompt = 1000;

/**
 * @param label what a person calls the encoder: an E5 is known by it, since its files say nothing of its prompt
 * @throws TiebreakError bad-input, with one sentence that names the family, for what can't be read; damaged
 */
export function readSentenceFolder(files: SentenceFiles, label: string): SentenceFacts {
  const config = objectOf(files['config.json'], 'config.json', label);
  const sizes = readEncoderConfig(config, label);
  const family = familyName(sizes.family);
  const transformer = optional(files['sentence_bert_config.json'], 'sentence_bert_config.json', label);
  checkTransformer(transformer, family, label);
  const { pooling, unit, withPrompt } = poolingOf(files, sizes, label);
  const prompt = promptOf(files, config, label);
  if (prompt !== null && !withPrompt) {
    throw refused(
      `${label} is a ${family} whose prompt has no share in its vectors (include_prompt false), which can't be read`,
    );
  }
  return {
    sizes,
    pooling,
    unit,
    positions: positionsOf(files, transformer, sizes, label),
    prompt,
    lowerCase: transformer.do_lower_case === true,
  };
}

/** Where modules.json says that the module for pooling lies; null where there is none. Throws TiebreakError as above. */
export function poolingFile(modules: unknown, label: string): string | null {
  if (!given(modules)) return null;
  const found = modulesOf(modules, label).find(({ kind }) => kind === 'Pooling');
  if (!found) return null;
  // A folder beside the other files, so that nothing in the file can name another place.
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,60}$/.test(found.path)) return `${found.path}/config.json`;
  throw damaged(`The modules.json of ${label} names ${shown(found.path)} as the folder of its pooling`);
}

function checkTransformer(json: ConfigJson, family: string, label: string): void {
  const task = json.transformer_task ?? 'feature-extraction';
  if (task !== 'feature-extraction')
    throw refused(`${label} is a ${family} for another task (${shown(task)}) than vectors of texts`);
  const { text } = optional(json.modality_config, 'sentence_bert_config.json', label);
  const output = optional(text, 'sentence_bert_config.json', label).method_output_name ?? 'last_hidden_state';
  if (output !== 'last_hidden_state') {
    throw refused(
      `${label} is a ${family} whose vectors are not made of its last layer but of ${shown(output)}, which can't be read`,
    );
  }
}

type Module = { readonly kind: string; readonly path: string };

function modulesOf(json: unknown, label: string): readonly Module[] {
  const broken = (): Error => damaged(`The modules.json of ${label} is no list of modules`);
  if (!Array.isArray(json) || json.length === 0 || json.length > 20) throw broken();
  return json.map((one: unknown) => {
    if (!isObject(one) || typeof one.type !== 'string' || typeof one.path !== 'string') throw broken();
    return { kind: one.type.split('.').at(-1)!, path: one.path };
  });
}

/** Modes of pooling: as older versions name them, and as newer ones do. */
const modes: Readonly<Record<string, string>> = {
  pooling_mode_cls_token: 'cls',
  pooling_mode_mean_tokens: 'mean',
  pooling_mode_max_tokens: 'max',
  pooling_mode_mean_sqrt_len_tokens: 'mean_sqrt_len_tokens',
  pooling_mode_weightedmean_tokens: 'weightedmean',
  pooling_mode_lasttoken: 'lasttoken',
};

type Pooled = Pick<SentenceFacts, 'pooling' | 'unit'> & {
  /** Whether the prompt's tokens have a share in the mean. */
  readonly withPrompt: boolean;
};

function poolingOf(files: SentenceFiles, { family, width }: EncoderSizes, label: string): Pooled {
  // What sentence-transformers makes of a folder of transformers.
  if (!given(files['modules.json'])) return { pooling: 'mean', unit: false, withPrompt: true };
  const modules = modulesOf(files['modules.json'], label);
  const kinds = modules.map(({ kind }) => kind);
  const known = ['Transformer', 'Pooling', 'Normalize'];
  const other = kinds.find((kind, i) => kind !== known[i]);
  if (other !== undefined || kinds.length < 2) {
    const what = other === undefined ? 'without a module for pooling' : `with a module ${shown(other)}`;
    throw refused(
      `${label} is a ${familyName(family)} ${what} (${kinds.join(', ').slice(0, 200)}), which can't be read`,
    );
  }
  if (modules[0]!.path !== '') {
    throw refused(
      `${label} is a ${familyName(family)} in an old form, whose weights lie in a folder ${shown(modules[0]!.path)} of their own: take the files in there as the model`,
    );
  }
  const json = objectOf(files.pooling, 'pooling configuration', label);
  const legacy = Object.entries(modes).flatMap(([name, mode]) => (json[name] === true ? [mode] : []));
  const named: unknown = json.pooling_mode ?? (legacy.length > 0 ? legacy : ['mean']);
  const [mode, ...more] = Array.isArray(named) ? named : [named];
  if (more.length > 0 || (mode !== 'mean' && mode !== 'cls')) {
    throw refused(
      `${label} is a ${familyName(family)} with the pooling ${shown([mode, ...more].join(' and '))}; the mean over the tokens (mean) and the first one (cls) can be read`,
    );
  }
  const own = json.embedding_dimension ?? json.word_embedding_dimension ?? width;
  if (own !== width)
    throw damaged(`The pooling of ${label} is for a width of ${shown(own)}, and its config.json says ${width}`);
  return {
    pooling: mode === 'cls' ? 'first' : 'mean',
    unit: kinds.length === 3,
    withPrompt: json.include_prompt !== false,
  };
}

/** Every name that is given to an E5 has it as a word; those that are told their task have another prompt for each. */
const e5 = /(^|[/_.-])e5([._-]|$)/i;

/**
 * The prompt that is used where nothing else is said; else that of an E5 for texts that are compared with their like.
 * https://huggingface.co/intfloat/e5-small-v2: "Use 'query: ' prefix ... if you want to use embeddings as features"
 */
function promptOf(files: SentenceFiles, config: ConfigJson, label: string): string | null {
  const file = 'config_sentence_transformers.json';
  const json = optional(files[file], file, label);
  const prompts = optional(json.prompts, file, label);
  const name = json.default_prompt_name;
  if (given(name)) {
    const prompt = typeof name === 'string' && Object.hasOwn(prompts, name) ? prompts[name] : null;
    if (typeof prompt === 'string' && prompt.length <= longestPrompt) return prompt === '' ? null : prompt;
    throw damaged(`The ${file} of ${label} has no usable prompt ${shown(name)}`);
  }
  const origin = typeof config._name_or_path === 'string' ? config._name_or_path : '';
  const named = [label, origin].some((one) => e5.test(one) && !/instruct/i.test(one));
  const saysSo = prompts.query === 'query: ' && (prompts.passage === 'passage: ' || prompts.document === 'passage: ');
  return named || saysSo ? 'query: ' : null;
}

function positionsOf(
  files: SentenceFiles,
  transformer: ConfigJson,
  { positionRows, firstPosition }: EncoderSizes,
  label: string,
): number {
  const rows = positionRows - firstPosition;
  if (given(transformer.max_seq_length)) {
    return Math.min(
      rows,
      wholeNumber(transformer, 'max_seq_length', Number.MAX_SAFE_INTEGER, `the sentence_bert_config.json of ${label}`),
    );
  }
  const longest = optional(files['tokenizer_config.json'], 'tokenizer_config.json', label).model_max_length;
  // Where it is not known, a number beyond all sizes stands there.
  return typeof longest === 'number' && longest >= 1 ? Math.floor(Math.min(rows, longest)) : rows;
}

function objectOf(json: unknown, name: string, label: string): ConfigJson {
  if (isObject(json)) return json;
  throw damaged(`The ${name} of ${label} is ${given(json) ? 'not what it should be' : 'missing'}`);
}

const optional = (json: unknown, name: string, label: string): ConfigJson =>
  given(json) ? objectOf(json, name, label) : {};
