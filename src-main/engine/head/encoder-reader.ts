/** How an encoder that was trained here is kept: its sizes, and the tokenizer that belongs to them. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readMarkedTokenizer } from '../../checkpoint/published-encoder.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { parsePieces, tokenizerJson } from '../../tokenizer/pieces.ts';
import { createUnigramTokenizer } from '../../tokenizer/sentencepiece.ts';
import type { BertConfig } from '../model/bert.ts';
import type { EncoderConfig } from '../model/encoder.ts';
import { isBert, readsMarked, type TextEncoderConfig, type TextReader } from '../model/text-encoder.ts';

/** The part of a config.json that has the sizes of an encoder. Throws TiebreakError damaged. */
export function checkEncoderSizes(config: Record<string, unknown>, folder: string): TextEncoderConfig {
  return config.family === undefined ? checkUse(config, folder) : checkBert(config, folder);
}

function checkUse(config: Record<string, unknown>, folder: string): EncoderConfig {
  const sizes = ['vocabulary', 'embedding', 'width', 'inner', 'layers', 'heads', 'positions'];
  const known = numbers<EncoderConfig>(config, sizes, ['epsilon'], folder);
  if (known.embedding % known.heads !== 0 || known.width % known.heads !== 0) throw impossible(folder);
  return known;
}

function checkBert(config: Record<string, unknown>, folder: string): BertConfig {
  const sizes = ['vocabulary', 'width', 'inner', 'layers', 'heads', 'positionRows', 'positions'];
  const { family, activation, pooling, unit, firstPosition, segments, distances, prompt } = config;
  const known = {
    ...numbers<BertConfig>(config, sizes, ['epsilon'], folder),
    ...({ family, activation, pooling, unit, firstPosition, segments, distances, prompt } as BertConfig),
  };
  const possible =
    known.width % known.heads === 0 &&
    ['bert', 'roberta', 'xlm-roberta', 'mpnet'].includes(known.family) &&
    ['exact', 'tanh', 'relu'].includes(known.activation) &&
    ['mean', 'first'].includes(known.pooling) &&
    typeof unit === 'boolean' &&
    (prompt === null || typeof prompt === 'string') &&
    [firstPosition, segments, distances].every((value) => Number.isSafeInteger(value) && Number(value) >= 0) &&
    known.firstPosition + known.positions <= known.positionRows;
  if (!possible) throw impossible(folder);
  return known;
}

function numbers<Config>(
  config: Record<string, unknown>,
  sizes: readonly string[],
  others: readonly string[],
  folder: string,
): Config {
  const number = (name: string): number => {
    const value = config[name];
    if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
    throw damaged(folder, `its config.json has no usable ${name}`);
  };
  const known = Object.fromEntries([...sizes, ...others].map((name) => [name, number(name)]));
  if (!sizes.every((name) => Number.isSafeInteger(known[name]))) throw impossible(folder);
  return known as Config;
}

const impossible = (folder: string): TiebreakError => damaged(folder, 'its config.json has sizes that no encoder has');

const configFile = 'tokenizer_config.json';

/** Writes the tokenizer's files into a folder. */
export async function writeTokenizer(folder: string, reader: TextReader): Promise<void> {
  const path = join(folder, 'tokenizer.json');
  if (!readsMarked(reader)) {
    await writeFile(path, tokenizerJson(reader.tokenizer.pieces));
    return;
  }
  const { files } = reader.tokenizer;
  await writeFile(path, JSON.stringify(files.tokenizer));
  await writeFile(join(folder, configFile), JSON.stringify(files.config));
}

/** Reads them again. Throws TiebreakError damaged. */
export async function readTokenizer(folder: string, config: TextEncoderConfig): Promise<TextReader> {
  if (isBert(config)) return { config, tokenizer: await readMarkedTokenizer(folder, config.vocabulary) };
  const pieces = parsePieces(await readFile(join(folder, 'tokenizer.json'), 'utf8').catch(() => ''));
  if (pieces === null || pieces.length > config.vocabulary) throw damaged(folder, 'its vocabulary is unusable');
  return { config, tokenizer: createUnigramTokenizer(pieces) };
}

function damaged(folder: string, why: string): TiebreakError {
  return new TiebreakError('damaged', `The model in ${folder} is damaged: ${why}.`);
}
