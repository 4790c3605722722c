import { Worker } from 'node:worker_threads';
import type { MapInput } from '../analysis/map.ts';
import type { CallHooks, CallProgress } from '../contract/calls.ts';
import { type ErrorCode, TiebreakError } from '../contract/errors.ts';
import type { Section } from '../contract/figures.ts';
import type { PairTotals } from '../contract/reports.ts';
import type { DataStatistics } from '../contract/statistics.ts';
import type { ExportPreview } from '../contract/views.ts';
import { workerProgram } from '../root.ts';
import type { CopyMade } from '../store/checked-copy.ts';
import type { CopyContent } from '../store/copy.ts';
import type { FirstComments, FirstCommentsCall } from '../store/first-comments.ts';
import type { differenceTo } from '../store/holdings.ts';
import type { ReportContent } from '../tracking/report-html.ts';
import type { ExportOptions, Written } from '../transfer/export-file.ts';

/** What a worker does with a database or with texts, so that the main thread does not wait for it. */
export type JobResults = {
  statistics: DataStatistics;
  check: CopyContent;
  copy: CopyMade;
  difference: ReturnType<typeof differenceTo>;
  health: readonly string[];
  wipe: boolean;
  map: Section;
  report: string;
  comments: FirstComments;
  'preview-export': Omit<ExportPreview, 'curated'>;
  export: Written;
};
export type Job =
  | { readonly job: 'statistics'; readonly path: string }
  | { readonly job: 'check'; readonly path: string }
  | { readonly job: 'copy'; readonly path: string; readonly to: string }
  | { readonly job: 'difference'; readonly path: string; readonly other: string }
  | { readonly job: 'health'; readonly path: string; readonly thorough: boolean }
  | { readonly job: 'wipe'; readonly path: string }
  | { readonly job: 'map'; readonly input: MapInput }
  | { readonly job: 'report'; readonly content: ReportContent }
  | { readonly job: 'comments'; readonly path: string; readonly call: FirstCommentsCall }
  | {
      readonly job: 'preview-export';
      readonly path: string;
      readonly options: ExportOptions;
      readonly lines: number;
      /** ms after which the count of pairs is cut short, and says so. */
      readonly patience: number;
    }
  | {
      readonly job: 'export';
      readonly path: string;
      /** An open file, by the number that the system has for it. */
      readonly file: number;
      readonly options: ExportOptions;
    };

type JobOf<K extends Job['job']> = Extract<Job, { readonly job: K }>;

/** What the worker says. */
export type WorkerMessage =
  | { readonly type: 'progress'; readonly done: number; readonly total: number }
  | { readonly type: 'pairs'; readonly totals: PairTotals }
  | { readonly type: 'result'; readonly result: JobResults[keyof JobResults] }
  | { readonly type: 'error'; readonly code: ErrorCode; readonly message: string };

/** What ends the jobs that have a database open, by its path. */
const atWork = new Map<string, Set<() => Promise<unknown>>>();
/** Databases that nobody may open at this moment. */
const closed = new Map<string, Promise<void>>();

/**
 * Does something while no worker has this database open: those that do are ended, and others wait. For whoever puts another in its place: a
 * connection that still stood on the one that was there would take the new one's log for its own, and write into what tells where the log's pages are.
 */
export async function withoutWorkers<T>(path: string, work: () => T): Promise<T> {
  const { promise, resolve } = Promise.withResolvers<void>();
  closed.set(path, promise);
  try {
    await Promise.all(Array.from(atWork.get(path) ?? [], (end) => end()));
    return work();
  } finally {
    closed.delete(path);
    resolve();
  }
}

/**
 * Does a job in the worker thread. Cancelling ends it at once.
 * @throws TiebreakError busy where the database was replaced meanwhile
 */
export async function workInThread<K extends keyof JobResults>(
  job: JobOf<K>,
  phase: CallProgress['phase'],
  { signal, onProgress, onPairs }: CallHooks & { readonly onPairs?: ((totals: PairTotals) => void) | undefined },
): Promise<JobResults[K]> {
  const path = 'path' in job ? job.path : '';
  while (closed.has(path)) await closed.get(path);
  const worker = new Worker(workerProgram, { workerData: job satisfies Job });
  const { promise, resolve, reject } = Promise.withResolvers<JobResults[K]>();
  let first: { readonly done: number; readonly at: number } | null = null;
  const cancel = (): void => reject(new TiebreakError('cancelled', 'This was cancelled. Nothing was changed.'));
  worker.on('message', (message: WorkerMessage) => {
    if (message.type === 'result') resolve(message.result as JobResults[K]);
    else if (message.type === 'error') reject(new TiebreakError(message.code, message.message));
    else if (message.type === 'pairs') onPairs?.(message.totals);
    else {
      const { done, total } = message;
      // What came before the first step may take longer than many steps.
      first ??= { done, at: performance.now() };
      const steps = done - first.done;
      const secondsLeft = steps > 0 ? (((performance.now() - first.at) / 1000) * (total - done)) / steps : null;
      onProgress?.({ phase, done, total, speed: null, secondsLeft });
    }
  });
  const end = (): Promise<unknown> => {
    reject(new TiebreakError('busy', 'The database was replaced meanwhile, so this was not done: try again.'));
    return worker.terminate();
  };
  const others = atWork.get(path) ?? new Set();
  atWork.set(path, others.add(end));
  worker.on('error', reject);
  worker.on('exit', (code) => reject(new Error(`the worker ended with code ${code}`)));
  signal?.addEventListener('abort', cancel);
  try {
    if (signal?.aborted) cancel();
    return await promise;
  } finally {
    signal?.removeEventListener('abort', cancel);
    await worker.terminate();
    others.delete(end);
    if (others.size === 0) atWork.delete(path);
  }
}
