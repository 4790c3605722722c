import { writeFile } from 'node:fs/promises';
import { counted } from '../../common/words.ts';
import type { CallHooks } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { FileOffer } from '../../contract/files.ts';
import { type ReadingChoices, readingChoices } from '../../contract/reading.ts';
import type { Split } from '../../contract/records.ts';
import { commentKinds, type TaskResults } from '../../contract/tasks.ts';
import type { ImportLine, UndoneImport } from '../../contract/views.ts';
import { csvLines } from '../../disk/spreadsheet.ts';
import { findImport, listImports } from '../../store/imports.ts';
import { beginUndo, undoImport, undoneAlready } from '../../store/undo-import.ts';
import { backUpBefore } from '../backup/automatic.ts';
import type { House, WritingHouse } from '../kernel/house.ts';
import { withLock, withLockNow } from '../kernel/lock.ts';
import { refuseWhile } from '../kernel/tasks.ts';
import { createPauses } from '../kernel/time-slices.ts';
import { settingsOf } from '../settings/settings.ts';
import { keepDates, keepReadings } from './earlier-readings.ts';
import { type Brought, importSources, type Source } from './import-files.ts';
import { sampleSources } from './sample.ts';

/** All imports, the newest first. */
export function importsOf({ store, tasks }: House): readonly ImportLine[] {
  const imports = listImports(store);
  const isRunning = tasks.list().some(({ kind, state }) => kind === 'undo-import' && state === 'running');
  // One goes on at a time: the one that was begun, or gone on with, last.
  const last = imports.reduce((latest, { undoBegunAt }) => ((undoBegunAt ?? '') > latest ? undoBegunAt! : latest), '');
  return imports.map(({ undoBegunAt, ...line }) => {
    const goesOn = isRunning && undoBegunAt === last;
    return { ...line, undo: undoBegunAt === null ? null : goesOn ? 'going-on' : 'broken-off' };
  });
}

/** Starts bringing in files that a door took, and gives the number of the task. */
export function startImport(
  house: House,
  {
    files,
    split,
    choices,
    ...options
  }: ReadingChoices & {
    readonly files: readonly string[];
    readonly split?: Split | undefined;
    readonly choices: Readonly<Record<string, ReadingChoices>>;
  },
): number {
  const sources = files.map((file) => {
    const { path, name } = house.files.find(file);
    return { path, name, split, choices: choices[file] };
  });
  const what = sources.length === 1 ? sources[0]!.name : counted(sources.length, 'file');
  return house.tasks.start('import', `Importing ${what}`, async (hooks) => {
    await keepReadings(house, sources);
    const brought = await bringIn(house, sources, options, hooks);
    await keepDates(house, sources, brought.readings);
    return brought;
  });
}

/** Starts bringing in the bundled sample. */
export function startSample(house: House): number {
  return house.tasks.start('import', 'Importing the sample', (hooks) =>
    bringIn(house, sampleSources(), readingChoices.parse({}), hooks),
  );
}

/** Rows that were left out which the task itself lists: every view hears of every task. */
const listed = 50;

async function bringIn(
  house: House,
  sources: readonly Source[],
  options: Parameters<typeof importSources>[2],
  hooks: CallHooks,
): Promise<TaskResults['import']> {
  return concluded(house, await importSources(house, sources, options, hooks));
}

/** The report of a task, with the list of what was left out as a file. */
export async function concluded(house: House, summary: Brought): Promise<TaskResults['import']> {
  const skippedFile = summary.skippedCount === 0 ? null : await offerSkippedRows(house, summary);
  return { ...summary, skipped: summary.skipped.slice(0, listed), skippedFile };
}

/** What an import left out, as CSV: file, line, what it is, reason, text. */
function offerSkippedRows(house: House, { skipped, imports }: Brought): Promise<FileOffer> {
  const only = imports.length === 1 ? findImport(house.store, imports[0]!).file : '';
  const records = skipped.map(({ file = only, line, of, reason, text }) => [file, line, of, reason, text]);
  const text = csvLines([['file', 'line', 'what', 'reason', 'text'], ...records]);
  return house.files.offer('skipped-rows.csv', (path) => writeFile(path, text));
}

/** Milliseconds between two reports of what an undo took away. */
const tellEveryMs = 400;

/**
 * Starts taking out again what an import brought, but for posts that people have worked on here, and gives the number of the task.
 * Where that was broken off before, it goes on.
 */
export function startUndo(house: House, id: number): number {
  refuseWhile(house, (kind) => commentKinds.includes(kind));
  const { file, undoneAt } = findImport(house.store, id);
  if (undoneAt !== null) throw undoneAlready();
  // Whoever may not write is told at once.
  withLockNow(house, undoing, () => undefined);
  return house.tasks.start('undo-import', `Undoing the import of ${file}`, (hooks) =>
    withLock(house, undoing, async (writing) => {
      // What was broken off has its backup from before it was begun.
      const begun = listImports(house.store).some((line) => line.id === id && line.undoBegunAt !== null);
      if (!begun && settingsOf(house).automaticBackups)
        await backUpBefore(house, { reason: 'undo', about: file }, hooks);
      beginUndo(writing.store, id);
      house.changes.tell('imports');
      return takeBack(writing, id, hooks);
    }),
  );
}

const undoing = 'undoing an import';

async function takeBack(house: WritingHouse, id: number, { onProgress, signal }: CallHooks): Promise<UndoneImport> {
  const begun = performance.now();
  const pause = createPauses();
  let told = begun;
  let first: number | null = null;
  try {
    const steps = undoImport(house.store, id);
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      const { done, total } = step.value;
      first ??= done;
      const seconds = (performance.now() - begun) / 1000;
      // What an earlier try did says nothing of how fast this one is.
      const secondsLeft = done === first ? null : (seconds * (total - done)) / (done - first);
      onProgress?.({ phase: 'undo', done, total, speed: null, secondsLeft });
      if (performance.now() - told > tellEveryMs) {
        told = performance.now();
        house.changes.tell('posts', 'answers');
      }
      await pause();
      if (signal?.aborted) throw new TiebreakError('cancelled', stopped);
    }
  } finally {
    house.changes.tell('posts', 'imports', 'answers', 'rewards');
  }
}

const stopped =
  'Undoing the import was stopped. What it had taken away by then is gone, the rest is as it was: the table of imports offers to go on.';
