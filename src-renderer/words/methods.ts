/** The ways to train a model, in words. */
import { methodLabels } from '../../src-main/common/candidate-words.ts';
import type { TrainingMethod } from '../../src-main/contract/engine.ts';
import type { ModelLine, RunLine } from '../../src-main/contract/views.ts';

export { methodLabels };

/** How a run trains; those from before there was more than one way train a GPT. */
export const methodOf = ({ config }: Pick<RunLine, 'config'>): TrainingMethod =>
  config.method === 'quick' || config.method === 'deep' ? config.method : 'gpt';

/** What a model is: 'Quick reward model'. */
export const modelWords = ({ kind, method }: Pick<ModelLine, 'kind' | 'method'>): string =>
  kind === 'sft' ? 'Language model' : `${methodLabels[method]} reward model`;
