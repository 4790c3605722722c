import { parentPort, workerData } from 'node:worker_threads';
import { mapOf } from '../analysis/map.ts';
import { TiebreakError } from '../contract/errors.ts';
import { checkCopy } from '../store/copy.ts';
import { closeStore, openForReading } from '../store/open.ts';
import { reportHtml } from '../tracking/report-html.ts';
import type { Job, JobResults, WorkerMessage } from './start.ts';
import { dataStatisticsOf } from './statistics-of-store.ts';

/** Computes the statistics of a database, draws a map of its texts, checks a copy of one, or draws a report, beside the main thread. */
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
  return job.job === 'check' ? checkCopy(job.path) : statistics(job.path);
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

function statistics(path: string): JobResults['statistics'] {
  const store = openForReading(path);
  try {
    return dataStatisticsOf(store, progress());
  } finally {
    closeStore(store);
  }
}
