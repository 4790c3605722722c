import { writeFile } from 'node:fs/promises';
import { counted } from '../../common/words.ts';
import type { CallHooks } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { FileOffer } from '../../contract/files.ts';
import type { Split } from '../../contract/records.ts';
import type { TaskKind, TaskResults } from '../../contract/tasks.ts';
import type { ImportLine, UndoneImport } from '../../contract/views.ts';
import type { Format } from '../../dataset/row.ts';
import { csvLines } from '../../disk/spreadsheet.ts';
import { findImport, listImports } from '../../store/imports.ts';
import { undoImport } from '../../store/undo-import.ts';
import type { House } from '../kernel/house.ts';
import { withLock } from '../kernel/lock.ts';
import { importSources, type Source } from './import-files.ts';
import { sampleSources } from './sample.ts';

/** All imports, the newest first. */
export const importsOf = ({ store }: House): readonly ImportLine[] => listImports(store);

/** Starts bringing in files that a door took, and gives the number of the task. */
export function startImport(
  house: House,
  {
    files,
    split,
    ...options
  }: { files: readonly string[]; as?: Format | undefined; split?: Split | undefined; html: boolean },
): number {
  const sources = files.map(house.files.find).map(({ path, name }) => ({ path, name, split }));
  const what = sources.length === 1 ? sources[0]!.name : counted(sources.length, 'file');
  return house.tasks.start('import', `Importing ${what}`, (hooks) =>
    bringIn(house, sources, { as: options.as, html: options.html }, hooks),
  );
}

/** Starts bringing in the bundled sample. */
export function startSample(house: House): number {
  return house.tasks.start('import', 'Importing the sample', (hooks) =>
    bringIn(house, sampleSources(), { as: undefined, html: false }, hooks),
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
  const summary = await importSources(house, sources, options, hooks);
  const skippedFile = summary.skippedCount === 0 ? null : await offerSkippedRows(house, summary);
  return { ...summary, skipped: summary.skipped.slice(0, listed), skippedFile };
}

/** The rows that an import left out, as CSV: file, line, reason. */
function offerSkippedRows(
  house: House,
  { skipped, imports }: Awaited<ReturnType<typeof importSources>>,
): Promise<FileOffer> {
  const only = imports.length === 1 ? findImport(house.store, imports[0]!).file : '';
  const records = skipped.map(({ file = only, line, reason }) => [file, line, reason]);
  const text = csvLines([['file', 'line', 'reason'], ...records]);
  return house.files.offer('skipped-rows.csv', (path) => writeFile(path, text));
}

/** What may still write of comments, or hold some of them in memory. */
const atWork: readonly TaskKind[] = ['import', 'train', 'context', 'score', 'export', 'backup', 'restore'];

/** Takes out again what an import brought, but for posts that people have worked on here. */
export async function takeBackImport(house: House, id: number): Promise<UndoneImport> {
  refuseWhile(house, (kind) => atWork.includes(kind));
  const undone = await withLock(house, 'undoing an import', ({ store }) => undoImport(store, id));
  house.changes.tell('posts', 'imports', 'answers', 'rewards');
  return undone;
}

/** Throws busy where a task of such a kind is running. What reads comments in the background is in nobody's way. */
export function refuseWhile(house: House, isSuch: (kind: TaskKind) => boolean): void {
  const running = house.tasks.list().find(({ state, kind }) => state === 'running' && kind !== 'embed' && isSuch(kind));
  if (!running) return;
  const message = `'${running.title}' is still going on. Nothing was changed: wait until it is done, or cancel it, and try again.`;
  throw new TiebreakError('busy', message);
}
