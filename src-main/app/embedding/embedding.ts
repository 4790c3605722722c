import { setTimeout as wait } from 'node:timers/promises';
import type { CallHooks } from '../../contract/calls.ts';
import { type Device, vectorWidth } from '../../contract/engine.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { postInput } from '../../recipe/pairs.ts';
import { commentsWithoutEmbedding, embeddingOf, hasEmbedding, keepEmbeddings } from '../../store/embeddings.ts';
import { listImports } from '../../store/imports.ts';
import type { WritingStore } from '../../store/open.ts';
import { postsAlone } from '../../store/posts.ts';
import { commentRanges } from '../../store/rewards.ts';
import type { House } from '../kernel/house.ts';
import { withLock } from '../kernel/lock.ts';
import { createPauses } from '../kernel/time-slices.ts';
import { settingsOf } from '../settings/settings.ts';
import { removeUnusedVectors } from './remove-unused.ts';

/** Texts that the engine reads at once: some seconds of work, which is what a cancellation loses. */
const chunkSize = 256;
/** The same in the background, where a ranking may be waiting behind them. */
const smallChunk = 64;
const waitMs = 250;

/**
 * The encoder's vectors of texts, one after the other, [texts, vectorWidth]. Those that are not in the store yet are
 * computed and kept.
 */
export async function embeddingsOf(
  house: House,
  texts: readonly string[],
  device: Device,
  hooks: CallHooks,
): Promise<Float32Array> {
  await ensureEmbeddings(house, texts, device, hooks);
  const pause = createPauses(hooks.signal);
  const vectors = new Float32Array(texts.length * vectorWidth);
  for (const [i, text] of texts.entries()) {
    vectors.set(embeddingOf(house.store, text) ?? (await computed(house, [text], device, hooks)), i * vectorWidth);
    await pause();
  }
  return vectors;
}

/** Sees to it that the vectors of texts are in the store. Gives the number of those that were not. */
export async function ensureEmbeddings(
  house: House,
  texts: Iterable<string>,
  device: Device,
  hooks: CallHooks,
): Promise<number> {
  const pause = createPauses(hooks.signal);
  const missing: string[] = [];
  for (const text of new Set(texts)) {
    if (!hasEmbedding(house.store, text)) missing.push(text);
    await pause();
  }
  if (missing.length === 0) return 0;
  const begun = performance.now();
  await withLock(house, 'reading comments', async ({ store }) => {
    for (let from = 0; from < missing.length; from += chunkSize) {
      const chunk = missing.slice(from, from + chunkSize);
      const onProgress: CallHooks['onProgress'] = (progress) =>
        hooks.onProgress?.(progressOf(from + progress.done, missing.length, begun));
      keepEmbeddings(store, chunk, await computed(house, chunk, device, { ...hooks, onProgress }));
    }
  });
  return missing.length;
}

/**
 * The same for a call that only reads: where another process may write and this one may not, the vectors that are missing
 * are computed and not kept.
 */
export async function embeddingsUnkept(
  house: House,
  texts: readonly string[],
  device: Device,
  hooks: CallHooks,
): Promise<Float32Array> {
  try {
    return await embeddingsOf(house, texts, device, hooks);
  } catch (error) {
    if (!(error instanceof TiebreakError) || error.code !== 'busy') throw error;
  }
  const vectors = new Float32Array(texts.length * vectorWidth);
  const missing: number[] = [];
  for (const [i, text] of texts.entries()) {
    const known = embeddingOf(house.store, text);
    if (known) vectors.set(known, i * vectorWidth);
    else missing.push(i);
  }
  const found = await computed(
    house,
    missing.map((i) => texts[i]!),
    device,
    hooks,
  );
  for (const [at, i] of missing.entries()) {
    vectors.set(found.subarray(at * vectorWidth, (at + 1) * vectorWidth), i * vectorWidth);
  }
  return vectors;
}

async function computed(
  house: House,
  texts: readonly string[],
  device: Device,
  { onProgress, onLog, signal }: CallHooks,
): Promise<Float32Array> {
  const request = { type: 'embed', device, texts } as const;
  return (await house.scorer.request(request, { onProgress, onLog, signal })).embeddings;
}

/**
 * Starts a task that computes the vectors that are missing, of posts and comments, where there are any. It lets other tasks go
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
 */
export async function keepReading(house: House, signal: AbortSignal): Promise<void> {
  const changes = house.changes.watch(signal);
  // Listens from now on: an import may come while the first reading goes on.
  let next = changes.next();
  let [read, undone] = [stateOf(house), undoneImports(house)];
  await readInBackground(house, signal);
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
    await readInBackground(house, signal);
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
  let done = 0;
  const begun = performance.now();
  const read = async (store: WritingStore, texts: readonly string[]): Promise<void> => {
    const before = done;
    const onProgress: CallHooks['onProgress'] = (progress) =>
      hooks.onProgress?.(progressOf(before + progress.done, Math.max(total, before + progress.done), begun));
    const { device } = settingsOf(house);
    const vectors = await computed(house, texts, device, { ...hooks, onProgress });
    keepEmbeddings(store, texts, vectors);
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
  const pause = createPauses(signal);
  for (const range of commentRanges(house.store, {})) {
    await pause();
    const texts = commentsWithoutEmbedding(house.store, range);
    if (texts.length > 0) yield texts;
  }
  let waiting: string[] = [];
  for (const post of postsAlone(house.store)) {
    await pause();
    const text = postInput(post, 'post');
    if (!hasEmbedding(house.store, text)) waiting.push(text);
    if (waiting.length < chunkSize) continue;
    yield waiting;
    waiting = [];
  }
  if (waiting.length > 0) yield waiting;
}

function progressOf(done: number, total: number, begun: number) {
  const seconds = (performance.now() - begun) / 1000;
  const speed = done / seconds;
  return { phase: 'embed', done, total, speed, secondsLeft: done === 0 ? null : (total - done) / speed } as const;
}
