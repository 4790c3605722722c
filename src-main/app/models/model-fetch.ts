import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { isEncoderConfig, readEncoderConfig } from '../../checkpoint/encoder-config.ts';
import { checkConfig } from '../../checkpoint/model-folder.ts';
import { isObject } from '../../checkpoint/published-json.ts';
import type { CallHooks, fetchModelCall } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { ModelReport } from '../../contract/reports.ts';
import type { HubModel } from '../../contract/views.ts';
import { diskFull, download } from '../../hub/download.ts';
import { lookUp } from '../../hub/look-up.ts';
import { downloadFolder, hasRoom } from '../kernel/downloads.ts';
import type { House, WritingHouse } from '../kernel/house.ts';
import { withLock } from '../kernel/lock.ts';
import type { GivenFile } from './model-files.ts';
import { takeIn } from './model-import.ts';

type Wanted = z.output<typeof fetchModelCall>;

/** Each weight is written once more as float32, from half that in the file at worst. */
const growth = 2;

/** What a model on the hub is made of and how large that is. Nothing else is fetched, and nothing is written. */
export function lookUpModel(house: House, wanted: Omit<Wanted, 'name'>, { signal }: CallHooks = {}): Promise<HubModel> {
  return lookUp(house.hub, wanted, signal ?? new AbortController().signal);
}

/**
 * Fetches a model from the hub by its name, and takes it in. Whatever came of one that was cancelled or broke off is kept for 30 days,
 * and the next try goes on from there.
 * @throws TiebreakError with one sentence for whatever is wrong
 */
export function fetchModel(house: House, wanted: Wanted, hooks: CallHooks = {}): Promise<ModelReport> {
  return withLock(house, 'fetching a model', (writing) => fetchLocked(writing, wanted, hooks));
}

/** The same as a task, whose number it gives. */
export function startModelFetch(house: House, wanted: Wanted): number {
  const title = `Fetching ${wanted.model.slice(0, 100)}`;
  const running = house.tasks.list().some((task) => task.kind === 'model-fetch' && task.state === 'running');
  if (running) throw new TiebreakError('busy', 'Another model is being fetched: wait until it is here, or cancel it.');
  return house.tasks.start('model-fetch', title, (hooks) => fetchModel(house, wanted, hooks));
}

async function fetchLocked(house: WritingHouse, { name, ...wanted }: Wanted, hooks: CallHooks): Promise<ModelReport> {
  const signal = hooks.signal ?? new AbortController().signal;
  try {
    const found = await lookUp(house.hub, wanted, signal);
    if (!(await hasRoom(house, (1 + growth) * found.bytes))) throw diskFull(null);
    const folder = await downloadFolder(house, `${found.model}@${found.revision}`);
    const files = await fetchFiles(house, found, folder, { ...hooks, signal });
    const proposedName = found.model.split('/').at(-1)!;
    try {
      return await takeIn(house, { label: found.model, proposedName, files }, name ?? null, hooks);
    } finally {
      // A model that can't be used is no better the next time.
      if (!signal.aborted) await rm(folder, { recursive: true, force: true });
    }
  } catch (error) {
    if (error instanceof TiebreakError) throw error;
    if (signal.aborted) {
      const message =
        'The fetching was cancelled. Nothing was changed; what came is kept, and the next try goes on from there.';
      throw new TiebreakError('cancelled', message, { cause: error });
    }
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC') throw diskFull(error);
    if (typeof code !== 'string') throw error;
    throw new TiebreakError('bad-input', `The model could not be written (${code}). Nothing was changed.`, {
      cause: error,
    });
  }
}

/** The files in their order, which begins with the configuration: a model that can't be used is known by it before the rest comes. */
async function fetchFiles(
  house: House,
  { model, revision, files, bytes: total }: HubModel,
  folder: string,
  { signal, onProgress }: CallHooks & { readonly signal: AbortSignal },
): Promise<readonly GivenFile[]> {
  const begun = performance.now();
  let [before, had] = [0, -1];
  const given: GivenFile[] = [];
  for (const file of files) {
    const path = join(folder, file.sum.replace(':', '-'));
    const name = file.name.split('/').map(encodeURIComponent).join('/');
    const address = `${house.hub}/${model}/resolve/${revision}/${name}`;
    const onBytes = (bytes: number): void => {
      const done = before + bytes;
      // What was here already says nothing of how fast the rest comes.
      if (had < 0) had = done;
      const seconds = (performance.now() - begun) / 1000;
      const fresh = done - had;
      const secondsLeft = fresh > 0 && seconds > 1 ? (seconds * (total - done)) / fresh : null;
      onProgress?.({ phase: 'fetch', done, total, name: file.name, speed: null, secondsLeft });
    };
    await download(address, file, path, { signal, onBytes });
    const withModules = files.some((one) => one.name === 'modules.json');
    if (file.name === 'config.json') await checkFetchedConfig(path, model, withModules);
    before += file.bytes;
    given.push({ name: file.name, path, bytes: file.bytes });
  }
  return given;
}

async function checkFetchedConfig(path: string, model: string, withModules: boolean): Promise<void> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    const message = `The config.json of ${model} is not valid JSON. Nothing was changed.`;
    throw new TiebreakError('damaged', message, { cause: error });
  }
  try {
    if (withModules || isEncoderConfig(json)) readEncoderConfig(isObject(json) ? json : {}, model);
    else checkConfig(json, model);
  } catch (error) {
    if (!(error instanceof TiebreakError)) throw error;
    throw new TiebreakError(error.code, `${error.message} Nothing was changed.`, { cause: error });
  }
}
