import type { z } from 'zod';
import type { CallHooks, importCall } from '../contract/calls.ts';
import type { ImportSummary } from '../contract/reports.ts';
import { type ImportReport, importFile } from '../import.ts';
import type { House } from './house.ts';
import { withLock } from './lock.ts';

/** Brings files into the store, one after another, and adds up what they brought. */
export async function importFiles(
  house: House,
  call: z.output<typeof importCall>,
  hooks: CallHooks,
): Promise<ImportSummary> {
  return withLock(house.home, 'importing', async () => {
    const reports: { readonly file: string; readonly report: ImportReport }[] = [];
    for (const file of call.files) {
      const begun = performance.now();
      const onProgress = ({ bytes, total }: { bytes: number; total: number }): void => {
        const secondsLeft = bytes === 0 ? null : (((performance.now() - begun) / 1000) * (total - bytes)) / bytes;
        hooks.onProgress?.({ phase: 'import', name: file, done: bytes, total, speed: null, secondsLeft });
      };
      const options = { as: call.as, split: call.split, html: call.html };
      const report = await importFile(house.store, file, options, { onProgress, signal: hooks.signal });
      reports.push({ file, report });
    }
    const sum = (of: (report: ImportReport) => number): number =>
      reports.reduce((total, { report }) => total + of(report), 0);
    const several = reports.length > 1;
    return {
      posts: sum(({ posts }) => posts),
      comments: sum(({ comments }) => comments),
      labels: sum(({ labels }) => labels),
      skipped: reports.flatMap(({ file, report }) =>
        report.skipped.map((skip) => (several ? { file, ...skip } : skip)),
      ),
      skippedCount: sum(({ skippedCount }) => skippedCount),
      looksLikeHtml: sum(({ looksLikeHtml }) => looksLikeHtml),
      keptWithGroup: sum(({ keptWithGroup }) => keptWithGroup),
      seconds: sum(({ seconds }) => seconds),
    };
  });
}
