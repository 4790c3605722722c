import type { TableFormat } from '../common/file-kinds.ts';
import { csvFormOf, plainCsv } from '../common/locale-csv.ts';
import { csvHeader, csvLines, csvRecords, type TableForm } from '../dataset/writers/csv.ts';
import { type Cell, cellsOf, type MoreColumns } from '../dataset/writers/table.ts';
import type { ReadingStore } from '../store/open.ts';
import { saysOrigins } from '../store/posts.ts';
import { type PostChoice, tabledPosts } from './export-posts.ts';
import { createNotSaid, type NotSaidTally } from './not-said.ts';

/** A part of a file, and how many rows it has. */
export type Piece = { readonly data: string | Uint8Array; readonly rows: number };

type TableChoice = PostChoice & {
  /** For CSV: the language whose spreadsheets shall read it; without it as programs do. */
  readonly locale?: string | undefined;
};

/** A table of comments, piece by piece. */
export function tablePieces(
  store: ReadingStore,
  choice: TableChoice,
  format: TableFormat,
  notSaid: NotSaidTally,
): Iterable<Piece> | AsyncIterable<Piece> {
  const form = formOf(store, choice);
  if (format === 'csv') return csvPieces(store, choice, form, notSaid);
  const rows = cells(store, choice, form, notSaid);
  return format === 'xlsx' ? xlsxPieces(rows, form) : parquetPieces(rows, form);
}

/** The lines of the table as CSV. */
export function* tableTexts(store: ReadingStore, choice: TableChoice, format: TableFormat): Generator<string> {
  const form = formOf(store, format === 'csv' ? choice : { rankingOf: choice.rankingOf });
  yield csvHeader({ ...form, mark: false });
  for (const post of tabledPosts(store, choice, createNotSaid())) yield* csvRecords(post, form);
}

function formOf(store: ReadingStore, { locale, rankingOf }: TableChoice): TableForm {
  const more = { origins: saysOrigins(store), worths: rankingOf !== undefined };
  return { ...(locale === undefined ? plainCsv : csvFormOf(locale)), ...more };
}

function* csvPieces(
  store: ReadingStore,
  choice: TableChoice,
  form: TableForm,
  notSaid: NotSaidTally,
): Generator<Piece> {
  yield { data: csvHeader(form), rows: 0 };
  for (const post of tabledPosts(store, choice, notSaid))
    yield { data: csvLines(post, form), rows: post.comments.length };
}

function* cells(
  store: ReadingStore,
  choice: TableChoice,
  more: MoreColumns,
  notSaid: NotSaidTally,
): Generator<readonly Cell[]> {
  for (const post of tabledPosts(store, choice, notSaid)) yield* cellsOf(post, more);
}

async function* xlsxPieces(table: Iterable<readonly Cell[]>, more: MoreColumns): AsyncGenerator<Piece> {
  const { xlsxOf } = await import('../dataset/writers/xlsx.ts');
  const { bytes, rows } = await xlsxOf(table, more);
  yield { data: bytes, rows };
}

async function* parquetPieces(table: Iterable<readonly Cell[]>, more: MoreColumns): AsyncGenerator<Piece> {
  const { parquetOf } = await import('../dataset/writers/parquet.ts');
  for await (const { bytes, rows } of parquetOf(table, more)) yield { data: bytes, rows };
}
