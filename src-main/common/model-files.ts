/** Which files a GPT-2 or an encoder is made of, as Hugging Face's libraries store it: by their names alone. */

/** What lies beside weights, and how many bytes it may have. */
const filesBeside: Readonly<Record<string, number>> = {
  'config.json': 2 ** 20,
  'tokenizer.json': 2 ** 26,
  'vocab.json': 2 ** 26,
  'merges.txt': 2 ** 26,
  'tokenizer_config.json': 2 ** 20,
  'modules.json': 2 ** 20,
  'sentence_bert_config.json': 2 ** 20,
  'sentence_roberta_config.json': 2 ** 20,
  'sentence_xlm-roberta_config.json': 2 ** 20,
  'config_sentence_transformers.json': 2 ** 20,
};
const mostOfSmall = 2 ** 20;

/** How sentence-transformers makes a vector of a text, and what a tokenizer needs beside itself. */
const small = [
  'tokenizer_config.json',
  'modules.json',
  'sentence_bert_config.json',
  'sentence_roberta_config.json',
  'sentence_xlm-roberta_config.json',
  'config_sentence_transformers.json',
];
/** The one file that lies deeper; with a hyphen where a browser or a window hands it over, whose names have no folders. */
const poolingName = /^([0-9]{1,2}_Pooling)[/-]config\.json$/;

export const isPooling = (name: string): boolean => poolingName.test(name);
/** The folder that a file of a module for pooling lies in; null for any other file. */
export const poolingFolder = (name: string): string | null => poolingName.exec(name)?.[1] ?? null;
/** How such a file is called where names have no folders. */
export const flatName = (name: string): string => name.replace(poolingName, '$1-config.json');
/** The name that a file in an archive has in the folder of its model. */
export const nameInFolder = (path: string): string =>
  /(?:^|\/)([0-9]{1,2}_Pooling\/config\.json)$/.exec(path)?.[1] ?? path.slice(path.lastIndexOf('/') + 1);

const mostFiles = 200;
const weightsName = /\.(safetensors|bin|pt|pth)$/i;
const part = /^(.+)-(\d{5})-of-(\d{5})\.(safetensors|bin)$/;
/** As the whole weights are called, the better form first. */
const usual = ['model.safetensors', 'pytorch_model.bin'];

export type NeededFiles = {
  /** One file, or the parts of one in their order. */
  readonly weights: readonly string[];
  readonly config: 'config.json' | null;
  /** tokenizer.json; or vocab.json and merges.txt; or none. */
  readonly tokenizer: readonly string[];
  /** What an encoder has beside them. */
  readonly beside: readonly string[];
};

export const isWeights = (name: string): boolean => weightsName.test(name);
export const isBeside = (name: string): boolean => Object.hasOwn(filesBeside, name) || isPooling(name);
/** How many bytes a file beside weights may have. */
export const mostBytesOf = (name: string): number =>
  Object.hasOwn(filesBeside, name) ? filesBeside[name]! : isPooling(name) ? mostOfSmall : Number.POSITIVE_INFINITY;

/** What is needed of a folder's files, safetensors before PyTorch's; or a sentence on why there is no model among them. */
export function neededFiles(names: readonly string[]): NeededFiles | { readonly problem: string } {
  const weights = weightsAmong(names.filter((name) => !isBeside(name)));
  if ('problem' in weights) return weights;
  const has = (name: string): boolean => names.includes(name);
  const pair = ['vocab.json', 'merges.txt'];
  return {
    weights: weights.names,
    config: has('config.json') ? 'config.json' : null,
    tokenizer: has('tokenizer.json') ? ['tokenizer.json'] : pair.every(has) ? pair : [],
    beside: [...small.filter(has), ...names.filter(isPooling).toSorted()],
  };
}

/**
 * The files of a folder that are handed over for an import: those that are needed, and the manifest of a model of ours with what it
 * speaks of. Where no model is found among them, all that could belong to one, so that what is wrong can be said.
 */
export function modelNames(names: readonly string[]): readonly string[] {
  const needed = neededFiles(names);
  const chosen =
    'problem' in needed
      ? names.filter((name) => isBeside(name) || isWeights(name))
      : [...needed.weights, ...(needed.config ? [needed.config] : []), ...needed.tokenizer, ...needed.beside];
  return [...chosen, ...names.filter((name) => name === 'manifest.json')].slice(0, mostFiles);
}

function weightsAmong(names: readonly string[]): { readonly names: readonly string[] } | { readonly problem: string } {
  const [only] = names;
  // One file is meant, whatever it is called.
  if (only !== undefined && names.length === 1 && !part.test(only) && !/\.(json|txt|md|py)$/.test(only)) {
    return { names: [only] };
  }
  const whole = usual.find((name) => names.includes(name));
  if (whole) return { names: [whole] };
  for (const type of ['safetensors', 'bin']) {
    const parts = names.filter((name) => part.exec(name)?.[4] === type).toSorted();
    if (parts.length === 0) continue;
    const [, stem, , count] = part.exec(parts[0]!)!;
    const complete = parts.every((name, i) => {
      const [, own, number] = part.exec(name)!;
      return own === stem && Number(number) === i + 1;
    });
    if (complete && parts.length === Number(count)) return { names: parts };
    return { problem: `Its weights are in ${Number(count)} parts, and not all of them are there.` };
  }
  const others = names.filter(isWeights);
  if (others.length === 1) return { names: others };
  if (others.length === 0) return { problem: 'It has no weights (model.safetensors or pytorch_model.bin).' };
  return { problem: `It has several weights (${others.slice(0, 5).join(', ')}): name the file that is meant.` };
}
