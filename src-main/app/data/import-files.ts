import { basename } from 'node:path';
import type { z } from 'zod';
import { inReadingOrder } from '../../common/data-files.ts';
import { counted } from '../../common/words.ts';
import type { CallHooks, importCall } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Noun, ReadingChoices, Reported, ShapeName } from '../../contract/reading.ts';
import { nouns } from '../../contract/reading.ts';
import type { Split } from '../../contract/records.ts';
import type { ImportSummary } from '../../contract/reports.ts';
import { lookAt } from '../../dataset/look.ts';
import { lastComment } from '../../store/drawn-texts.ts';
import { findKeptModel } from '../../store/models.ts';
import { type ImportReport, importFile } from '../../transfer/import-file.ts';
import type { RewardsOf } from '../../transfer/import-into.ts';
import { noticeDrift } from '../drift/drift.ts';
import { noticeForeign } from '../embedding/foreign-texts.ts';
import { type House, rewardModel, type WritingHouse } from '../kernel/house.ts';
import { withLock } from '../kernel/lock.ts';
import { choicesFor } from './earlier-readings.ts';
import { failuresOf } from './failed-files.ts';
import { filesOf } from './folder.ts';

/** What an import came to, with the numbers of its imports: one for each file. */
export type Brought = ImportSummary & { readonly imports: readonly number[] };

/** A file to bring in, what people call it, and the split its posts go to where the file should not decide. */
export type Source = {
  readonly path: string;
  readonly name: string;
  readonly split?: Split | undefined;
  /** How a person says that it is to be read, where that is not what is said of all files. */
  readonly choices?: ReadingChoices | undefined;
  /** Whether that was said of an earlier file that looks the same. */
  readonly remembered?: boolean | undefined;
};

const tellEveryMs = 400;

/** Brings files into the store, one after another, contexts after the posts they are of, and adds up what they brought. */
export async function importFiles(
  house: House,
  { files, contextFile, split, ...options }: z.output<typeof importCall>,
  hooks: CallHooks,
): Promise<ImportSummary> {
  const { paths, leftAlone } = await filesOf(files);
  const given = await Promise.all(
    paths.map(async (path) => ({ path, name: path, split, ...(await choicesFor(house, path, options)) })),
  );
  const sources: readonly Source[] = [
    ...given,
    ...(contextFile === undefined
      ? []
      : [{ path: contextFile, name: contextFile, choices: { ...options, as: 'context' as const } }]),
  ];
  const { imports: _, ...summary } = await importSources(house, sources, options, hooks);
  return leftAlone.length === 0 ? summary : { ...summary, leftAlone };
}

/** The same, for files that are not called what their paths say. */
export async function importSources(
  house: House,
  sources: readonly Source[],
  options: ReadingChoices,
  hooks: CallHooks,
): Promise<Brought> {
  return withLock(house, 'importing', async (writing) => {
    const reports: SourceReport[] = [];
    const failures = failuresOf(sources.length);
    const before = lastComment(writing.store);
    try {
      for (const source of await inOrder(sources, options)) {
        try {
          const report = await importSource(writing, source, options, hooks);
          reports.push({ file: source.name, report, remembered: source.remembered ?? false });
        } catch (error) {
          failures.add(source.name, error);
        }
      }
      failures.throwIfAll();
    } catch (error) {
      throw afterOthers(error, reports.length);
    } finally {
      house.changes.tell('posts', 'imports', 'answers', 'rewards');
    }
    // What most trainings begin with reads English alone.
    const foreign = await noticeForeign(writing, 'minilm', { after: before, signal: hooks.signal });
    const summary = summaryOf(reports);
    const drift = await noticeDrift(house, summary.imports, hooks);
    return { ...summary, ...failures.summary(), ...(foreign ? { foreign } : {}), ...(drift ? { drift } : {}) };
  });
}

/**
 * Where there is more than one file, those with posts come before those with comments, then contexts, then rewards, which hang on what is
 * read; whichever was named first.
 */
async function inOrder(sources: readonly Source[], options: ReadingChoices): Promise<readonly Source[]> {
  if (sources.length < 2) return sources;
  const shapes = new Map<Source, ShapeName>();
  for (const source of sources) {
    // A file that can't be told is refused in its turn, with the reason.
    const look = await lookAt(source.path, source.choices ?? options).catch(() => null);
    if (look) shapes.set(source, look.found.shape);
  }
  const of = (shape: ShapeName): readonly Source[] => sources.filter((source) => shapes.get(source) === shape);
  const last = [...of('context'), ...of('rewards')];
  const others = sources.filter((source) => !last.includes(source));
  return [...inReadingOrder(others, ({ name }) => name), ...last];
}

async function importSource(
  house: WritingHouse,
  { path, name, split, choices }: Source,
  options: ReadingChoices,
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
  const { model, ...said } = choices ?? options;
  const rewardsOf = model === undefined ? undefined : givenBy(house, model);
  try {
    return await importFile(
      house.store,
      path,
      { ...said, rewardsOf, split, name: path === name ? basename(name) : name },
      hooks,
    );
  } catch (error) {
    throw calledByName(error, path, name);
  }
}

/** The model that gave the rewards of a file. */
function givenBy(house: House, name: string): RewardsOf {
  try {
    const { id } = rewardModel(house, name);
    return { id, context: findKeptModel(house.store, id).context };
  } catch (error) {
    if (!(error instanceof TiebreakError)) throw error;
    throw new TiebreakError(error.code, `${error.message} Nothing came in.`, { cause: error });
  }
}

/** Where a file came through a door, its path means nothing to people. */
export function calledByName(error: unknown, path: string, name: string): unknown {
  if (!(error instanceof TiebreakError) || path === name) return error;
  return new TiebreakError(error.code, error.message.replaceAll(path, name), { cause: error });
}

function afterOthers(error: unknown, done: number): unknown {
  if (!(error instanceof TiebreakError) || done === 0) return error;
  const others =
    done === 1 ? 'The file before it came in whole.' : `The ${counted(done, 'file')} before it came in whole.`;
  return new TiebreakError(error.code, `${error.message} ${others}`, { cause: error });
}

type SourceReport = { readonly file: string; readonly report: ImportReport; readonly remembered: boolean };

function summaryOf(reports: readonly SourceReport[]): Brought {
  const sum = (of: (report: ImportReport) => number): number =>
    reports.reduce((total, { report }) => total + of(report), 0);
  const byNoun = (of: (report: ImportReport) => Readonly<Record<Noun, number>>): Record<Noun, number> =>
    Object.fromEntries(nouns.map((noun) => [noun, sum((report) => of(report)[noun])])) as Record<Noun, number>;
  const several = reports.length > 1;
  // Files of one name in several folders are told apart by their paths.
  const names = new Map<string, number>();
  for (const { file } of reports) names.set(basename(file), (names.get(basename(file)) ?? 0) + 1);
  return {
    posts: sum(({ posts }) => posts),
    comments: sum(({ comments }) => comments),
    labels: sum(({ labels }) => labels),
    contexts: sum(({ contexts }) => contexts),
    rewards: sum(({ rewards }) => rewards),
    updated: sum(({ updated }) => updated),
    filled: sum(({ filled }) => filled),
    // What one file lacks, a later one may have brought.
    textless: Math.max(
      0,
      sum(({ textless }) => textless),
    ),
    unmatched: sum(({ unmatched }) => unmatched),
    ambiguous: sum(({ ambiguous }) => ambiguous),
    contextsKept: sum(({ contextsKept }) => contextsKept),
    read: byNoun(({ read }) => read),
    imported: byNoun(({ imported }) => imported),
    reported: together(reports.flatMap(({ report }) => report.reported)),
    readings: reports.map(({ file, report, remembered }) => ({
      file: names.get(basename(file)) === 1 ? basename(file) : file,
      found: report.found,
      ...(remembered ? { remembered } : {}),
    })),
    skipped: reports.flatMap(({ file, report }) => report.skipped.map((skip) => (several ? { file, ...skip } : skip))),
    skippedCount: sum(({ skippedCount }) => skippedCount),
    looksLikeHtml: sum(({ looksLikeHtml }) => looksLikeHtml),
    keptWithGroup: sum(({ keptWithGroup }) => keptWithGroup),
    seconds: sum(({ seconds }) => seconds),
    imports: reports.map(({ report }) => report.importId),
  };
}

/** What several files reported, each kind once. */
function together(reported: readonly Reported[]): readonly Reported[] {
  const kinds = new Map<string, Reported>();
  for (const one of reported) {
    const name = `${one.of} ${one.kind}`;
    const before = kinds.get(name);
    const examples = [...(before?.examples ?? []), ...one.examples].slice(0, 20);
    kinds.set(name, { ...one, count: (before?.count ?? 0) + one.count, examples });
  }
  return [...kinds.values()];
}
