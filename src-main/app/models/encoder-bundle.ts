import { join } from 'node:path';
import { type ExportedFile, jsonFile } from '../../checkpoint/exported-file.ts';
import { readJson } from '../../checkpoint/folder.ts';
import { noBundleInWords } from '../../common/export-words.ts';
import { frozenOf } from '../../common/frozen-layers.ts';
import type { TrainingConfig } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { NoBundle } from '../../contract/views.ts';
import type { KeptModel } from '../../store/models.ts';
import { type House, modelFolder } from '../kernel/house.ts';
import { type BundlePairs, bundlePairs } from './bundle-pairs.ts';
import { filledText, plainText } from './export-texts.ts';
import { commonWords } from './exported-model.ts';

const scripts = ['train.py', 'requirements.txt'];
const [base, output] = ['base', 'trained'];

/** Why the model of a folder has no bundle; null where it has one, or nothing is there that would say so. */
export async function noBundleOf(
  folder: string,
  { kind, method }: Pick<KeptModel, 'kind' | 'method'>,
): Promise<NoBundle | null> {
  if (kind !== 'reward') return null;
  if (method === 'quick') return 'quick';
  if (method === 'best') return 'blend';
  if (method !== 'deep') return null;
  const config = (await readJson(join(folder, 'config.json')).catch(() => null)) as { family?: unknown } | null;
  // Only encoders of the BERT family say of which they are.
  return config && config.family === undefined ? 'use' : null;
}

/** Throws TiebreakError bad-input, with the reason and with what there is instead, for a model that has no bundle. */
export async function checkBundle(house: House, model: KeptModel): Promise<void> {
  const reason = await noBundleOf(modelFolder(house, model), model);
  if (reason === null) return;
  const message = `${model.name} has no bundle, and nothing was written. ${noBundleInWords[reason]} This one leaves as a Hugging Face folder, as an ONNX model, or as an archive, which Tiebreak reads on any machine.`;
  throw new TiebreakError('bad-input', message);
}

type BundledModel = {
  /** Its folder. */
  readonly files: readonly ExportedFile[];
  readonly layers: number;
  /** How it reads, in words. */
  readonly reads: string;
  /** How one like it is trained by the command line. */
  readonly train: string;
};

/**
 * What a training of a model on an encoder of the BERT family needs elsewhere: the pairs as a training here would have them, the
 * model as a folder of transformers with its head, the settings of its run, a script for PyTorch.
 */
export async function encoderBundleFiles(
  house: House,
  kept: KeptModel,
  model: BundledModel,
  signal: AbortSignal | undefined,
): Promise<readonly ExportedFile[]> {
  const pairs = await bundlePairs(house, kept, signal);
  const settings = {
    ...{ format: 1, model: base, output, context: kept.context },
    // The sentence in base/README.md that is no longer true of what was trained.
    quality: commonWords(house, kept).quality,
    training: trainingOf(pairs.config, model.layers),
  };
  return [
    ...pairs.files,
    jsonFile('settings.json', settings),
    ...(await Promise.all(scripts.map((name) => plainText(`encoder-bundle/${name}`, name)))),
    ...model.files.map((file) => ({ ...file, name: `${base}/${file.name}` })),
    // The last, since it says how many pairs there are.
    { name: 'README.md', bytes: null, content: () => readme(house, kept, model, pairs) },
  ];
}

/** The settings that say something of such a training, by the names they have here. How long texts are is the model's own. */
function trainingOf(config: TrainingConfig, layers: number): object {
  const { epochs, tokensPerBatch, pairsPerBatch, accumulation, seed } = config;
  const { learningRate, layerDecay, headRate, warmupSteps, fixedWarmup } = config;
  const { beta1, beta2, epsilon, weightDecay, decayVectors, maxGradientNorm, dropout } = config;
  const { evaluateEvery, patience, keepBest } = config;
  const [frozen, embeddingsLearn] = frozenOf(config, layers);
  return {
    ...{ epochs, tokensPerBatch, pairsPerBatch, accumulation, seed },
    ...{ learningRate, layerDecay, headRate, warmupSteps, fixedWarmup },
    ...{ beta1, beta2, epsilon, weightDecay, decayVectors, maxGradientNorm, dropout },
    ...{ frozenLayers: Math.min(frozen, layers), freezeEmbeddings: !embeddingsLearn },
    ...{ evaluateEvery, patience, keepBest },
  };
}

async function* readme(
  house: House,
  kept: KeptModel,
  { reads, train }: BundledModel,
  { words }: BundlePairs,
): AsyncGenerator<Uint8Array> {
  const own = { ...commonWords(house, kept), reads, train };
  const text = await filledText('encoder-bundle/README.md', { ...own, ...words() });
  yield Buffer.from(text);
}
