import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { arrivedInWords } from '../../common/import-words.ts';
import { counted } from '../../common/words.ts';
import type { CallHooks } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { ImportSummary } from '../../contract/reports.ts';
import type { WatchedFile, watchCall } from '../../contract/watching.ts';
import type { House } from '../kernel/house.ts';
import { explained } from '../kernel/tasks.ts';
import { rememberWatched, type Stand, watchedBefore } from '../settings/watched-files.ts';
import { dataFilesIn } from './folder.ts';
import { importSources } from './import-files.ts';

export type WatchHooks = {
  readonly signal: AbortSignal;
  readonly onFile: (file: WatchedFile) => void;
  readonly onState: (state: 'watching' | 'waiting' | 'gone', why: string | null) => void;
};

export type WatchOptions = {
  /** Milliseconds between two looks at the folder. */
  readonly every: number;
  /** Milliseconds for which a file must not have changed before it is read. */
  readonly settled: number;
};

const usual: WatchOptions = { every: 2000, settled: 4000 };

/**
 * Imports what is in a folder, and what comes or changes there, until it is ended by its signal. Each state of a file comes in once,
 * also over restarts, and only when the file has stopped growing. The folder is looked at again and again: other than what systems tell of
 * changes, that works in folders of other machines as well, and goes on where a folder was away for a while.
 * @param bringIn imports one file; rejects with TiebreakError
 */
export async function watchFolder(
  house: House,
  folder: string,
  bringIn: (path: string, name: string) => Promise<ImportSummary>,
  { signal, onFile, onState }: WatchHooks,
  { every, settled }: WatchOptions = usual,
): Promise<void> {
  const seen = new Map<string, Stand & { readonly since: number }>();
  let told: string | null = null;
  const tell = (state: 'watching' | 'waiting' | 'gone', why: string | null): void => {
    if (told === `${state} ${why}`) return;
    told = `${state} ${why}`;
    onState(state, why);
  };
  /** Those that are new or changed, and have not been changed for a while. */
  const ready = async (names: readonly string[]): Promise<readonly (readonly [name: string, stand: Stand])[]> => {
    const before = watchedBefore(house, folder);
    const found: [string, Stand][] = [];
    for (const name of names) {
      const now = await standOf(join(folder, name));
      if (now === null || now.bytes === 0 || same(before[name], now)) continue;
      const last = seen.get(name);
      if (!same(last, now)) seen.set(name, { ...now, since: performance.now() });
      else if (performance.now() - last!.since >= settled) found.push([name, now]);
    }
    for (const name of seen.keys()) if (!names.includes(name)) seen.delete(name);
    return found;
  };
  const take = async (name: string, stand: Stand): Promise<boolean> => {
    const at = (): string => new Date().toISOString();
    try {
      const summary = await bringIn(join(folder, name), name);
      onFile({ file: name, at: at(), says: `${arrivedInWords(summary)}.`, failed: false });
    } catch (error) {
      if (signal.aborted) return false;
      if (error instanceof TiebreakError && error.code === 'busy') {
        tell('waiting', error.message);
        return false;
      }
      // Once is enough: it is tried again when the file changes.
      onFile({ file: name, at: at(), says: explained(error).message, failed: true });
    }
    rememberWatched(house, folder, name, stand);
    return true;
  };
  while (!signal.aborted) {
    try {
      const { taken } = await dataFilesIn(folder);
      const files = await ready(taken);
      let went = true;
      for (const [name, stand] of files) {
        if (signal.aborted) return;
        went = await take(name, stand);
        if (!went) break;
      }
      if (went) tell('watching', null);
    } catch (error) {
      if (!(error instanceof TiebreakError)) throw error;
      // What is waited for is another process, or the folder.
      tell(error.code === 'busy' ? 'waiting' : 'gone', error.message);
    }
    await sleep(every, undefined, { signal }).catch(() => undefined);
  }
}

/** What came or changed while a folder was watched. */
export type Watched = { readonly folder: string; readonly files: readonly WatchedFile[] };

/** `import --watch`: until Ctrl-C. A line for each file, and for whatever is waited for. */
export async function watchForCommand(
  house: House,
  { folder: given, split, ...options }: z.output<typeof watchCall>,
  { signal = new AbortController().signal, onLog }: CallHooks,
): Promise<Watched> {
  const folder = resolve(given);
  await dataFilesIn(folder);
  const files: WatchedFile[] = [];
  await watchFolder(
    house,
    folder,
    (path, name) => importSources(house, [{ path, name, split }], options, { signal }),
    {
      signal,
      onFile: (file) => {
        files.push(file);
        onLog?.(`${file.at.slice(0, 19).replace('T', ' ')} UTC  ${file.file}: ${file.says}`);
      },
      onState: (state, why) =>
        onLog?.(state === 'watching' ? `Watching ${folder} until Ctrl-C is pressed.` : `Waiting. ${why}`),
    },
    watchOptions(process.env),
  );
  return { folder, files };
}

/** What a watching came to. */
export const watchedInWords = (files: readonly WatchedFile[]): string => {
  const failed = files.filter((file) => file.failed).length;
  const rest = failed === 0 ? '' : `, ${failed} of which did not come in`;
  return `${counted(files.length, 'file')} came or changed${rest}.`;
};

/** TIEBREAK_WATCH_EVERY, in milliseconds, looks more or less often than usual. */
export function watchOptions({ TIEBREAK_WATCH_EVERY: text }: NodeJS.ProcessEnv): WatchOptions {
  const every = Number(text);
  return text !== undefined && every >= 10 ? { every, settled: 2 * every } : usual;
}

async function standOf(path: string): Promise<Stand | null> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() ? { bytes: found.size, mtimeMs: found.mtimeMs } : null;
}

const same = (a: Stand | undefined, b: Stand): boolean => a?.bytes === b.bytes && a.mtimeMs === b.mtimeMs;
