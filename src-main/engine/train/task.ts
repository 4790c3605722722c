/**
 * A training task: all in which a language model, a reward model on a GPT-2 and the sentence encoder differ, once their texts are
 * read. The three are described in language-model-task.ts, reward-task.ts and encoder-task.ts; train.ts does with each the same.
 */

import type { Manifest } from '../../checkpoint/folder.ts';
import type { TensorSource } from '../../checkpoint/safetensors.ts';
import { frozenOf } from '../../common/frozen-layers.ts';
import type { CurvePoint, CutCounts, SamplePair, TrainingConfig } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Batches } from '../batch/batches.ts';
import { type ParameterSpec, trainedAbove } from '../model/parameters.ts';
import type { Figures, SampleRewards } from '../run/run-folder.ts';
import type { LossOptions, LossProgram } from './loss-graph.ts';
import { type Steps, stepsOf } from './steps.ts';
import type { Trainer } from './trainer.ts';

export type TrainingTask = {
  /** Every tensor of the model. */
  readonly parameters: readonly ParameterSpec[];
  readonly layers: number;
  /** The weights before the first step, read when they are asked for. */
  readonly weights: ReadonlyMap<string, TensorSource>;
  /** Longest input: what was asked for, or what the model can take. */
  readonly maxTokens: number;
  /** How many of the training texts were longer. */
  readonly cuts: CutCounts;
  /** The model and its loss as a graph. */
  readonly loss: (options: LossOptions) => LossProgram;
  /**
   * Gives the batches of an epoch in their order, fixed by the seed. The settings are those of the run, or others that are only
   * thought about, with inputs no longer than `maxTokens`.
   */
  readonly epochs: (config: TrainingConfig) => (epoch: number) => Batches;
  /** What to say where there are none. */
  readonly nothingToDo: string;
  readonly validation: (config: TrainingConfig) => Validation;
  /** Whether the starting weights are kept where no step makes them better. */
  readonly startCounts: boolean;
  /** Writes the model's folder. */
  readonly write: (tensors: ReadonlyMap<string, TensorSource>, manifest: NewManifest) => Promise<void>;
};

type NewManifest = Omit<Manifest, 'format' | 'files' | 'architecture'>;

/** How a training looks at its validation split. */
export type Validation = {
  /** What every look runs; [] where there is nothing to look at. */
  readonly batches: Batches;
  /** The pairs whose rewards every look gives; [] where it gives none. */
  readonly samples: readonly SampleTexts[];
  readonly look: (trainer: Trainer) => Promise<Look>;
};

/** A sample pair before it has rewards. */
export type SampleTexts = Pick<SamplePair, 'post' | 'chosen' | 'rejected'>;

/** One look at the validation split. */
export type Look = {
  readonly figures: Figures;
  /** By the names of the original recipe. */
  readonly metrics?: CurvePoint['metrics'];
  /** Of the sample pairs, in their order. */
  readonly rewards?: readonly SampleRewards[];
};

/** What is done, as the settings have it. */
export type Plan = {
  /** The tensors that change. */
  readonly trained: readonly ParameterSpec[];
  readonly steps: Steps;
  readonly validation: Validation;
};

/** Throws TiebreakError nothing-to-do where there is nothing to learn from. */
export function planOf(
  task: Pick<TrainingTask, 'parameters' | 'layers' | 'epochs' | 'nothingToDo' | 'validation'>,
  config: TrainingConfig,
): Plan {
  const steps = stepsOf(config.epochs, task.epochs(config), config.accumulation);
  if (steps.count === 0) throw new TiebreakError('nothing-to-do', task.nothingToDo);
  return {
    trained: trainedAbove(task.parameters, task.layers, ...frozenOf(config, task.layers)),
    steps,
    validation: task.validation(config),
  };
}

/** Throws TiebreakError bad-input where more layers shall be frozen than there are. */
export function checkFrozen(frozen: number, layers: number): void {
  if (frozen <= layers) return;
  throw new TiebreakError('bad-input', `The model has ${layers} layers: frozenLayers can't be ${frozen}.`);
}
