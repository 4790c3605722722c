import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { append } from '../common/lists.ts';
import type { ModelMethod } from '../contract/engine.ts';
import type { Architecture } from './folder.ts';

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
  together: { method: 'together', files: modelFiles },
  blend: { method: 'best', files: ['config.json'] },
} as const satisfies Record<Architecture, { method: ModelMethod; files: readonly string[] }>;

type Content = { readonly method: ModelMethod; readonly files: readonly string[] };

/** What the folder of a model holds, by its manifest; or, of an encoder from elsewhere, by its note. */
export async function contentOfFolder(folder: string): Promise<Content & { readonly manifest: string }> {
  if (existsSync(join(folder, noteFile))) return { method: 'gpt', files: encoderFiles, manifest: noteFile };
  return { ...(await contentByManifest(folder)), manifest: manifestFile };
}

async function contentByManifest(folder: string): Promise<Content> {
  const text = await readFile(join(folder, manifestFile), 'utf8').catch(() => '{}');
  try {
    const { architecture } = JSON.parse(text) as { readonly architecture?: unknown };
    if (typeof architecture !== 'string' || !Object.hasOwn(architectures, architecture)) return architectures.gpt2;
    const { method, files } = architectures[architecture as Architecture];
    if (architecture === 'together' && !(await readsPost(folder))) return { method: 'alone', files };
    if (architecture === 'blend') return { method, files: [...files, ...(await filesOfParts(folder))] };
    // Encoders of the BERT family have it, and Universal Sentence Encoder has not.
    const marked = architecture === 'encoder' && existsSync(join(folder, 'tokenizer_config.json'));
    return { method, files: marked ? [...files, 'tokenizer_config.json'] : files };
  } catch {
    // Whoever reads the manifest itself says that it is damaged.
  }
  return architectures.gpt2;
}

/** Whether a model of post and comment reads the post, by its config.json. */
async function readsPost(folder: string): Promise<boolean> {
  const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as { readonly reads_post?: unknown };
  return config.reads_post !== false;
}

/** The files of the models within a blend, with their manifests. */
async function filesOfParts(folder: string): Promise<readonly string[]> {
  const files: string[] = [];
  for (let k = 0; existsSync(join(folder, partFolder(k), manifestFile)); k++) {
    const { files: own } = await contentByManifest(join(folder, partFolder(k)));
    append(
      files,
      [manifestFile, ...own].map((name) => `${partFolder(k)}/${name}`),
    );
  }
  return files;
}

const partFolder = (k: number): string => `parts/${k}`;

/** A name of a file of ours as it may stand in an archive: within the folder itself, or that of a model in a blend. Null for any other. */
export function ownFile(name: string): readonly string[] | null {
  const [, part, file] = /^(?:parts\/(\d{1,2})\/)?([\w.]+)$/.exec(name) ?? [];
  const own = [...modelFiles, manifestFile].find((known) => known === file);
  if (own === undefined) return null;
  return part === undefined ? [own] : ['parts', String(Number(part)), own];
}
