import { setTimeout as wait } from 'node:timers/promises';
import type { CallHooks } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { postInput } from '../../recipe/pairs.ts';
import { commentsWithoutEmbedding, hasEmbedding, keepEmbeddings } from '../../store/embeddings.ts';
import { listImports } from '../../store/imports.ts';
import type { WritingStore } from '../../store/open.ts';
import { postsAlone } from '../../store/posts.ts';
import { commentRanges } from '../../store/rewards.ts';
import { quickEncoder } from '../kernel/encoders.ts';
import type { House } from '../kernel/house.ts';
import { withLock } from '../kernel/lock.ts';
import { createPauses } from '../kernel/time-slices.ts';
import { settingsOf } from '../settings/settings.ts';
import { chunkSize, computed, progressOf } from './embedding.ts';
import { removeUnusedVectors } from './remove-unused.ts';

/** Texts that the engine reads at once in the background, where a ranking may be waiting behind them. */
const smallChunk = 64;
const waitMs = 250;

/**
 * Starts a task that computes the vectors that are missing, of posts and comments, where there are any: those of the encoder that a quick
 * training begins with where none is named. It lets other tasks go
 * first, and leaves the list when it is done. Resolves when nothing is left to do, or it was cancelled.
 */
async function readInBackground(house: House, signal: AbortSignal): Promise<void> {
  try {
    await othersFirst(house, signal);
    let total = 0;
    for await (const texts of missingTexts(house, signal)) total += texts.length;
    if (total === 0 || signal.aborted || isReading(house)) return;
    const ended = Promise.withResolvers<void>();
    const task = house.tasks.start('embed', 'Reading comments', async (hooks) => {
      try {
        const all = { ...hooks, signal: AbortSignal.any([signal, hooks.signal]) };
        return { texts: await readMissing(house, total, all) };
      } finally {
        ended.resolve();
      }
    });
    await ended.promise;
    // Not within this turn, so that the task has ended.
    await wait(0);
    house.tasks.dismiss(task);
  } catch (error) {
    if (!(error instanceof TiebreakError) || error.code !== 'cancelled') throw error;
  }
}

/**
 * Reads what is missing now, and after every import or change of the store, until the signal is aborted. Where an import was
 * undone, the vectors that it leaves behind are removed first.
 * @param afterwards what is done each time when all is read
 */
export async function keepReading(
  house: House,
  signal: AbortSignal,
  afterwards: (house: House, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const changes = house.changes.watch(signal);
  // Listens from now on: an import may come while the first reading goes on.
  let next = changes.next();
  let [read, undone] = [stateOf(house), undoneImports(house)];
  const readAll = async (): Promise<void> => {
    await readInBackground(house, signal);
    if (!signal.aborted) await afterwards(house, signal);
  };
  await readAll();
  for (;;) {
    const { done, value: topics } = await next;
    if (done) return;
    next = changes.next();
    if (!topics.includes('imports')) continue;
    await othersFirst(house, signal).catch(() => undefined);
    // One import tells of itself many times: who cancelled its reading would not want it to begin again.
    const state = stateOf(house);
    if (state === read) continue;
    read = state;
    if (undoneImports(house) !== undone) await forgetInBackground(house, signal);
    undone = undoneImports(house);
    await readAll();
  }
}

/** Changes with every import, and where a backup took the place of everything. */
function stateOf({ store }: House): string {
  return JSON.stringify(
    listImports(store).map(({ id, startedAt, finishedAt, undoneAt }) => [id, startedAt, finishedAt, undoneAt]),
  );
}

function undoneImports({ store }: House): number {
  return listImports(store).filter(({ undoneAt }) => undoneAt !== null).length;
}

/** What can't be done now is done when the next import is undone. */
async function forgetInBackground(house: House, signal: AbortSignal): Promise<void> {
  await removeUnusedVectors(house, signal).catch((error: unknown) => {
    if (!(error instanceof TiebreakError)) throw error;
  });
}

function isReading({ tasks }: House): boolean {
  return tasks.list().some(({ kind, state }) => kind === 'embed' && state === 'running');
}

async function readMissing(house: House, total: number, hooks: CallHooks & { signal: AbortSignal }): Promise<number> {
  const encoder = quickEncoder();
  let done = 0;
  const begun = performance.now();
  const read = async (store: WritingStore, texts: readonly string[]): Promise<void> => {
    const before = done;
    const onProgress: CallHooks['onProgress'] = (progress) =>
      hooks.onProgress?.(progressOf(before + progress.done, Math.max(total, before + progress.done), begun));
    const { device } = settingsOf(house);
    const vectors = await computed(house, encoder, texts, device, { ...hooks, onProgress });
    keepEmbeddings(store, encoder.name, texts, vectors);
    done += texts.length;
  };
  await withLock(house, 'reading comments', async ({ store }) => {
    for await (const texts of missingTexts(house, hooks.signal)) {
      for (let from = 0; from < texts.length; from += smallChunk) {
        await othersFirst(house, hooks.signal);
        const chunk = texts.slice(from, from + smallChunk);
        // A backup that was restored meanwhile has ended the engine: the next one is as good.
        await read(store, chunk).catch((error: unknown) => {
          if (hooks.signal.aborted) throw error;
          return read(store, chunk);
        });
      }
    }
  });
  return done;
}

/** Waits while any other task is running. */
async function othersFirst({ tasks }: House, signal: AbortSignal): Promise<void> {
  while (tasks.list().some(({ kind, state }) => state === 'running' && kind !== 'embed')) {
    if (signal.aborted)
      throw new TiebreakError('cancelled', 'The reading of comments was cancelled. Nothing was lost.');
    await wait(waitMs);
  }
}

/** The texts that have no vector yet, some at a time: what comes twice may be given twice. */
async function* missingTexts(house: House, signal: AbortSignal): AsyncGenerator<readonly string[]> {
  const { name } = quickEncoder();
  const pause = createPauses(signal);
  for (const range of commentRanges(house.store, {})) {
    await pause();
    const texts = commentsWithoutEmbedding(house.store, name, range);
    if (texts.length > 0) yield texts;
  }
  let waiting: string[] = [];
  for (const post of postsAlone(house.store)) {
    await pause();
    const text = postInput(post, 'post');
    if (!hasEmbedding(house.store, name, text)) waiting.push(text);
    if (waiting.length < chunkSize) continue;
    yield waiting;
    waiting = [];
  }
  if (waiting.length > 0) yield waiting;
}
