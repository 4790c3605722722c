import { randomBytes } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';
import { z } from 'zod';
import { contextModes } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { openModelFolder } from '../../engine/checkpoint/model-folder.ts';
import { loadTokenizer } from '../../engine/tokenizer/files.ts';
import { addModel, listKeptModels } from '../../store/models.ts';
import type { House } from '../house.ts';
import { withLock } from '../lock.ts';
import type { TaskHooks } from '../tasks.ts';
import { archiveExtension, contentOfFolder, manifestFile, modelFiles } from './model-archive.ts';
import { modelName } from './registry.ts';

type Archive = { readonly path: string; readonly name: string; readonly bytes: number };

const mebibyte = 2 ** 20;
const largest: Readonly<Record<string, number>> = { 'tokenizer.json': 64 * mebibyte };
const known: readonly string[] = [...modelFiles, manifestFile];

const size = (most: number) => z.int().min(1).max(most);
/** Bounds that keep a made-up model from taking all the memory before its weights are looked at. */
const configSchema = z.looseObject({
  n_embd: size(65_536),
  n_layer: size(1_000),
  n_head: size(1_000),
  n_positions: size(65_536),
  vocab_size: size(1_000_000),
});
const manifestSchema = z.looseObject({
  kind: z.enum(['sft', 'reward']),
  maxTokens: size(65_536),
  files: z.partialRecord(z.enum(modelFiles), z.string().regex(/^[0-9a-f]{64}$/)),
  result: z.looseObject({ validation: z.record(z.string(), z.unknown()).default({}) }).default({ validation: {} }),
  name: z.string().optional().catch(undefined),
  context: z.enum(contextModes).default('post'),
  trainedOn: z.string().max(200).default('').catch(''),
});

/** Takes in a model that was exported: a task, whose number it gives. It appears when it was seen to work, or not at all. */
export function importModel(house: House, handle: string): number {
  const file = house.files.find(handle);
  return house.tasks.start('model-import', `Importing ${file.name}`, (hooks) =>
    withLock(house.home, 'importing a model', () => takeIn(house, file, hooks)),
  );
}

async function takeIn(house: House, file: Archive, hooks: TaskHooks): Promise<{ readonly model: string }> {
  const folder = join(house.home, 'models', `import-${randomBytes(8).toString('hex')}.partial`);
  await mkdir(folder, { recursive: true });
  try {
    await unpack(file, folder, hooks);
    const manifest = await checked(house, folder, hooks);
    const name = freeName(house, manifest.name ?? file.name);
    const kept = freeFolder(house);
    await rename(folder, join(house.home, kept));
    const metrics = figuresOf(manifest.result);
    const { kind, context, trainedOn } = manifest;
    const { method } = await contentOfFolder(join(house.home, kept));
    addModel(house.store, { name, kind, folder: kept, base: null, runId: null, metrics, context, trainedOn, method });
    house.changes.tell('models');
    return { model: name };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw refusal(file, folder, error, hooks.signal);
  }
}

/** Takes only the files of a model folder out of the archive, each once, and never more than they are said to hold. */
async function unpack(file: Archive, folder: string, { signal, onProgress }: TaskHooks): Promise<void> {
  const zip = await yauzl.openPromise(file.path, { strictFileNames: true });
  try {
    const found = new Set<string>();
    let done = 0;
    for await (const entry of zip.eachEntry()) {
      const { fileName: name, uncompressedSize: bytes } = entry;
      if (!known.includes(name) || found.has(name))
        throw new NotAModel(`it holds ${JSON.stringify(name.slice(0, 100))}`);
      found.add(name);
      // Weights hardly shrink in an archive: what would grow much larger is no model.
      const most = name.endsWith('.json') ? (largest[name] ?? mebibyte) : 4 * file.bytes + 16 * mebibyte;
      if (bytes > most || !entry.canDecodeFileData()) throw new NotAModel(`${name} is not as it should be in it`);
      const limited = async function* (chunks: AsyncIterable<Buffer>) {
        let left = bytes;
        for await (const chunk of chunks) {
          left -= chunk.length;
          if (left < 0) throw new NotAModel(`${name} is larger than it says`);
          done += chunk.length;
          onProgress?.({
            phase: 'import',
            done: Math.min(done, file.bytes),
            total: file.bytes,
            speed: null,
            secondsLeft: null,
          });
          yield chunk;
        }
      };
      const content = await zip.openReadStreamPromise(entry);
      const target = createWriteStream(join(folder, known.find((own) => own === name)!), { flags: 'wx', flush: true });
      await pipeline(content, limited, target, { signal });
    }
    const needed = [manifestFile, ...(await contentOfFolder(folder)).files];
    const missing = needed.find((name) => !found.has(name));
    if (missing) throw new NotAModel(`it has no ${missing}`);
  } finally {
    zip.close();
  }
}

/** Reads the manifest, and sees that the model works. */
async function checked(house: House, folder: string, { signal }: TaskHooks): Promise<z.output<typeof manifestSchema>> {
  const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(folder, name), 'utf8'));
  const json = (await read(manifestFile)) as { format?: unknown } | null;
  if (typeof json?.format === 'number' && json.format > 1) {
    throw new TiebreakError('bad-input', 'It was written by a newer version of Tiebreak: update this one first.');
  }
  const manifest = manifestSchema.parse(json);
  const { method, files } = await contentOfFolder(folder);
  const unsummed = files.find((name) => !Object.hasOwn(manifest.files, name));
  if (unsummed) throw new NotAModel(`its manifest says nothing of ${unsummed}`);
  if (method === 'gpt') configSchema.parse(await read('config.json'));
  if (manifest.kind === 'sft') {
    // The engine asks for rewards only, which a language model has none of.
    await openModelFolder(folder);
    await loadTokenizer(folder);
    return manifest;
  }
  const texts = [{ post: 'A post', comment: 'A comment' }];
  const request = { type: 'score', modelFolder: folder, device: 'cpu', texts } as const;
  const { rewards } = await house.scorer.request(request, { signal });
  if (!rewards.every(Number.isFinite)) throw new NotAModel('it gives rewards that are not numbers');
  return manifest;
}

/** A name nobody has: that of the model, or with a number after it. */
function freeName(house: House, wanted: string): string {
  const plain = wanted
    .replace(archiveExtension, '')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 50);
  const base = modelName.test(plain) ? plain : 'model';
  const taken = new Set(listKeptModels(house.store).map(({ name }) => name));
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(name)) return name;
  }
}

/** A folder for a model from elsewhere, relative to the data folder: nothing of the file becomes part of a path. */
function freeFolder({ home }: House): string {
  for (let number = 1; ; number++) {
    const folder = `models/imported-${number}`;
    if (!existsSync(join(home, folder))) return folder;
  }
}

function figuresOf(result: z.output<typeof manifestSchema>['result']): Record<string, number> {
  const figures = { ...result.validation, bestStep: result.bestStep, trainingLoss: result.loss };
  return Object.fromEntries(
    Object.entries(figures).filter((entry): entry is [string, number] => Number.isFinite(entry[1])),
  );
}

/** What is wrong with an archive, as the middle of a sentence. */
class NotAModel extends Error {}

/** One sentence for whatever went wrong. */
function refusal(file: Archive, folder: string, error: unknown, signal: AbortSignal): TiebreakError {
  const options = { cause: error };
  if (signal.aborted) {
    return new TiebreakError('cancelled', 'The import of the model was cancelled. Nothing was changed.', options);
  }
  if (error instanceof TiebreakError) {
    const message = `${file.name} was not imported, and nothing was changed: ${error.message.replaceAll(folder, file.name)}`;
    return new TiebreakError(error.code, message, options);
  }
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) {
    const message = `${file.name} could not be unpacked (${code}). Nothing was changed: see whether there is room on the disk, and try again.`;
    return new TiebreakError('bad-input', message, options);
  }
  const why = error instanceof NotAModel ? error.message : "it can't be read as one";
  const message = `${file.name} is not a whole model of Tiebreak: ${why}. Nothing was changed: export the model once more, and copy it completely.`;
  return new TiebreakError('damaged', message, options);
}
