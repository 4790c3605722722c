import { type EncoderPlace, useEncoder, vectorWidth } from '../../contract/engine.ts';
import { readBertEncoder, readFacts } from './bert-encoder.ts';
import { readPretrainedEncoder } from './encoder-weights.ts';
import type { PretrainedEncoder } from './text-encoder.ts';

/**
 * Reads an encoder from where it lies.
 * @throws TiebreakError not-found; damaged; bad-input for a folder of another family
 */
export function readEncoder({ folder }: EncoderPlace = useEncoder): Promise<PretrainedEncoder> {
  return folder === null ? readPretrainedEncoder() : readBertEncoder(folder);
}

/** The width of an encoder's vectors, by its small files: nothing is loaded. Throws TiebreakError. */
export async function widthOfEncoder({ name, folder }: EncoderPlace): Promise<number> {
  return folder === null ? vectorWidth : (await readFacts(folder, name)).sizes.width;
}
