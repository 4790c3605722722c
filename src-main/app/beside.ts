import { Worker } from 'node:worker_threads';
import type { CallProgress } from '../contract/calls.ts';
import { type ErrorCode, TiebreakError } from '../contract/errors.ts';
import type { DataStatistics } from '../contract/statistics.ts';
import type { CopyContent } from '../store/copy.ts';
import type { House } from './house.ts';
import type { TaskHooks } from './tasks.ts';

/** What a worker does with a database, so that the main thread does not wait for it. */
export type JobResults = { statistics: DataStatistics; check: CopyContent };
export type Job = { readonly job: keyof JobResults; readonly path: string };

/** What the worker says. */
export type WorkerMessage =
  | { readonly type: 'progress'; readonly done: number; readonly total: number }
  | { readonly type: 'result'; readonly result: JobResults[keyof JobResults] }
  | { readonly type: 'error'; readonly code: ErrorCode; readonly message: string };

/** Does a job in a worker. Cancelling ends the worker at once. */
export async function beside<K extends keyof JobResults>(
  { statisticsWorker }: House,
  job: K,
  path: string,
  phase: CallProgress['phase'],
  { signal, onProgress }: TaskHooks,
): Promise<JobResults[K]> {
  const begun = performance.now();
  const worker = new Worker(statisticsWorker, { workerData: { job, path } satisfies Job });
  const { promise, resolve, reject } = Promise.withResolvers<JobResults[K]>();
  const cancel = (): void => reject(new TiebreakError('cancelled', 'This was cancelled. Nothing was changed.'));
  worker.on('message', (message: WorkerMessage) => {
    if (message.type === 'result') resolve(message.result as JobResults[K]);
    else if (message.type === 'error') reject(new TiebreakError(message.code, message.message));
    else {
      const { done, total } = message;
      const secondsLeft = (((performance.now() - begun) / 1000) * (total - done)) / done;
      onProgress?.({ phase, done, total, speed: null, secondsLeft });
    }
  });
  worker.on('error', reject);
  worker.on('exit', (code) => reject(new Error(`the worker ended with code ${code}`)));
  signal.addEventListener('abort', cancel);
  try {
    if (signal.aborted) cancel();
    return await promise;
  } finally {
    signal.removeEventListener('abort', cancel);
    await worker.terminate();
  }
}
