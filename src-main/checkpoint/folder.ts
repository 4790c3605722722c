import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { TiebreakError } from '../contract/errors.ts';
import type { TrainingKind } from '../contract/records.ts';
import { writeWholeFile, writeWholeFolder } from '../disk/whole.ts';

/** What a folder's model is: a GPT-2, a head on a frozen sentence encoder, an encoder trained with its head, one that reads post and comment as one, or several of them. */
export type Architecture = 'gpt2' | 'encoder-head' | 'encoder' | 'together' | 'blend';

/** What only we know of a model. */
export type Manifest = {
  readonly format: 1;
  /** Absent in models from before there was a choice: they are GPT-2s. */
  readonly architecture?: Architecture;
  readonly kind: TrainingKind;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly trainingConfig: Readonly<Record<string, unknown>>;
  readonly result: Readonly<Record<string, unknown>>;
  /** Limit of the texts it was trained on, in tokens. */
  readonly maxTokens: number;
  /** SHA-256 of every other file, in hexadecimal; of a model within, of its manifest, which has those of the rest. */
  readonly files: Readonly<Record<string, string>>;
};

export const weightsFile = 'model.safetensors';
const manifestFile = 'manifest.json';

/**
 * The manifest of a model folder, once every file has been held against its sum; null for a model that was not trained here.
 * @throws TiebreakError bad-input for a newer format; damaged
 */
export async function readManifest(folder: string): Promise<Manifest | null> {
  const path = join(folder, manifestFile);
  if (!(await exists(path))) return null;
  return checkManifest((await readJson(path)) as Partial<Manifest>, folder);
}

/** Which architecture a model folder holds, by its manifest alone. Throws TiebreakError damaged. */
export async function readArchitecture(folder: string): Promise<Architecture> {
  const path = join(folder, manifestFile);
  if (!(await exists(path))) return 'gpt2';
  return ((await readJson(path)) as Partial<Manifest> | null)?.architecture ?? 'gpt2';
}

/**
 * Writes a model folder that appears whole or not at all. `folder` must not exist; its parent must. `writeFiles` fills it;
 * the manifest's sums and format are added here.
 * @throws TiebreakError bad-input where the folder exists
 */
export async function writeFolder(
  folder: string,
  manifest: Omit<Manifest, 'format' | 'files'>,
  writeFiles: (folder: string) => Promise<void>,
): Promise<void> {
  if (await exists(folder))
    throw new TiebreakError('bad-input', `The folder ${folder} exists already; nothing was written.`);
  const fill = async (partial: string): Promise<void> => {
    await writeFiles(partial);
    const files: Record<string, string> = {};
    for (const name of await summed(partial)) files[name] = await sha256(join(partial, name));
    const whole: Manifest = { format: 1, ...manifest, files };
    await writeFile(join(partial, manifestFile), `${JSON.stringify(whole, null, 2)}\n`);
  };
  await writeWholeFolder(folder, fill, { partial: `${folder}.partial` });
}

/** The files whose sums a manifest has. */
async function summed(folder: string): Promise<string[]> {
  const all = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = all
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).split(sep).join('/'));
  const within = names.filter((name) => name.endsWith(`/${manifestFile}`));
  const covered = (name: string): boolean => within.some((manifest) => name.startsWith(`${dirname(manifest)}/`));
  return names.filter((name) => within.includes(name) || !covered(name)).toSorted();
}

async function checkManifest(manifest: Partial<Manifest>, folder: string): Promise<Manifest> {
  if (manifest.format !== 1) {
    throw new TiebreakError('bad-input', `The model in ${folder} was written by a newer version of Tiebreak.`);
  }
  if (typeof manifest.files !== 'object' || typeof manifest.maxTokens !== 'number') {
    throw new TiebreakError('damaged', `The manifest.json in ${folder} is incomplete.`);
  }
  for (const [name, sum] of Object.entries(manifest.files)) {
    const path = join(folder, name);
    if (!path.startsWith(join(folder, '/')) || !(await exists(path)) || (await sha256(path)) !== sum) {
      throw new TiebreakError(
        'damaged',
        `The model in ${folder} is damaged: ${name} is not the file that was written.`,
      );
    }
  }
  return manifest as Manifest;
}

/** @throws TiebreakError not-found; damaged */
export async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new TiebreakError('not-found', `The file ${path} can't be read.`, { cause: error });
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TiebreakError('damaged', `${path} is not valid JSON. Take a complete copy of the model.`, {
      cause: error,
    });
  }
}

/** Writes a value as a file of JSON that is whole or not there: one that only one process writes at a time. */
export function writeJson(path: string, value: unknown): Promise<void> {
  return writeWholeFile(path, (file) => file.writeFile(JSON.stringify(value)), { partial: `${path}.partial` });
}

/** SHA-256 of a file, in hexadecimal. */
export async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk);
  return hash.digest('hex');
}

export async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}
