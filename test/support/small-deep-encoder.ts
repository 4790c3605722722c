import { createNormal, createRandom } from '../../src-main/common/random.ts';
import { vectorWidth } from '../../src-main/contract/engine.ts';
import { type EncoderConfig, encoderParameters } from '../../src-main/engine/model/encoder.ts';
import type { PretrainedEncoder } from '../../src-main/engine/model/text-encoder.ts';
import { freshWeights } from '../../src-main/engine/model/weights.ts';
import { createUnigramTokenizer, type Pieces } from '../../src-main/tokenizer/sentencepiece.ts';

const letters = [...'abcdefghijklmnopqrstuvwxyz'];
const words = ['thanks', 'clear', 'kind', 'source', 'first', 'spam', 'question', 'number'];
const pieces: Pieces = [
  ...['<unk>', '<s>', '</s>', '<0>', '<1>', '<2>'].map((piece) => [piece, 0] as const),
  ['▁', -3],
  ...letters.map((letter) => [letter, -6] as const),
  ...words.map((word) => [`▁${word}`, -5] as const),
];

const config: EncoderConfig = {
  vocabulary: pieces.length,
  embedding: 8,
  // The head's features have the width of the real encoder's vectors.
  width: vectorWidth,
  inner: 12,
  layers: 2,
  heads: 2,
  positions: 24,
  epsilon: 1e-6,
};

/** An encoder of fresh weights that reads letters and a few words: as the pretrained one, but small, and new to everything. */
export async function smallEncoder(): Promise<PretrainedEncoder> {
  const specs = encoderParameters(config).map((spec) => {
    // Beside the position signal the tokens must be told apart.
    const deviation = spec.name === 'wte.weight' ? 0.35 : 0.15;
    return { ...spec, deviation: spec.centre === 0 ? deviation : 0 };
  });
  return {
    config,
    tokenizer: createUnigramTokenizer(pieces),
    tensors: freshWeights(specs, createNormal(createRandom(5))),
  };
}
