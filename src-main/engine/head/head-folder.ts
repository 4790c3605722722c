import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Manifest, readJson, readManifest, weightsFile, writeFolder } from '../../checkpoint/folder.ts';
import { readSafetensors, type StoredTensor, writeSafetensors } from '../../checkpoint/safetensors.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { blocksOf, blocksOfWeights, plainNames } from './features.ts';
import { drawnHeads } from './posterior.ts';

/** A head as it scores: a weight for each number of the scaled row, and how plain features are scaled. */
export type Head = {
  /** Of the raw vectors and products: their scaling is in them. Of the scaled plain features. */
  readonly weights: Float32Array;
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
};

/** A head with others that the answers it learned from leave possible. */
export type DrawnHead = Head & {
  /** How far they lie from it, `drawnHeads` rows, as `weights` without the words'; null where none were drawn: earlier versions drew none. */
  readonly deviations: Float32Array | null;
};

/** The same with the name of the encoder whose vectors it reads. */
export type NamedHead = DrawnHead & { readonly encoder: string };

const modelType = 'tiebreak-head';
const plain = plainNames.length;

/** Writes the folder of a quick model, whole or not at all. The encoder is not in it. */
export async function writeHeadFolder(
  folder: string,
  { encoder, ...head }: NamedHead,
  manifest: Omit<Manifest, 'format' | 'files' | 'architecture'>,
): Promise<void> {
  const config = { model_type: modelType, encoder, width: blocksOfWeights(head.weights).product, plain: plainNames };
  const tensor = (data: Float32Array): StoredTensor => ({ shape: [data.length], data });
  await writeFolder(folder, { architecture: 'encoder-head', ...manifest }, async (into) => {
    await writeFile(join(into, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
    const given = Object.entries(head).filter((entry): entry is [string, Float32Array] => entry[1] !== null);
    const tensors = given.map(([name, data]) => [name, tensor(data)] as const);
    await writeSafetensors(join(into, weightsFile), new Map(tensors));
  });
}

/** @throws TiebreakError bad-input for a head that reads other vectors or features; damaged; not-found */
export async function readHeadFolder(folder: string): Promise<NamedHead> {
  await readManifest(folder);
  const config = (await readJson(join(folder, 'config.json'))) as Record<string, unknown> | null;
  const fits =
    config?.model_type === modelType &&
    typeof config.encoder === 'string' &&
    Number.isSafeInteger(config.width) &&
    Number(config.width) > 0 &&
    JSON.stringify(config.plain) === JSON.stringify(plainNames);
  if (!config || !fits) {
    const message = `The model in ${folder} was made by another version of Tiebreak, and reads texts differently: train it again.`;
    throw new TiebreakError('bad-input', message);
  }
  const { tensors } = await readSafetensors(join(folder, weightsFile));
  const read = (name: keyof DrawnHead, length: number): Float32Array => {
    const data = tensors.get(name)?.data;
    if (data?.length === length && data.every(Number.isFinite)) return data;
    throw new TiebreakError('damaged', `The model in ${folder} is damaged: its ${name} are not as they should be.`);
  };
  const blocks = blocksOf(Number(config.width));
  return {
    encoder: String(config.encoder),
    weights: read('weights', blocks.end),
    mean: read('mean', plain),
    deviation: read('deviation', plain),
    deviations: tensors.has('deviations') ? read('deviations', drawnHeads * blocks.words) : null,
  };
}
