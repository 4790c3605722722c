import { basename } from 'node:path';
import type { z } from 'zod';
import { counted } from '../../common/words.ts';
import type { CallHooks, importCall } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Split } from '../../contract/records.ts';
import type { ImportSummary } from '../../contract/reports.ts';
import { recognise } from '../../dataset/read.ts';
import type { Format } from '../../dataset/row.ts';
import { type ImportReport, importFile } from '../../transfer/import-file.ts';
import type { House, WritingHouse } from '../kernel/house.ts';
import { withLock } from '../kernel/lock.ts';

/** What an import came to, with the numbers of its imports: one for each file. */
export type Brought = ImportSummary & { readonly imports: readonly number[] };

/** A file to bring in, what people call it, and what it is and the split its posts go to where the file should not decide. */
export type Source = {
  readonly path: string;
  readonly name: string;
  readonly as?: Format | undefined;
  readonly split?: Split | undefined;
};
export type ImportChoices = Pick<z.output<typeof importCall>, 'as' | 'html'>;

const tellEveryMs = 400;

/** Brings files into the store, one after another, contexts after the posts they are of, and adds up what they brought. */
export async function importFiles(
  house: House,
  { files, contextFile, split, ...options }: z.output<typeof importCall>,
  hooks: CallHooks,
): Promise<ImportSummary> {
  const sources: readonly Source[] = [
    ...files.map((path) => ({ path, name: path, split })),
    ...(contextFile === undefined ? [] : [{ path: contextFile, name: contextFile, as: 'context' as const }]),
  ];
  const { imports: _, ...summary } = await importSources(house, sources, options, hooks);
  return summary;
}

/** The same, for files that are not called what their paths say. */
export async function importSources(
  house: House,
  sources: readonly Source[],
  options: ImportChoices,
  hooks: CallHooks,
): Promise<Brought> {
  return withLock(house, 'importing', async (writing) => {
    const reports: { readonly file: string; readonly report: ImportReport }[] = [];
    try {
      for (const source of await inOrder(sources, options)) {
        reports.push({ file: source.name, report: await importSource(writing, source, options, hooks) });
      }
    } catch (error) {
      throw afterOthers(error, reports.length);
    } finally {
      house.changes.tell('posts', 'imports', 'answers', 'rewards');
    }
    return summaryOf(reports);
  });
}

/** Where there is more than one file, those with contexts come last, whichever was named first. */
async function inOrder(sources: readonly Source[], { as }: ImportChoices): Promise<readonly Source[]> {
  if (sources.length < 2) return sources;
  const contexts = new Set<Source>();
  for (const source of sources) {
    // A file that can't be told is refused in its turn, with the reason.
    const format = source.as ?? as ?? (await recognise(source.path).catch(() => null));
    if (format === 'context') contexts.add(source);
  }
  return [...sources.filter((source) => !contexts.has(source)), ...contexts];
}

async function importSource(
  house: WritingHouse,
  { path, name, as: its, split }: Source,
  { as, html }: ImportChoices,
  { onProgress, signal }: CallHooks,
): Promise<ImportReport> {
  const begun = performance.now();
  let told = begun;
  const hooks = {
    signal,
    onProgress: ({ bytes, total }: { bytes: number; total: number }): void => {
      const secondsLeft = bytes === 0 ? null : (((performance.now() - begun) / 1000) * (total - bytes)) / bytes;
      onProgress?.({ phase: 'import', name, done: bytes, total, speed: null, secondsLeft });
    },
    onWritten: (): void => {
      if (performance.now() - told < tellEveryMs) return;
      told = performance.now();
      house.changes.tell('posts', 'imports', 'answers');
    },
  };
  try {
    return await importFile(
      house.store,
      path,
      { as: its ?? as, split, html, name: path === name ? basename(name) : name },
      hooks,
    );
  } catch (error) {
    throw calledByName(error, path, name);
  }
}

/** Where a file came through a door, its path means nothing to people. */
function calledByName(error: unknown, path: string, name: string): unknown {
  if (!(error instanceof TiebreakError) || path === name) return error;
  return new TiebreakError(error.code, error.message.replaceAll(path, name), { cause: error });
}

function afterOthers(error: unknown, done: number): unknown {
  if (!(error instanceof TiebreakError) || done === 0) return error;
  const others =
    done === 1 ? 'The file before it came in whole.' : `The ${counted(done, 'file')} before it came in whole.`;
  return new TiebreakError(error.code, `${error.message} ${others}`, { cause: error });
}

function summaryOf(reports: readonly { readonly file: string; readonly report: ImportReport }[]): Brought {
  const sum = (of: (report: ImportReport) => number): number =>
    reports.reduce((total, { report }) => total + of(report), 0);
  const several = reports.length > 1;
  return {
    posts: sum(({ posts }) => posts),
    comments: sum(({ comments }) => comments),
    labels: sum(({ labels }) => labels),
    contexts: sum(({ contexts }) => contexts),
    unmatched: sum(({ unmatched }) => unmatched),
    ambiguous: sum(({ ambiguous }) => ambiguous),
    contextsKept: sum(({ contextsKept }) => contextsKept),
    skipped: reports.flatMap(({ file, report }) => report.skipped.map((skip) => (several ? { file, ...skip } : skip))),
    skippedCount: sum(({ skippedCount }) => skippedCount),
    looksLikeHtml: sum(({ looksLikeHtml }) => looksLikeHtml),
    keptWithGroup: sum(({ keptWithGroup }) => keptWithGroup),
    seconds: sum(({ seconds }) => seconds),
    imports: reports.map(({ report }) => report.importId),
  };
}
