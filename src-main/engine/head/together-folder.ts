import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Manifest, readJson, readManifest, weightsFile, writeFolder } from '../../checkpoint/folder.ts';
import {
  openSafetensors,
  readTensors,
  type StoredTensor,
  type TensorSource,
  writeSafetensors,
} from '../../checkpoint/safetensors.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { PairReader } from '../batch/together-feeds.ts';
import { isBert } from '../model/text-encoder.ts';
import { togetherParameters } from '../model/together-reward.ts';
import { checkEncoderSizes, readTokenizer, writeTokenizer } from './encoder-reader.ts';

const modelType = 'together-reward';

/**
 * Writes the folder of a model that reads post and comment as one: whole or not at all, and nothing else is needed to score with it.
 * @throws TiebreakError bad-input where the folder exists
 */
export async function writeTogetherFolder(
  folder: string,
  {
    tensors,
    manifest,
    ...reader
  }: PairReader & {
    readonly tensors: ReadonlyMap<string, StoredTensor | TensorSource>;
    readonly manifest: Omit<Manifest, 'format' | 'files' | 'architecture'>;
  },
): Promise<void> {
  const config = { model_type: modelType, ...reader.config, ...(reader.readsPost ? {} : { reads_post: false }) };
  await writeFolder(folder, { ...manifest, architecture: 'together' }, async (partial) => {
    await writeFile(join(partial, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
    await writeTokenizer(partial, reader);
    await writeSafetensors(join(partial, weightsFile), tensors);
  });
}

/**
 * Reads such a folder.
 * @throws TiebreakError not-found; bad-input for a newer format; damaged where files don't match their sums or each other
 */
export async function readTogetherFolder(
  folder: string,
): Promise<PairReader & { readonly tensors: Map<string, StoredTensor> }> {
  const { tensors, ...reader } = await openTogetherFolder(folder);
  return { ...reader, tensors: await readTensors(tensors) };
}

/** The same, but each tensor is read only when it is asked for. */
export async function openTogetherFolder(
  folder: string,
): Promise<PairReader & { readonly tensors: Map<string, TensorSource> }> {
  await readManifest(folder);
  const json = ((await readJson(join(folder, 'config.json'))) ?? {}) as Record<string, unknown>;
  if (json.model_type !== modelType) throw damaged(folder, 'its config.json is of another model');
  const config = checkEncoderSizes(json, folder);
  if (!isBert(config)) throw damaged(folder, 'its config.json is of another model');
  const { tensors } = await openSafetensors(join(folder, weightsFile));
  for (const { name, shape } of togetherParameters(config)) {
    const found = tensors.get(name)?.shape.join(' x ') ?? 'missing';
    if (found !== shape.join(' x ')) throw damaged(folder, `${name} is ${found} and should be ${shape.join(' x ')}`);
  }
  const { tokenizer } = (await readTokenizer(folder, config)) as PairReader;
  return { config, tokenizer, readsPost: json.reads_post !== false, tensors };
}

function damaged(folder: string, why: string): TiebreakError {
  return new TiebreakError('damaged', `The model in ${folder} is damaged: ${why}.`);
}
