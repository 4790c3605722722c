import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CallHooks } from '../../contract/calls.ts';
import type { TextInput } from '../../contract/engine.ts';
import type { Settled } from '../../recipe/recipe.ts';
import { encoderFor, encoderNamed } from '../kernel/encoders.ts';
import type { House } from '../kernel/house.ts';
import { writeTrainingData } from './training-data.ts';

/** Gives rewards, one for each text. */
export type Rewarder = (texts: readonly TextInput[]) => Promise<Float32Array>;

/**
 * What a quick model gives that did not learn from the posts that are held out: what is judged by them must not know them. It is
 * gone when `use` is done.
 */
export async function withQuickWithout<Result>(
  house: House,
  call: Settled & { readonly method: 'quick'; readonly without: number },
  hooks: CallHooks,
  use: (rewards: Rewarder) => Promise<Result>,
): Promise<Result> {
  const { folder } = await writeTrainingData(house, { ...call, titleAlone: false }, hooks);
  const { config, device } = call;
  const encoder = encoderNamed(house, encoderFor(call, 'quick'));
  const modelFolder = join(folder, 'model');
  try {
    await house.scorer.request(
      {
        type: 'train',
        ...{ kind: 'reward', method: 'quick', config, device, base: null, encoder, runFolder: folder, modelFolder },
      },
      { signal: hooks.signal, onLog: hooks.onLog, onProgress: () => {} },
    );
    return await use(async (texts) => {
      const request = { type: 'score', modelFolder, encoder, device, texts } as const;
      const { rewards } = await house.scorer.request(request, { signal: hooks.signal, onProgress: () => {} });
      return rewards;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
