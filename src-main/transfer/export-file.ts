import { writeSync } from 'node:fs';
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
import { countPairs, type PairChoice, pairsToWrite, writtenPairs } from './export-pairs.ts';
import { type PostChoice, scoredPosts } from './export-posts.ts';
import type { Piece } from './export-ranking-table.ts';
import { tablePieces } from './export-table.ts';
import { createNotSaid, type NotSaidTally } from './not-said.ts';

/** Of rankings, what orders their comments. Plain data: a file is written in the second thread. */
export type ExportOptions = PairChoice &
  PostChoice & {
    readonly format: FileFormat;
    /** For CSV: the language whose spreadsheets shall read it; without it as programs do. */
    readonly locale?: string | undefined;
  };

export type ExportHooks = {
  readonly onProgress?: ((progress: { readonly rows: number }) => void) | undefined;
  /** For pairs: how many there will be, before the first is written. */
  readonly onPairs?: ((totals: PairTotals) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
};

export type Written = Pick<ExportReport, 'rows' | 'notSaid'>;

/** Writes to an open file, by the number that the system has for it. */
export type WriteExport = (file: number, options: ExportOptions, hooks: ExportHooks) => Promise<Written>;

/** What a preview shows of a line: one of a long thread would have hundreds of megabytes. */
const longestLine = 2_000;

/** The beginnings of the first lines of what exportFile would write, without their ends. Of a table they are told by firstRows. */
export function firstLines(store: ReadingStore, options: ExportOptions, count: number): readonly string[] {
  const lines: string[] = [];
  for (const line of linesOf(store, options, createNotSaid(), false)) {
    lines.push(beginningOf(line).replace(/\n$/, ''));
    if (lines.length >= count) break;
  }
  return lines;
}

function beginningOf(line: Iterable<string>): string {
  let text = '';
  for (const piece of line) {
    text += piece;
    if (text.length > longestLine) return `${text.slice(0, longestLine)}…`;
  }
  return text;
}

/**
 * Writes the store's content to a file, which appears whole or not at all.
 * @param write does it somewhere else than here: a long thread keeps a processor busy for seconds
 * @throws TiebreakError nothing-to-do where comments have no reward of the model; bad-input where the file can't be written, or can't hold it
 */
export async function exportFile(
  store: ReadingStore,
  place: string | Output,
  options: ExportOptions,
  hooks: ExportHooks = {},
  write: WriteExport = (file, ...how) => writeExport(store, file, ...how),
): Promise<ExportReport> {
  const started = performance.now();
  const file = resolve(typeof place === 'string' ? place : place.path);
  const written = await writeWholeFile(place, ({ fd }) => write(fd, options, hooks));
  return { file, ...written, seconds: (performance.now() - started) / 1000 };
}

/**
 * Writes what a file has to an open one. Whoever wants it of one moment reads in one transaction.
 * @throws TiebreakError nothing-to-do where comments have no reward of the model
 */
export async function writeExport(
  store: ReadingStore,
  file: number,
  options: ExportOptions,
  hooks: ExportHooks,
): Promise<Written> {
  const { modelId, format, split } = options;
  if (modelId !== undefined && isRanking(format)) {
    const lacking = await countLacking(store, modelId, split);
    if (lacking > 0) {
      const what = counted(lacking, 'comment has', 'comments have');
      throw new TiebreakError('nothing-to-do', `${what} no reward from this model yet: rank them first.`);
    }
  }
  const notSaid = createNotSaid();
  const margins = isPairs(format) ? await announcePairs(store, options, hooks, notSaid) : false;
  const rows = await write(file, piecesOf(store, options, notSaid, margins), hooks);
  return { rows, notSaid: notSaid.list() };
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
): Promise<boolean> {
  const { margins, ...totals } = await countPairs(store, options, hooks);
  hooks.onPairs?.(totals);
  const all = totals.pairs > 0 && margins === totals.pairs;
  if (!all) notSaid.add('margin', margins);
  return all;
}

/** The system may take less at once than it is given. */
function writeAll(file: number, bytes: Uint8Array): void {
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

/** The lines of a format that is one row a line, in pieces; brackets of a list are lines as well. */
function* linesOf(
  store: ReadingStore,
  options: ExportOptions,
  notSaid: NotSaidTally,
  margins: boolean,
): Generator<Iterable<string>> {
  if (options.format === 'cupit') for (const post of scoredPosts(store, options)) yield cupitLine(post);
  else for (const line of shortLines(store, options, notSaid, margins)) yield [line];
}

/** Those that none is long of. */
function* shortLines(
  store: ReadingStore,
  options: ExportOptions,
  notSaid: NotSaidTally,
  margins: boolean,
): Generator<string> {
  const { format, split } = options;
  if (format === 'labels') yield* labelLines(store, split);
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

function* linePieces(lines: Iterable<Iterable<string>>, isList: boolean): Generator<Piece> {
  for (const line of lines) {
    let [last, length] = ['', 0];
    for (const data of line) {
      if (last !== '') yield { data: last, rows: 0 };
      last = data;
      length += data.length;
    }
    yield { data: last, rows: isList && length === 2 ? 0 : 1 };
  }
}

const bufferSize = 1 << 18;

/** Writes one piece after the other, and gives others their turn now and then. */
async function write(
  file: number,
  pieces: Iterable<Piece> | AsyncIterable<Piece>,
  { onProgress, signal }: ExportHooks,
): Promise<number> {
  let rows = 0;
  let waiting = '';
  const put = async (bytes: Uint8Array): Promise<void> => {
    throwIfCancelled(signal);
    writeAll(file, bytes);
    onProgress?.({ rows });
    await breathe();
  };
  for await (const piece of pieces) {
    rows += piece.rows;
    if (typeof piece.data !== 'string') {
      await put(piece.data);
      continue;
    }
    waiting += piece.data;
    if (waiting.length < bufferSize) continue;
    const bytes = Buffer.from(waiting);
    waiting = '';
    await put(bytes);
  }
  await put(Buffer.from(waiting));
  throwIfCancelled(signal);
  return rows;
}
