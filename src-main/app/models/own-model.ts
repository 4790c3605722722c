import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestFile, modelFiles } from '../../checkpoint/folder-content.ts';
import type { CheckedModel } from '../../contract/engine.ts';
import type { EngineHost } from '../../engine-host/engine-host.ts';
import type { GivenFile } from './model-files.ts';
import { NotAModel } from './model-unpack.ts';

/** Copies the files of a model of ours into a folder of their own: those that it may have, and no others. */
export async function copyOwnModel(files: readonly GivenFile[], folder: string): Promise<void> {
  await mkdir(folder);
  for (const name of [...modelFiles, manifestFile]) {
    const file = files.find((one) => one.name === name);
    if (file) await copyFile(file.path, join(folder, name));
  }
}

/**
 * Sees that a model of ours from elsewhere is whole and works. Whatever its files do, they do to the engine's process.
 * @throws TiebreakError, NotAModel
 */
export async function checkOwnModel(
  engine: EngineHost,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<CheckedModel> {
  const checked = await engine.request({ type: 'check', modelFolder: folder }, { signal });
  if ('problem' in checked) throw new NotAModel(checked.problem);
  // The engine gives rewards only, which a language model has none of.
  if (checked.kind === 'reward') await tryOut(engine, folder, signal);
  return checked;
}

/** Sees that a reward model gives a reward. Throws NotAModel. */
export async function tryOut(engine: EngineHost, folder: string, signal: AbortSignal | undefined): Promise<void> {
  const texts = [{ post: 'A post', comment: 'A comment' }];
  const { rewards } = await engine.request({ type: 'score', modelFolder: folder, device: 'cpu', texts }, { signal });
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
