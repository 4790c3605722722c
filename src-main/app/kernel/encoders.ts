import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { noteFile } from '../../checkpoint/folder-content.ts';
import type { EncoderNote } from '../../checkpoint/published-encoder.ts';
import { defaultEncoder } from '../../common/encoders.ts';
import { kindWords } from '../../common/training-words.ts';
import { type EncoderPlace, type TrainingMethod, useEncoder } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Model } from '../../contract/records.ts';
import { resource } from '../../root.ts';
import { findKeptModel, listModels } from '../../store/models.ts';
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

/** The encoder that a quick training reads the vectors of where none is named: those are computed in the background. */
export const quickEncoder = (): EncoderPlace => boxed[defaultEncoder.quick]!;

/** The encoder by whose vectors the map lays texts out: of the two that come along the one that tells apart better what they are about. */
export const mapEncoder = (): EncoderPlace => boxed.minilm!;

/** The name of the encoder that a training begins with; null for a GPT, which has none. */
export function encoderFor<Method extends TrainingMethod>(
  { encoder }: { readonly encoder?: string | undefined },
  method: Method,
): Method extends 'gpt' ? null : string;
export function encoderFor(
  { encoder }: { readonly encoder?: string | undefined },
  method: TrainingMethod,
): string | null {
  return method === 'gpt' ? null : (encoder ?? defaultEncoder[method]);
}

/** Where an encoder that was fetched or brought in lies. The engine knows it by what its files hold, whatever a person calls it. */
export function placeOfEncoder(house: House, model: Model): EncoderPlace {
  const folder = modelFolder(house, model);
  try {
    const { name, files } = JSON.parse(readFileSync(join(folder, noteFile), 'utf8')) as EncoderNote;
    const sums = createHash('sha256').update(JSON.stringify(Object.entries(files).toSorted()));
    return { name: `${name} ${sums.digest('hex').slice(0, 16)}`, folder };
  } catch (error) {
    const message = `The encoder ${model.name} is damaged: its ${noteFile} can't be read. Delete it, and fetch it anew.`;
    throw new TiebreakError('damaged', message, { cause: error });
  }
}

/**
 * Where the encoder of this name lies: one that comes with the program, or one that was fetched or brought in.
 * @throws TiebreakError not-found with the names that there are; bad-input where the model is none
 */
export function encoderNamed(house: House, name: string): EncoderPlace {
  const found = Object.hasOwn(boxed, name) ? boxed[name] : undefined;
  if (found) return found;
  const model = listModels(house.store).find((one) => one.name === name);
  if (model?.kind === 'encoder') return placeOfEncoder(house, model);
  if (model) {
    const message = `${name} is a ${kindWords[model.kind]} and no text reader: fetch one by its name, or take minilm or use, which come along.`;
    throw new TiebreakError('bad-input', message);
  }
  throw new TiebreakError('not-found', `There is no encoder ${name}. There are: ${namesOfEncoders(house).join(', ')}.`);
}

/** The encoder that a run was told to begin with; runs from before there was a choice began with the first one. */
export function encoderOfRun(house: House, config: Readonly<Record<string, unknown>>): EncoderPlace {
  return encoderNamed(house, typeof config.encoder === 'string' ? config.encoder : 'use');
}

/** The encoder whose vectors a quick model reads; one from before there was a choice reads those of the first one. */
export function encoderOfHead(house: House, { id }: Pick<Model, 'id'>): EncoderPlace {
  return encoderNamed(house, findKeptModel(house.store, id).encoder ?? 'use');
}

/** An encoder by what people call it. */
export type CalledEncoder = { readonly called: string; readonly place: EncoderPlace };

/** The encoder that the engine knows by a name; null where it is not here. */
export function encoderCalled(house: House, name: string): CalledEncoder | null {
  for (const called of namesOfEncoders(house)) {
    try {
      const place = encoderNamed(house, called);
      if (place.name === name) return { called, place };
    } catch (error) {
      if (!(error instanceof TiebreakError)) throw error;
    }
  }
  return null;
}

/** Where the encoder lies that the engine knows by a name, as heads on its vectors say it. Throws TiebreakError not-found. */
export function placeCalled(house: House, name: string): EncoderPlace {
  const found = encoderCalled(house, name);
  if (found) return found.place;
  throw new TiebreakError('not-found', `The encoder ${name}, whose vectors it reads, is not there any more.`);
}

/** What people call the encoders that come with the program, and those that were fetched. */
export function namesOfEncoders({ store }: House): readonly string[] {
  return [...Object.keys(boxed), ...listModels(store).flatMap(({ kind, name }) => (kind === 'encoder' ? [name] : []))];
}
