import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestFile } from '../../checkpoint/folder-content.ts';
import { archiveExtension } from '../../common/file-kinds.ts';
import type { CallHooks, ImportModelCall } from '../../contract/calls.ts';
import { modelName } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { ModelReport } from '../../contract/reports.ts';
import type { EngineHost } from '../../engine-host/engine-host.ts';
import { addModel, listKeptModels, type NewModel } from '../../store/models.ts';
import { encoderCalled, isBoxed, refuseBoxed } from '../kernel/encoders.ts';
import type { House, WritingHouse } from '../kernel/house.ts';
import { withLock } from '../kernel/lock.ts';
import { type GivenFile, type GivenModel, isZip, modelAt, modelOf, sourceOf } from './model-files.ts';
import { archiveKind, NotAModel, unpack } from './model-unpack.ts';
import { checkOwnModel, copyOwnModel, tryOut, tryOutEncoder } from './own-model.ts';

/** What is known of a model from elsewhere once its folder is there. */
type Taken = Omit<NewModel, 'name' | 'folder' | 'base' | 'runId'> & {
  /** The name it says it has. */
  readonly name?: string | undefined;
  readonly parameters: number;
  readonly note: string | null;
};

/**
 * Takes in a model from a path: a GPT-2 or an encoder of the BERT family as Hugging Face stores it (a folder, its weights alone, or a zip
 * archive of them), a reward checkpoint of the original recipe, or a model that Tiebreak exported. It appears when it was seen to work, or not at all.
 * @throws TiebreakError with one sentence for whatever is wrong with it
 */
export async function importModel(house: House, input: ImportModelCall, hooks: CallHooks = {}): Promise<ModelReport> {
  const given = await modelAt(input.path, input.tokenizer);
  return withLock(house, 'importing a model', (writing) => takeIn(writing, given, input.name ?? null, hooks));
}

/** Handles of the files, what the folder is called that they lie in, and what to call the model. */
type ModelFiles = {
  readonly files: readonly string[];
  readonly folder?: string | undefined;
  readonly name?: string | undefined;
};

/** The same for files that came through a door: a task, whose number it gives. */
export function startModelImport(house: House, { files, folder, name }: ModelFiles): number {
  const given = modelOf(
    files.map((handle) => house.files.find(handle)),
    folder,
  );
  return house.tasks.start('model-import', `Importing ${name ?? given.label}`, (hooks) =>
    withLock(house, 'importing a model', (writing) => takeIn(writing, given, name ?? null, hooks)),
  );
}

/** Takes in the files of a model. */
export async function takeIn(
  house: WritingHouse,
  given: GivenModel,
  name: string | null,
  hooks: CallHooks,
): Promise<ModelReport> {
  const work = join(house.home, 'models', `import-${randomBytes(8).toString('hex')}.partial`);
  let files = given.files;
  try {
    if (name !== null) checkFree(house, name);
    await mkdir(work, { recursive: true });
    files = await unpacked(files, work, hooks);
    const folder = join(work, 'model');
    const taken = await inOwnProcess(house, (engine) =>
      files.some((file) => file.name === manifestFile)
        ? takeOwn(house, engine, files, folder, hooks)
        : takePublished(engine, given, files, folder, hooks),
    );
    const { parameters, note, name: own, ...rest } = taken;
    const free = name ?? freeName(house, own ?? given.proposedName);
    const kept = freeFolder(house);
    await rename(folder, join(house.home, kept));
    addModel(house.store, { ...rest, name: free, folder: kept, base: null, runId: null });
    house.changes.tell('models');
    return { model: free, kind: rest.kind, parameters, note };
  } catch (error) {
    throw refusal(given, [...given.files, ...files], work, error, hooks.signal);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The files in an archive, or those that were given. */
async function unpacked(files: readonly GivenFile[], work: string, hooks: CallHooks): Promise<readonly GivenFile[]> {
  const [archive] = files;
  if (!archive || files.length > 1 || !(await isZip(archive))) return files;
  const kind = await archiveKind(archive.path);
  // Weights of PyTorch are an archive as well.
  if (kind === 'pytorch') return files;
  const folder = join(work, 'unpacked');
  await mkdir(folder);
  return unpack(archive, kind, folder, hooks);
}

/** Works in an engine's process that ends with it, and takes along whatever the files did to it. */
async function inOwnProcess<T>(house: House, work: (engine: EngineHost) => Promise<T>): Promise<T> {
  const engine = house.startEngine();
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}

/** A model of ours: it is seen that it is whole and works. */
async function takeOwn(
  house: House,
  engine: EngineHost,
  files: readonly GivenFile[],
  folder: string,
  { signal }: CallHooks,
): Promise<Taken> {
  await copyOwnModel(files, folder);
  const { name, ...checked } = await checkOwnModel(engine, folder, (known) => encoderCalled(house, known), signal);
  return { ...checked, ...(name === null ? {} : { name }), note: null };
}

/** A GPT-2 or an encoder of another program: read, checked and written anew. */
async function takePublished(
  engine: EngineHost,
  { label }: GivenModel,
  files: readonly GivenFile[],
  folder: string,
  { signal, onProgress, onLog }: CallHooks,
): Promise<Taken> {
  const request = { type: 'import', label, ...sourceOf(files), modelFolder: folder } as const;
  const { kind, parameters, note, context } = await engine.request(request, { signal, onProgress, onLog });
  if (kind === 'reward') await tryOut(engine, folder, signal);
  if (kind === 'encoder') await tryOutEncoder(engine, folder, signal);
  const trainedOn = `elsewhere (${label.slice(0, 60)})`;
  return { kind, context, method: 'gpt', metrics: {}, trainedOn, parameters, note };
}

/** Throws TiebreakError bad-input where another model has the name, deleted or not. */
function checkFree(house: House, name: string): void {
  refuseBoxed(name);
  if (!listKeptModels(house.store).some((model) => model.name === name)) return;
  throw new TiebreakError('bad-input', `There is a model ${name} already: choose another name.`);
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
    if (!taken.has(name) && !isBoxed(name)) return name;
  }
}

/** A folder for a model from elsewhere, relative to the data folder: nothing of the file becomes part of a path. */
function freeFolder({ home }: House): string {
  for (let number = 1; ; number++) {
    const folder = `models/imported-${number}`;
    if (!existsSync(join(home, folder))) return folder;
  }
}

/** One sentence for whatever went wrong. */
function refusal(
  { label }: GivenModel,
  files: readonly GivenFile[],
  work: string,
  error: unknown,
  signal: AbortSignal | undefined,
): TiebreakError {
  const options = { cause: error };
  if (signal?.aborted) {
    return new TiebreakError('cancelled', 'The import of the model was cancelled. Nothing was changed.', options);
  }
  if (error instanceof TiebreakError) {
    const plain = files.reduce((text, { path, name }) => text.replaceAll(path, name), error.message);
    const message = `${label} was not imported, and nothing was changed: ${plain.replaceAll(join(work, 'model'), label).replaceAll(work, label)}`;
    return new TiebreakError(error.code, message, options);
  }
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) {
    const message = `${label} could not be unpacked (${code}). Nothing was changed: see whether there is room on the disk, and try again.`;
    return new TiebreakError('bad-input', message, options);
  }
  const why = error instanceof NotAModel ? error.message : "it can't be read as one";
  const message = `${label} is not a whole model: ${why}. Nothing was changed: take a complete copy of it, or export it once more.`;
  return new TiebreakError('damaged', message, options);
}
