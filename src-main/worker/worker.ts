import { parentPort, workerData } from 'node:worker_threads';
import { TiebreakError } from '../contract/errors.ts';
import type { PairTotals } from '../contract/reports.ts';
import { atOneMoment, closeStore, openForReading, type ReadingStore } from '../store/open.ts';
import type { Job, JobResults, WorkerMessage } from './start.ts';

/*
 * Computes the statistics of a database, draws a map of its texts or a report, copies it, holds it against a copy, or looks whether it, or a copy,
 * is sound, or writes it anew without what was deleted, writes an export or shows its beginning, or reads a long thread, beside the main thread. Each job fetches what it needs alone, so that a short one does not wait for what the others need.
 */

const tellEveryMs = 100;
const say = (message: WorkerMessage): void => parentPort?.postMessage(message);

try {
  say({ type: 'result', result: await resultOf(workerData as Job) });
} catch (error) {
  if (!(error instanceof TiebreakError)) throw error;
  say({ type: 'error', code: error.code, message: error.message });
}

async function resultOf(job: Job): Promise<JobResults[keyof JobResults]> {
  switch (job.job) {
    case 'map': {
      const { mapOf } = await import('../analysis/map.ts');
      return mapOf(job.input, progress());
    }
    case 'report': {
      const { reportHtml } = await import('../tracking/report-html.ts');
      return reportHtml(job.content);
    }
    case 'check': {
      const { checkCopy } = await import('../store/copy.ts');
      return checkCopy(job.path);
    }
    case 'wipe': {
      const { wipeFile } = await import('../store/wipe.ts');
      return wipeFile(job.path);
    }
    case 'copy': {
      const { makeCopy } = await import('../store/checked-copy.ts');
      return makeCopy(job.path, job.to, progress());
    }
    case 'difference': {
      const { differenceTo } = await import('../store/holdings.ts');
      return differenceTo(job.path, job.other);
    }
    case 'health': {
      const { problemsOf } = await import('../store/health.ts');
      return reading(job.path, (store) => problemsOf(store, job));
    }
    case 'comments': {
      const { firstComments } = await import('../store/first-comments.ts');
      return reading(job.path, (store) => firstComments(store, job.call));
    }
    case 'preview-export': {
      const { previewExport } = await import('../transfer/preview-export.ts');
      return reading(job.path, (store) => previewExport(store, job.options, job));
    }
    case 'export': {
      const { writeExport } = await import('../transfer/export-file.ts');
      const tell = progress();
      const hooks = {
        onProgress: ({ rows }: { rows: number }) => tell(rows, rows),
        onPairs: (totals: PairTotals) => say({ type: 'pairs', totals }),
      };
      return reading(job.path, (store) => atOneMoment(store, () => writeExport(store, job.file, job.options, hooks)));
    }
    case 'statistics': {
      const { dataStatisticsOf } = await import('./statistics-of-store.ts');
      return reading(job.path, (store) => dataStatisticsOf(store, progress()));
    }
  }
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

async function reading<T>(path: string, work: (store: ReadingStore) => T | Promise<T>): Promise<T> {
  const store = openForReading(path);
  try {
    return await work(store);
  } finally {
    closeStore(store);
  }
}
