import { parentPort, workerData } from 'node:worker_threads';
import { mapOf } from '../analysis/map.ts';
import { TiebreakError } from '../contract/errors.ts';
import { checkCopy } from '../store/copy.ts';
import { problemsOf } from '../store/health.ts';
import { closeStore, openForReading, type ReadingStore } from '../store/open.ts';
import { wipeFile } from '../store/wipe.ts';
import { reportHtml } from '../tracking/report-html.ts';
import type { Job, JobResults, WorkerMessage } from './start.ts';
import { dataStatisticsOf } from './statistics-of-store.ts';

/*
 * Computes the statistics of a database, draws a map of its texts or a report, looks whether it, or a copy, is sound, or writes it anew
 * without what was deleted, beside the main thread.
 */

const tellEveryMs = 100;
const say = (message: WorkerMessage): void => parentPort?.postMessage(message);

try {
  say({ type: 'result', result: resultOf(workerData as Job) });
} catch (error) {
  if (!(error instanceof TiebreakError)) throw error;
  say({ type: 'error', code: error.code, message: error.message });
}

function resultOf(job: Job): JobResults[keyof JobResults] {
  if (job.job === 'map') return mapOf(job.input, progress());
  if (job.job === 'report') return reportHtml(job.content);
  if (job.job === 'check') return checkCopy(job.path);
  if (job.job === 'wipe') return wipeFile(job.path);
  if (job.job === 'health') return reading(job.path, (store) => problemsOf(store, job));
  return reading(job.path, (store) => dataStatisticsOf(store, progress()));
}

/** Tells how far the work has come, but not more often than anybody looks. */
function progress(): (done: number, total: number) => void {
  let told = performance.now();
  return (done, total) => {
    if (performance.now() - told < tellEveryMs) return;
    told = performance.now();
    say({ type: 'progress', done, total });
  };
}

function reading<T>(path: string, work: (store: ReadingStore) => T): T {
  const store = openForReading(path);
  try {
    return work(store);
  } finally {
    closeStore(store);
  }
}
