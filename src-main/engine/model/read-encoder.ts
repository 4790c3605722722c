import { type EncoderPlace, useEncoder } from '../../contract/engine.ts';
import { readBertEncoder } from './bert-encoder.ts';
import { readPretrainedEncoder } from './encoder-weights.ts';
import type { PretrainedEncoder } from './text-encoder.ts';

/**
 * Reads an encoder from where it lies.
 * @throws TiebreakError not-found; damaged; bad-input for a folder of another family
 */
export function readEncoder({ folder }: EncoderPlace = useEncoder): Promise<PretrainedEncoder> {
  return folder === null ? readPretrainedEncoder() : readBertEncoder(folder);
}
