import { writeSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { isPairs, isRanking, isTable } from '../common/file-kinds.ts';
import { counted } from '../common/words.ts';
import type { FileFormat } from '../contract/calls.ts';
import { TiebreakError } from '../contract/errors.ts';
import type { Split } from '../contract/records.ts';
import type { ExportReport, PairTotals } from '../contract/reports.ts';
import { throwIfCancelled } from '../dataset/stopping.ts';
import { argillaLine } from '../dataset/writers/argilla.ts';
import { conversationLine } from '../dataset/writers/conversations.ts';
import { cupitLine } from '../dataset/writers/cupit.ts';
import { labelStudioTask } from '../dataset/writers/label-studio.ts';
import { pairLine } from '../dataset/writers/pairs.ts';
import type { Output } from '../disk/output.ts';
import { writeWholeFile } from '../disk/whole.ts';
import type { ReadingStore } from '../store/open.ts';
import { commentRanges, countWithoutReward } from '../store/rewards.ts';
import { arenaLines, comparedPairs, labelLines } from './export-answers.ts';
import { type CountedPairs, countPairs, type PairChoice, pairsToWrite, writtenPairs } from './export-pairs.ts';
import { type PostChoice, scoredPosts } from './export-posts.ts';
import type { Piece } from './export-ranking-table.ts';
import { tablePieces } from './export-table.ts';
import { createNotSaid, type NotSaidTally } from './not-said.ts';

export type ExportOptions = PairChoice & {
  readonly format: FileFormat;
  /** For rankings: the model whose rewards order the comments. Without it the order of the data is written. */
  readonly modelId?: number | undefined;
  /** For rankings: the comments of a post as they are ranked with it, where that is more than their rewards. */
  readonly rankingOf?: PostChoice['rankingOf'];
  /** For CSV: the language whose spreadsheets shall read it; without it as programs do. */
  readonly locale?: string | undefined;
};

/** Counts and writes pairs somewhere else than here: those of a thread may keep a processor busy for seconds. */
export type PairsBeside = {
  readonly count: (choice: PairChoice, hooks: ExportHooks) => Promise<CountedPairs>;
  /** @param file the number by which the system knows the open file */
  readonly write: (
    file: number,
    options: ExportOptions,
    margins: boolean,
    hooks: ExportHooks,
  ) => Promise<Pick<ExportReport, 'rows' | 'notSaid'>>;
};

export type ExportHooks = {
  readonly onProgress?: ((progress: { readonly rows: number }) => void) | undefined;
  /** For pairs: how many there will be, before the first is written. */
  readonly onPairs?: ((totals: PairTotals) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** The first lines of what exportFile would write, without their ends. Of a table they are told by firstRows. */
export function firstLines(store: ReadingStore, options: ExportOptions, count: number): readonly string[] {
  const lines: string[] = [];
  for (const text of linesOf(store, options, createNotSaid(), false)) {
    lines.push(text.replace(/\n$/, ''));
    if (lines.length >= count) break;
  }
  return lines;
}

/**
 * Writes the store's content to a file, which appears whole or not at all.
 * @throws TiebreakError nothing-to-do where comments have no reward of the model; bad-input where the file can't be written, or can't hold it
 */
export async function exportFile(
  store: ReadingStore,
  place: string | Output,
  options: ExportOptions,
  hooks: ExportHooks = {},
  beside?: PairsBeside,
): Promise<ExportReport> {
  const started = performance.now();
  const { modelId, format, split } = options;
  if (modelId !== undefined && isRanking(format)) {
    const lacking = await countLacking(store, modelId, split);
    if (lacking > 0) {
      const what = counted(lacking, 'comment has', 'comments have');
      throw new TiebreakError('nothing-to-do', `${what} no reward from this model yet: rank them first.`);
    }
  }
  const file = resolve(typeof place === 'string' ? place : place.path);
  const notSaid = createNotSaid();
  const margins = isPairs(format) ? await announcePairs(store, options, hooks, notSaid, beside) : false;
  if (isPairs(format) && beside) {
    const written = await writeWholeFile(place, ({ fd }) => beside.write(fd, options, margins, hooks));
    return {
      file,
      rows: written.rows,
      notSaid: [...notSaid.list(), ...written.notSaid],
      seconds: (performance.now() - started) / 1000,
    };
  }
  const rows = await writeWholeFile(place, (handle) =>
    write(handle, piecesOf(store, options, notSaid, margins), hooks),
  );
  return { file, rows, notSaid: notSaid.list(), seconds: (performance.now() - started) / 1000 };
}

async function countLacking(store: ReadingStore, modelId: number, split: Split | undefined): Promise<number> {
  let lacking = 0;
  for (const range of commentRanges(store, { split })) {
    lacking += countWithoutReward(store, modelId, { split }, range);
    await breathe();
  }
  return lacking;
}

/** Says how many pairs there will be. True where all of them have a margin, so that it can be written. */
async function announcePairs(
  store: ReadingStore,
  options: ExportOptions,
  hooks: ExportHooks,
  notSaid: NotSaidTally,
  beside?: PairsBeside,
): Promise<boolean> {
  const { margins, ...totals } = await (beside?.count(options, hooks) ?? countPairs(store, options, hooks));
  hooks.onPairs?.(totals);
  const all = totals.pairs > 0 && margins === totals.pairs;
  if (!all) notSaid.add('margin', margins);
  return all;
}

/** Writes the rows of a file of pairs to an open file, without turns for anybody else. @param onRows hears how many there are so far */
export function writePairs(
  store: ReadingStore,
  file: number,
  options: ExportOptions,
  margins: boolean,
  onRows: (rows: number) => void,
): Pick<ExportReport, 'rows' | 'notSaid'> {
  const notSaid = createNotSaid();
  let [rows, waiting] = [0, ''];
  const flush = (): void => {
    writeAll(file, Buffer.from(waiting));
    waiting = '';
    onRows(rows);
  };
  for (const line of linesOf(store, options, notSaid, margins)) {
    waiting += line;
    rows += 1;
    if (waiting.length >= bufferSize) flush();
  }
  flush();
  return { rows, notSaid: notSaid.list() };
}

/** The system may take less at once than it is given. */
function writeAll(file: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
}

/** What is written, piece by piece. */
function piecesOf(
  store: ReadingStore,
  options: ExportOptions,
  notSaid: NotSaidTally,
  margins: boolean,
): Iterable<Piece> | AsyncIterable<Piece> {
  if (isTable(options.format)) return tablePieces(store, options, options.format, notSaid);
  return linePieces(linesOf(store, options, notSaid, margins), options.format === 'label-studio');
}

/** The lines of a format that is one row a line; brackets of a list are lines as well. */
function* linesOf(
  store: ReadingStore,
  options: ExportOptions,
  notSaid: NotSaidTally,
  margins: boolean,
): Generator<string> {
  const { format, split } = options;
  if (format === 'cupit') for (const post of scoredPosts(store, options)) yield cupitLine(post);
  else if (format === 'labels') yield* labelLines(store, split);
  else if (format === 'arena') yield* arenaLines(store, split, notSaid);
  else if (format === 'argilla') yield* argillaLines(store, split, notSaid);
  else if (format === 'label-studio') yield* labelStudioLines(store, split, notSaid);
  else {
    const lineOf = format === 'pairs' ? pairLine : conversationLine;
    for (const pair of writtenPairs(counting(pairsToWrite(store, options), notSaid), margins)) yield lineOf(pair);
  }
}

function* counting(pairs: ReturnType<typeof pairsToWrite>, notSaid: NotSaidTally): ReturnType<typeof pairsToWrite> {
  for (const post of pairs) {
    notSaid.add('tie', post.ties);
    notSaid.add('drawn', post.undrawn);
    yield post;
  }
}

function* argillaLines(store: ReadingStore, split: Split | undefined, notSaid: NotSaidTally): Generator<string> {
  for (const pair of comparedPairs(store, split, notSaid)) {
    notSaid.add('bad-as-tie', pair.answers.filter(({ choice }) => choice === 'bad').length);
    yield argillaLine(pair);
  }
}

/** One JSON list, a task a line. */
function* labelStudioLines(store: ReadingStore, split: Split | undefined, notSaid: NotSaidTally): Generator<string> {
  yield '[\n';
  let tasks = 0;
  let last: string | null = null;
  for (const pair of comparedPairs(store, split, notSaid)) {
    if (last !== null) yield `${last},\n`;
    tasks += 1;
    last = labelStudioTask(pair, tasks);
  }
  if (last !== null) yield `${last}\n`;
  yield ']\n';
}

function* linePieces(lines: Iterable<string>, isList: boolean): Generator<Piece> {
  for (const data of lines) yield { data, rows: isList && data.length === 2 ? 0 : 1 };
}

const bufferSize = 1 << 18;

async function write(
  handle: FileHandle,
  pieces: Iterable<Piece> | AsyncIterable<Piece>,
  hooks: ExportHooks,
): Promise<number> {
  let rows = 0;
  let waiting = '';
  const flush = async (): Promise<void> => {
    throwIfCancelled(hooks.signal);
    await handle.writeFile(waiting);
    waiting = '';
    hooks.onProgress?.({ rows });
  };
  for await (const piece of pieces) {
    rows += piece.rows;
    if (typeof piece.data === 'string') {
      waiting += piece.data;
      if (waiting.length >= bufferSize) await flush();
    } else {
      throwIfCancelled(hooks.signal);
      await handle.writeFile(piece.data);
      hooks.onProgress?.({ rows });
    }
  }
  await handle.writeFile(waiting);
  throwIfCancelled(hooks.signal);
  return rows;
}
