import { copyFile, link, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { TiebreakError } from '../contract/errors.ts';
import { type Manifest, readJson, readManifest, writeFolder } from './folder.ts';

/** A model in a blend. */
export type BlendPart = {
  /** Its folder, within that of the blend. */
  readonly folder: string;
  readonly method: 'quick' | 'deep' | 'together' | 'gpt';
  /** What its rewards are multiplied by before they are added up. */
  readonly weight: number;
};

const modelType = 'blend';
const configSchema = z.object({
  model_type: z.literal(modelType),
  parts: z
    .array(
      z.object({
        folder: z.string().regex(/^parts\/\d{1,2}$/),
        method: z.enum(['quick', 'deep', 'together', 'gpt']),
        weight: z.number(),
      }),
    )
    .min(1)
    .max(20),
});

/**
 * Writes the folder of a blend: whole or not at all, with the whole folders of its models in it.
 * @param parts with the folders of the models, wherever they are
 * @throws TiebreakError bad-input where the folder exists
 */
export async function writeBlendFolder(
  folder: string,
  parts: readonly BlendPart[],
  manifest: Omit<Manifest, 'format' | 'files' | 'architecture'>,
): Promise<void> {
  const own = parts.map((part, i): BlendPart => ({ ...part, folder: `parts/${i}` }));
  await writeFolder(folder, { ...manifest, architecture: 'blend' }, async (partial) => {
    await writeFile(
      join(partial, 'config.json'),
      `${JSON.stringify({ model_type: modelType, parts: own }, null, 2)}\n`,
    );
    for (const [i, part] of own.entries()) await take(parts[i]!.folder, join(partial, part.folder));
  });
}

/** A model's files are never changed: where the disk can, both folders have the same ones. */
async function take(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) {
    const [source, target] = [join(from, name), join(to, name)];
    if ((await stat(source)).isDirectory()) await take(source, target);
    else await link(source, target).catch(() => copyFile(source, target));
  }
}

/**
 * The models of a blend, with their absolute folders.
 * @throws TiebreakError not-found; bad-input for a newer format; damaged
 */
export async function readBlendFolder(folder: string): Promise<readonly BlendPart[]> {
  await readManifest(folder);
  const { data } = configSchema.safeParse(await readJson(join(folder, 'config.json')));
  if (!data)
    throw new TiebreakError('damaged', `The model in ${folder} is damaged: its config.json is of another model.`);
  return data.parts.map((part) => ({ ...part, folder: join(folder, part.folder) }));
}
