import type { EventEmitter } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import yazl from 'yazl';
import type { TrainingMethod } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { findKeptModel, type KeptModel } from '../../store/models.ts';
import { type House, modelFolder, namedModel } from '../house.ts';
import type { TaskHooks } from '../tasks.ts';

/** How the file of an exported model is called after its name. */
export const archiveExtension = '.tiebreak-model';

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

/** Puts a model into one file on offer, a zip archive of its folder: a task, whose number it gives. */
export function exportModel(house: House, name: string): number {
  const model = findKeptModel(house.store, namedModel(house, name).id);
  return house.tasks.start('model-export', `Exporting ${model.name}`, async (hooks) => ({
    file: await house.files.offer(`${model.name}${archiveExtension}`, (path) => pack(house, model, path, hooks)),
  }));
}

async function pack(house: House, model: KeptModel, path: string, hooks: TaskHooks): Promise<void> {
  const folder = modelFolder(house, model);
  const { files } = await contentOfFolder(folder);
  const sizes = await Promise.all(files.map((name) => stat(join(folder, name))));
  const total = sizes.reduce((sum, { size }) => sum + size, 0);
  const manifest = JSON.parse(await readFile(join(folder, manifestFile), 'utf8')) as Record<string, unknown>;
  const { name, context, trainedOn } = model;

  const zip = new yazl.ZipFile();
  const content = zip.outputStream as Readable;
  // yazl is an emitter of errors, whatever its types say.
  (zip as unknown as EventEmitter).on('error', (error: Error) => content.destroy(error));
  zip.addBuffer(Buffer.from(JSON.stringify({ ...manifest, name, context, trainedOn }, null, 2)), manifestFile);
  // Weights are as good as random: to compress them takes long and gains little.
  for (const file of files) zip.addFile(join(folder, file), file, { compress: file.endsWith('.json') });
  zip.end();

  let done = 0;
  const counted = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      done = Math.min(total, done + chunk.length);
      hooks.onProgress?.({ phase: 'export', done, total, speed: null, secondsLeft: null });
      yield chunk;
    }
  };
  try {
    await pipeline(content, counted, createWriteStream(path, { flags: 'wx' }), { signal: hooks.signal });
  } catch (error) {
    if (!hooks.signal.aborted) throw error;
    throw new TiebreakError('cancelled', `The export of ${name} was cancelled. The model is as it was.`, {
      cause: error,
    });
  }
}
