import type { z } from 'zod';
import { type ContextMode, encoderBase, type trainingInput } from '../contract/calls.ts';
import type { TrainingConfig, TrainingMethod } from '../contract/engine.ts';
import { TiebreakError } from '../contract/errors.ts';

type Asked = Pick<z.output<typeof trainingInput>, 'kind' | 'method' | 'base' | 'config' | 'preset' | 'encoder'> & {
  /** Absent where two trainings are compared that differ in it. */
  readonly context?: ContextMode;
  /** The comparison that this training is one half of: it may then see the title in the post's place, whatever its method. */
  readonly comparison?: number;
};

/**
 * How a model is trained, where it may not be said: as it is said; 'deep' where the base is the encoder; else `otherwise`.
 * @throws TiebreakError bad-input where what was asked for does not go together
 */
export function methodOf(
  { kind, method, base, config, preset, encoder, context, comparison }: Asked,
  otherwise: TrainingMethod = 'gpt',
): TrainingMethod {
  const found = method ?? (base === encoderBase ? 'deep' : otherwise);
  if (kind === 'sft' && found !== 'gpt') {
    throw new TiebreakError('bad-input', 'A language model is a GPT: leave the method out. Nothing was changed.');
  }
  if (found !== 'gpt' && base !== undefined && base !== encoderBase) {
    const message = `A ${found} training starts from the text reader, and not from ${base}: leave the base out. Nothing was changed.`;
    throw new TiebreakError('bad-input', message);
  }
  if (preset !== undefined && (found !== 'gpt' || base === undefined)) {
    const message = `The preset ${preset} is for a GPT that goes on from a model: name that as the base. Nothing was changed.`;
    throw new TiebreakError('bad-input', message);
  }
  const settings = Object.keys(config).filter((key) => !ofData(key) && (found !== 'best' || key !== 'seed'));
  if ((found === 'quick' || found === 'best') && settings.length > 0) {
    const message = `A ${found === 'best' ? 'training for the best has no settings but its seed and' : 'quick training has no settings but'} ${dataSettings.join(', ')}: it chooses the others by itself. Leave them out. Nothing was changed.`;
    throw new TiebreakError('bad-input', message);
  }
  if (found === 'gpt' && encoder !== undefined) {
    const message = `A GPT has no encoder: leave ${encoder} out, or train quick, deep or together. Nothing was changed.`;
    throw new TiebreakError('bad-input', message);
  }
  const alone = Number(config.readsPost) === 0;
  if (found === 'together' && context === 'none' && comparison === undefined && !alone) {
    const message =
      "A model that reads post and comment together can't leave the post out: train deep or quick for that. Nothing was changed.";
    throw new TiebreakError('bad-input', message);
  }
  return found;
}

/** Settings of what is learned from, and not of how: any way to train has them. */
const dataSettings = [
  'weighPeople',
  'pairsPerPost',
  'spreadPairs',
] as const satisfies readonly (keyof TrainingConfig)[];
const ofData = (key: string): boolean => (dataSettings as readonly string[]).includes(key);

/** What settings say of what is learned from, as far as it was said. */
export function settingsOfData<Value>(
  settings: Readonly<Record<string, Value>>,
): Partial<Record<(typeof dataSettings)[number], Value>> {
  return Object.fromEntries(Object.entries(settings).filter(([key, value]) => ofData(key) && value !== undefined));
}

/**
 * What a click on Train does, where it says no more: a training for the best, but a GPT's where its settings or base were given.
 * @param plainly what it does where nothing was given
 */
export function methodOfClick(asked: Asked, plainly: TrainingMethod = 'best'): TrainingMethod {
  const { kind, base, preset, config } = asked;
  const plain = kind === 'reward' && base === undefined && preset === undefined && Object.keys(config).every(ofData);
  return methodOf(asked, plain ? plainly : 'gpt');
}
