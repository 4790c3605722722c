import { constants, copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ownFile } from '../../checkpoint/folder-content.ts';
import type { CheckedModel, EncoderPlace } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { EngineHost } from '../../engine-host/engine-host.ts';
import type { CalledEncoder } from '../kernel/encoders.ts';
import type { GivenFile } from './model-files.ts';
import { NotAModel } from './model-unpack.ts';

/** Copies the files of a model of ours into a folder of their own: those that it may have, and no others. */
export async function copyOwnModel(files: readonly GivenFile[], folder: string): Promise<void> {
  await mkdir(folder);
  for (const { name, path } of files) {
    const own = ownFile(name);
    if (own === null) continue;
    const target = join(folder, ...own);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(path, target, constants.COPYFILE_EXCL);
  }
}

/**
 * Sees that a model of ours from elsewhere is whole and works, and gives what it says of itself, with the encoder as people here call it. Whatever its files do, they do to the engine's process.
 * @param encoderCalled finds an encoder by the name that the engine knows it by
 * @throws TiebreakError, NotAModel
 */
export async function checkOwnModel(
  engine: EngineHost,
  folder: string,
  encoderCalled: (name: string) => CalledEncoder | null,
  signal: AbortSignal | undefined,
): Promise<CheckedModel> {
  const checked = await engine.request({ type: 'check', modelFolder: folder }, { signal });
  if ('problem' in checked) throw new NotAModel(checked.problem);
  const found = checked.encoder === null ? null : encoderCalled(checked.encoder);
  if (checked.encoder !== null && !found) throw withoutEncoder(checked.encoder);
  // The engine gives rewards only, which a language model has none of.
  if (checked.kind === 'reward') await tryOut(engine, folder, signal, found?.place);
  return { ...checked, encoder: found?.called ?? null };
}

function withoutEncoder(name: string): TiebreakError {
  const message = `it reads the vectors of the encoder ${name}, which isn't here. Fetch or import that encoder first, in the form in which it was used there.`;
  return new TiebreakError('not-found', message);
}

/** Sees that a reward model gives a reward. Throws NotAModel. @param encoder whose vectors a quick model reads */
export async function tryOut(
  engine: EngineHost,
  folder: string,
  signal: AbortSignal | undefined,
  encoder?: EncoderPlace,
): Promise<void> {
  const texts = [{ post: 'A post', comment: 'A comment' }];
  const request = {
    type: 'score',
    modelFolder: folder,
    device: 'cpu',
    texts,
    ...(encoder ? { encoder } : {}),
  } as const;
  const { rewards } = await engine.request(request, { signal });
  if (!rewards.every(Number.isFinite)) throw new NotAModel('it gives rewards that are not numbers');
}

/** Sees that an encoder gives vectors. Throws NotAModel. */
export async function tryOutEncoder(
  engine: EngineHost,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const encoder = { name: folder, folder };
  const texts = ['', 'A comment'];
  const { embeddings } = await engine.request({ type: 'embed', device: 'cpu', encoder, texts }, { signal });
  if (!embeddings.every(Number.isFinite)) throw new NotAModel('it gives vectors that are not numbers');
}
