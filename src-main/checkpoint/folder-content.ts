import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainingMethod } from '../contract/engine.ts';

/** The files that a model folder may have. The manifest holds the SHA-256 of the others. */
export const modelFiles = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors'] as const;
export const manifestFile = 'manifest.json';

/** The files of a sentence encoder that came from elsewhere, in the form in which such a one is published; a note holds their SHA-256. */
export const encoderFiles = [
  'config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'modules.json',
  '1_Pooling/config.json',
  'sentence_bert_config.json',
  'config_sentence_transformers.json',
  'model.safetensors',
] as const;
export const noteFile = 'encoder.json';

/** How a model is trained that has such an architecture, and which files it has. A folder that says nothing holds a GPT-2. */
const architectures = {
  gpt2: { method: 'gpt', files: modelFiles },
  encoder: { method: 'deep', files: ['config.json', 'tokenizer.json', 'model.safetensors'] },
  'encoder-head': { method: 'quick', files: ['config.json', 'model.safetensors'] },
} as const satisfies Record<string, { method: TrainingMethod; files: readonly string[] }>;

/** What the folder of a model holds, by its manifest; or, of an encoder from elsewhere, by its note. */
export async function contentOfFolder(
  folder: string,
): Promise<{ readonly method: TrainingMethod; readonly files: readonly string[]; readonly manifest: string }> {
  if (existsSync(join(folder, noteFile))) return { method: 'gpt', files: encoderFiles, manifest: noteFile };
  return { ...(await contentByManifest(folder)), manifest: manifestFile };
}

async function contentByManifest(
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
