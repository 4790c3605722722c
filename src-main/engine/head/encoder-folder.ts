import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exists, type Manifest, readJson, readManifest, weightsFile, writeFolder } from '../../checkpoint/folder.ts';
import {
  openSafetensors,
  readTensors,
  type StoredTensor,
  type TensorSource,
  writeSafetensors,
} from '../../checkpoint/safetensors.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { encoderRewardParameters } from '../model/encoder-reward.ts';
import type { PretrainedEncoder, TextEncoderConfig, TextReader } from '../model/text-encoder.ts';
import { checkEncoderSizes, readTokenizer, writeTokenizer } from './encoder-reader.ts';
import { blocksOf, plainNames } from './features.ts';
import type { Head } from './head-folder.ts';

/** A sentence encoder that was trained with its head, whole: nothing else is needed to score with it. */
export type EncoderFolder = PretrainedEncoder & {
  /** The quick head that the training began with, whose part that reads the text still holds. */
  readonly head: Head;
};

const modelType = 'sentence-encoder-reward';
const textPrefix = 'text.';

/**
 * Writes a model folder that appears whole or not at all.
 * @throws TiebreakError bad-input where the folder exists
 */
export async function writeEncoderFolder(
  folder: string,
  model: TextReader & {
    readonly head: Head;
    readonly tensors: ReadonlyMap<string, StoredTensor | TensorSource>;
    readonly manifest: Omit<Manifest, 'format' | 'files' | 'architecture'>;
  },
): Promise<void> {
  const config = { model_type: modelType, ...model.config, plain: plainNames };
  const { weights, mean, deviation } = model.head;
  const text = Object.entries({ weights, mean, deviation }).map(([name, data]): [string, StoredTensor] => [
    textPrefix + name,
    { shape: [data.length], data },
  ]);
  await writeFolder(folder, { ...model.manifest, architecture: 'encoder' }, async (partial) => {
    await writeFile(join(partial, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
    await writeTokenizer(partial, model);
    await writeSafetensors(join(partial, weightsFile), new Map([...model.tensors, ...text]));
  });
}

/**
 * Reads such a folder.
 * @throws TiebreakError not-found; bad-input for a newer format; damaged where files don't match their sums or each other
 */
export async function readEncoderFolder(folder: string): Promise<EncoderFolder> {
  const { tensors, ...model } = await openEncoderFolder(folder);
  return { ...model, tensors: await readTensors(tensors) };
}

/** The same, but each tensor of the encoder and what reads its vectors is read only when it is asked for. */
export async function openEncoderFolder(
  folder: string,
): Promise<TextReader & { readonly tensors: Map<string, TensorSource>; readonly head: Head }> {
  await readManifest(folder);
  const config = checkEncoderConfig(await readJson(join(folder, 'config.json')), folder);
  const path = join(folder, weightsFile);
  if (!(await exists(path))) throw new TiebreakError('not-found', `There is no ${weightsFile} in ${folder}.`);
  const { tensors } = await openSafetensors(path);
  const take = (name: string, shape: readonly number[]): TensorSource => {
    const tensor = tensors.get(name);
    if (tensor && tensor.shape.join() === shape.join()) return tensor;
    throw damaged(folder, `${name} is ${tensor?.shape.join(' x ') ?? 'missing'} and should be ${shape.join(' x ')}`);
  };
  const model = encoderRewardParameters(config).map(({ name, shape }) => [name, take(name, shape)] as const);
  const text = (name: keyof Head, length: number) => take(textPrefix + name, [length]).read();
  const head: Head = {
    weights: await text('weights', blocksOf(config.width).end),
    mean: await text('mean', plainNames.length),
    deviation: await text('deviation', plainNames.length),
  };
  return { ...(await readTokenizer(folder, config)), tensors: new Map(model), head };
}

function checkEncoderConfig(json: unknown, folder: string): TextEncoderConfig {
  const config = (json ?? {}) as Record<string, unknown>;
  if (config.model_type !== modelType) throw damaged(folder, 'its config.json is of another model');
  if (JSON.stringify(config.plain) !== JSON.stringify(plainNames)) {
    const message = `The model in ${folder} was made by another version of Tiebreak, and reads texts differently: train it again.`;
    throw new TiebreakError('bad-input', message);
  }
  return checkEncoderSizes(config, folder);
}

function damaged(folder: string, why: string): TiebreakError {
  return new TiebreakError('damaged', `The model in ${folder} is damaged: ${why}.`);
}
