import { parentPort, workerData } from 'node:worker_threads';
import type { Job, JobResults, WorkerMessage } from './app/beside.ts';
import { TiebreakError } from './contract/errors.ts';
import { dataStatisticsOf } from './statistics.ts';
import { checkCopy } from './store/copy.ts';
import { closeStore, openForReading } from './store/open.ts';

/** Computes the statistics of a database, or checks a copy of one, beside the main thread. */
const tellEveryMs = 100;
const say = (message: WorkerMessage): void => parentPort?.postMessage(message);

try {
  const { job, path } = workerData as Job;
  say({ type: 'result', result: job === 'check' ? checkCopy(path) : statistics(path) });
} catch (error) {
  if (!(error instanceof TiebreakError)) throw error;
  say({ type: 'error', code: error.code, message: error.message });
}

function statistics(path: string): JobResults['statistics'] {
  const store = openForReading(path);
  try {
    let told = performance.now();
    return dataStatisticsOf(store, (done, total) => {
      if (performance.now() - told < tellEveryMs) return;
      told = performance.now();
      say({ type: 'progress', done, total });
    });
  } finally {
    closeStore(store);
  }
}
