import { type ExportedFile, jsonFile } from '../../checkpoint/exported-file.ts';
import { cutsOnce } from '../../checkpoint/reading-facts.ts';
import { frozenOf } from '../../common/frozen-layers.ts';
import type { TrainingConfig } from '../../contract/engine.ts';
import { startToken } from '../../tokenizer/bpe.ts';
import type { House } from '../kernel/house.ts';
import { type BundlePairs, bundlePairs } from './bundle-pairs.ts';
import { filledText, plainText } from './export-texts.ts';
import { type ExportedModel, wordsOf } from './exported-model.ts';

const scripts = [
  'train.py',
  'requirements.txt',
  ...['single', 'zero1', 'zero2', 'zero3', 'cpu', 'zero2-cpu'].map((name) => `accelerate/${name}.yaml`),
];

/**
 * What a training of a reward model on a GPT-2 elsewhere needs: the pairs as a training here would make them, the model as a
 * folder of transformers, settings, a script for TRL.
 * @param base the model's folder
 */
export async function bundleFiles(
  house: House,
  model: ExportedModel,
  base: readonly ExportedFile[],
  signal: AbortSignal | undefined,
): Promise<readonly ExportedFile[]> {
  const pairs = await bundlePairs(house, model.kept, signal);
  return [
    ...pairs.files,
    jsonFile('training.json', settingsOf(model, pairs.config)),
    ...(await Promise.all(scripts.map((name) => plainText(`bundle/${name}`, name)))),
    ...base.map((file) => ({ ...file, name: `base/${file.name}` })),
    // The last, since it says how many pairs there are.
    { name: 'README.md', bytes: null, content: () => readme(house, model, pairs) },
  ];
}

/** Settings for the script: those under `trainer` by the names that TRL's RewardConfig has for them. */
function settingsOf({ kept, tokenizer, maxTokens, folder }: ExportedModel, config: TrainingConfig): object {
  const batch = config.pairsPerBatch || Math.max(1, Math.floor(config.tokensPerBatch / (2 * maxTokens)));
  const layers = folder.config.n_layer;
  const [frozen, embeddingsLearn] = frozenOf(config, layers);
  // Ten times a run, as here, where it is not said: TRL takes a share of all steps as well.
  const every = config.evaluateEvery > 0 ? config.evaluateEvery : 0.1;
  return {
    model: 'base',
    output: 'trained',
    max_length: maxTokens,
    cut_once: cutsOnce(folder.manifest),
    start: { token: startToken, is_text: tokenizer.startId === null },
    frozen_layers: Math.min(frozen, layers),
    freeze_embeddings: !embeddingsLearn,
    tiebreak: { format: 1, context: kept.context },
    trainer: {
      num_train_epochs: config.epochs,
      per_device_train_batch_size: batch,
      per_device_eval_batch_size: batch,
      gradient_accumulation_steps: config.accumulation,
      learning_rate: config.learningRate,
      lr_scheduler_type: 'linear',
      warmup_steps: config.warmupSteps,
      weight_decay: config.weightDecay,
      adam_beta1: config.beta1,
      adam_beta2: config.beta2,
      adam_epsilon: config.epsilon,
      max_grad_norm: config.maxGradientNorm,
      disable_dropout: config.dropout === 0,
      seed: config.seed,
      eval_steps: every,
      save_steps: every,
      save_total_limit: 2,
      logging_steps: 10,
    },
  };
}

async function* readme(house: House, model: ExportedModel, { words }: BundlePairs): AsyncGenerator<Uint8Array> {
  const text = await filledText('bundle/README.md', {
    ...wordsOf(house, model),
    base: model.kept.kind === 'reward' ? 'the reward model with its head' : 'the language model; it gets a fresh head',
    ...words(),
  });
  yield Buffer.from(text);
}
