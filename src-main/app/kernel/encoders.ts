import { defaultEncoder } from '../../common/encoders.ts';
import { kindWords } from '../../common/training-words.ts';
import { type EncoderPlace, type TrainingMethod, useEncoder } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { resource } from '../../root.ts';
import { listModels } from '../../store/models.ts';
import { type House, modelFolder } from './house.ts';

/** What people call the encoders that come with the program, and where each lies. */
const boxed: Readonly<Record<string, EncoderPlace>> = {
  use: useEncoder,
  minilm: { name: 'all-MiniLM-L6-v2', folder: resource('encoders', 'all-MiniLM-L6-v2') },
};

export const isBoxed = (name: string): boolean => Object.hasOwn(boxed, name);

/** Throws TiebreakError bad-input where a model would have the name of an encoder that comes with the program. */
export function refuseBoxed(name: string): void {
  if (!isBoxed(name)) return;
  throw new TiebreakError(
    'bad-input',
    `${name} is the name of an encoder that comes with Tiebreak: choose another name.`,
  );
}

/** The name of the encoder that a training begins with; null for a GPT, which has none. */
export function encoderFor(
  { encoder }: { readonly encoder?: string | undefined },
  method: TrainingMethod,
): string | null {
  return method === 'gpt' ? null : (encoder ?? defaultEncoder[method]);
}

/**
 * Where the encoder of this name lies: one that comes with the program, or one that was fetched or brought in. The name that the engine
 * knows it by stays when a person gives it another.
 * @throws TiebreakError not-found with the names that there are; bad-input where the model is none
 */
export function encoderNamed(house: House, name: string): EncoderPlace {
  const found = Object.hasOwn(boxed, name) ? boxed[name] : undefined;
  if (found) return found;
  const models = listModels(house.store);
  const model = models.find((one) => one.name === name);
  if (model?.kind === 'encoder') return { name: model.folder, folder: modelFolder(house, model) };
  if (model) {
    const message = `${name} is a ${kindWords[model.kind]} and no sentence encoder: fetch one by its name, or take minilm or use, which come along.`;
    throw new TiebreakError('bad-input', message);
  }
  const names = [...Object.keys(boxed), ...models.flatMap((one) => (one.kind === 'encoder' ? [one.name] : []))];
  throw new TiebreakError('not-found', `There is no encoder ${name}. There are: ${names.join(', ')}.`);
}

/** The encoder that a run was told to begin with; runs from before there was a choice began with the first one. */
export function encoderOfRun(house: House, config: Readonly<Record<string, unknown>>): EncoderPlace {
  return encoderNamed(house, typeof config.encoder === 'string' ? config.encoder : 'use');
}
