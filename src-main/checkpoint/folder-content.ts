import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainingMethod } from '../contract/engine.ts';

/** The files that a model folder may have. The manifest holds the SHA-256 of the others. */
export const modelFiles = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors'] as const;
export const manifestFile = 'manifest.json';

/** How a model is trained that has such an architecture, and which files it has. A folder that says nothing holds a GPT-2. */
const architectures = {
  gpt2: { method: 'gpt', files: modelFiles },
  encoder: { method: 'deep', files: ['config.json', 'tokenizer.json', 'model.safetensors'] },
  'encoder-head': { method: 'quick', files: ['config.json', 'model.safetensors'] },
} as const satisfies Record<string, { method: TrainingMethod; files: readonly string[] }>;

/** What the folder of a model holds, by its manifest. */
export async function contentOfFolder(
  folder: string,
): Promise<{ readonly method: TrainingMethod; readonly files: readonly string[] }> {
  const text = await readFile(join(folder, manifestFile), 'utf8').catch(() => '{}');
  try {
    const { architecture } = JSON.parse(text) as { readonly architecture?: unknown };
    if (architecture === 'encoder' || architecture === 'encoder-head') return architectures[architecture];
  } catch {
    // Whoever reads the manifest itself says that it is damaged.
  }
  return architectures.gpt2;
}
