import { join } from 'node:path';
import { exists, readJson } from '../../checkpoint/folder.ts';
import { readEncoderNote, readEncoderWeights, readMarkedTokenizer } from '../../checkpoint/published-encoder.ts';
import {
  poolingFile,
  readSentenceFolder,
  type SentenceFacts,
  type SentenceFiles,
  transformerFiles,
} from '../../checkpoint/sentence-folder.ts';
import { type BertConfig, bertParameters } from './bert.ts';
import type { PretrainedEncoder } from './text-encoder.ts';

/**
 * Reads an encoder of the BERT family from the folder it was published as, once its files were held against their sums.
 * @throws TiebreakError not-found; damaged; bad-input, with the family, for what can't be read
 */
export async function readBertEncoder(folder: string): Promise<PretrainedEncoder> {
  const { name } = await readEncoderNote(folder);
  return readPublishedEncoder(folder, name);
}

/** The same of a folder that nothing was written down of. `label` is what a person calls it. */
export async function readPublishedEncoder(
  folder: string,
  name: string,
): Promise<Extract<PretrainedEncoder, { config: BertConfig }>> {
  const { sizes, lowerCase, ...ways } = await readFacts(folder, name);
  const config: BertConfig = { ...sizes, ...ways };
  const [tokenizer, tensors] = await Promise.all([
    readMarkedTokenizer(folder, config.vocabulary, lowerCase),
    readEncoderWeights(folder, config.family, bertParameters(config)),
  ]);
  return { config, tokenizer, tensors };
}

/** What the small files of such a folder say. */
export async function readFacts(folder: string, label: string): Promise<SentenceFacts> {
  const read = async (file: string): Promise<unknown> => {
    const path = join(folder, file);
    return (await exists(path)) ? readJson(path) : undefined;
  };
  const modules = await read('modules.json');
  const pooling = poolingFile(modules, label);
  let transformer: unknown;
  for (const file of transformerFiles) transformer ??= await read(file);
  const files: SentenceFiles = {
    'config.json': await read('config.json'),
    'modules.json': modules,
    'sentence_bert_config.json': transformer,
    'config_sentence_transformers.json': await read('config_sentence_transformers.json'),
    'tokenizer_config.json': await read('tokenizer_config.json'),
    ...(pooling === null ? {} : { pooling: await read(pooling) }),
  };
  return readSentenceFolder(files, label);
}
