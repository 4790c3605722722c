import type { House } from '../app/kernel/house.ts';
import { addReport, changeReport, offerReport, reportsOf, setReportDeleted } from '../app/runs/reports.ts';
import { os } from './base.ts';

export const reportsApi = (house: House) =>
  os.reports.router({
    list: os.reports.list.handler(() => ({ reports: reportsOf(house) })),
    add: os.reports.add.handler(({ input }) => addReport(house, input)),
    change: os.reports.change.handler(({ input: { report, ...changed } }) =>
      changeReport(house, report, given(changed)),
    ),
    delete: os.reports.delete.handler(({ input }) => setReportDeleted(house, input.report, true)),
    restore: os.reports.restore.handler(({ input }) => setReportDeleted(house, input.report, false)),
    export: os.reports.export.handler(({ input }) => ({ task: offerReport(house, input.report) })),
  });

/** Without what is undefined, so that it changes nothing. */
function given<T extends object>(changed: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined)) as never;
}
