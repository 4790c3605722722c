import { defaultEncoder } from '../../common/encoders.ts';
import { type EncoderPlace, type TrainingMethod, useEncoder } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { resource } from '../../root.ts';

/** What people call the encoders that come with the program, and where each lies. */
const boxed: Readonly<Record<string, EncoderPlace>> = {
  use: useEncoder,
  minilm: { name: 'all-MiniLM-L6-v2', folder: resource('encoders', 'all-MiniLM-L6-v2') },
};

/** The name of the encoder that a training begins with; null for a GPT, which has none. */
export function encoderFor(
  { encoder }: { readonly encoder?: string | undefined },
  method: TrainingMethod,
): string | null {
  return method === 'gpt' ? null : (encoder ?? defaultEncoder[method]);
}

/** Where the encoder of this name lies. Throws TiebreakError not-found with the names that there are. */
export function encoderNamed(name: string): EncoderPlace {
  const found = Object.hasOwn(boxed, name) ? boxed[name] : undefined;
  if (found) return found;
  throw new TiebreakError('not-found', `There is no encoder ${name}. There are: ${Object.keys(boxed).join(', ')}.`);
}

/** The encoder that a run was told to begin with; runs from before there was a choice began with the first one. */
export function encoderOfRun(config: Readonly<Record<string, unknown>>): EncoderPlace {
  return encoderNamed(typeof config.encoder === 'string' ? config.encoder : 'use');
}
