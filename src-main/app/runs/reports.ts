import { readFile, stat, writeFile } from 'node:fs/promises';
import type { z } from 'zod';
import { type CallHooks, longestReport, type reportCall } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { RunsReport } from '../../contract/reports.ts';
import type { ReportPage } from '../../contract/views.ts';
import { writeWholeFile } from '../../disk/whole.ts';
import { setDeleted } from '../../store/deleted.ts';
import {
  addReportPage,
  changeReportPage,
  listReportPages,
  type ReportChange,
  reportPage,
} from '../../store/report-pages.ts';
import { listRunLines } from '../../store/runs.ts';
import { workInThread } from '../../worker/start.ts';
import type { House } from '../kernel/house.ts';
import { withLockNow } from '../kernel/lock.ts';
import { namedOutput } from '../kernel/named-output.ts';
import { createPauses } from '../kernel/time-slices.ts';
import { meantRuns, recordOf } from './records.ts';

/** All reports, deleted ones among them. */
export const reportsOf = ({ store }: House): readonly ReportPage[] => listReportPages(store);

/** Begins a report on some runs; without a name it gets 'Report' and a number. */
export function addReport(
  house: House,
  { name, runs }: { readonly name?: string | undefined; readonly runs: readonly number[] },
): ReportPage {
  const known = meantRunsOrNone(house, runs);
  const page = withLockNow(house, 'beginning a report', ({ store }) =>
    addReportPage(store, { name: name ?? freeName(house), runs: known }),
  );
  house.changes.tell('reports');
  return page;
}

/** Changes a report. A run that is not there is refused, and then nothing is changed. */
export function changeReport(house: House, id: number, changed: ReportChange): ReportPage {
  const runs = changed.runs && meantRunsOrNone(house, changed.runs);
  const page = withLockNow(house, 'changing a report', ({ store }) =>
    changeReportPage(store, id, { ...changed, ...(runs ? { runs } : {}) }),
  );
  house.changes.tell('reports');
  return page;
}

/** Deletes a report so that it can be taken back, or takes that back. */
export function setReportDeleted(house: House, id: number, deleted: boolean): void {
  reportPage(house.store, id);
  withLockNow(house, 'deleting a report', ({ store }) => setDeleted(store, 'report', id, deleted));
  house.changes.tell('reports');
}

/** Makes the file of a report and offers it: a task, whose number it gives. */
export function offerReport(house: House, id: number): number {
  const { name } = reportPage(house.store, id);
  return house.tasks.start('report-export', `Exporting ${name}`, async (hooks) => ({
    file: await house.files.offer(`${name.replace(/[/\\]/g, '-')}.html`, async (path) => {
      const { text, runs, metrics } = reportPage(house.store, id);
      // What was removed for good since is left out.
      const known = new Set(listRunLines(house.store).map((run) => run.id));
      const page = await pageOf(house, { name, text, metrics, runs: runs.filter((run) => known.has(run)) }, hooks);
      await writeFile(path, page, { flag: 'wx' });
    }),
  }));
}

/** Writes a report on some runs, with a text of Markdown from a file, as one file of HTML. */
export async function writeReport(
  house: House,
  { out, replace, runs: named, name, text: file }: z.output<typeof reportCall>,
  hooks: CallHooks,
): Promise<RunsReport> {
  const output = await namedOutput(house, out, replace);
  const runs = meantRuns(house, named);
  const text = file === undefined ? '' : await textOf(file);
  const page = await pageOf(house, { name: name ?? 'Report on runs', text, metrics: null, runs }, hooks);
  await writeWholeFile(output, (handle) => handle.writeFile(page));
  return { file: out, runs: runs.length, bytes: Buffer.byteLength(page) };
}

async function pageOf(
  house: House,
  { runs, ...content }: Pick<ReportPage, 'name' | 'text' | 'metrics' | 'runs'>,
  { signal, onProgress }: CallHooks,
): Promise<string> {
  if (runs.length === 0) {
    const message = 'This report has no runs yet, so there is nothing to show: add at least one.';
    throw new TiebreakError('nothing-to-do', message);
  }
  const pause = createPauses(signal);
  const records = [];
  for (const [done, id] of runs.entries()) {
    records.push(recordOf(house, id));
    onProgress?.({ phase: 'export', done: done + 1, total: runs.length, speed: null, secondsLeft: null });
    await pause();
  }
  const page = { ...content, runs: records, madeAt: new Date().toISOString() };
  return workInThread({ job: 'report', content: page }, 'export', { signal });
}

async function textOf(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > longestReport) {
      throw new TiebreakError(
        'bad-input',
        `The text in ${file} is longer than ${longestReport} characters: shorten it.`,
      );
    }
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof TiebreakError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new TiebreakError('not-found', `The file ${file} can't be read (${code}).`, { cause: error });
  }
}

const meantRunsOrNone = (house: House, runs: readonly number[]): readonly number[] =>
  runs.length === 0 ? [] : meantRuns(house, runs);

function freeName({ store }: House): string {
  const names = new Set(listReportPages(store).map(({ name }) => name));
  let number = names.size + 1;
  while (names.has(`Report ${number}`)) number++;
  return `Report ${number}`;
}
