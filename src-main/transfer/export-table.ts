import type { TableFormat } from '../common/file-kinds.ts';
import { csvFormOf, plainCsv } from '../common/locale-csv.ts';
import type { TablePreview } from '../contract/views.ts';
import { csvHeader, type TableForm } from '../dataset/writers/csv.ts';
import { rankingColumns } from '../dataset/writers/ranking-table.ts';
import { type Cell, cellsOf, columnNames, type MoreColumns } from '../dataset/writers/table.ts';
import { cellText, csvLines } from '../disk/spreadsheet.ts';
import type { ReadingStore } from '../store/open.ts';
import { saysOrigins } from '../store/posts.ts';
import { type PostChoice, tabledPosts } from './export-posts.ts';
import { type Piece, rankingPieces, rankingTable, rowParts, saysByHand } from './export-ranking-table.ts';
import { createNotSaid, type NotSaidTally } from './not-said.ts';

type TableChoice = PostChoice & {
  /** For CSV and the table of a ranking: the language whose spreadsheets shall read it. Without it CSV is for programs, the table as this computer has it. */
  readonly locale?: string | undefined;
};

/** A table of comments, piece by piece. */
export function tablePieces(
  store: ReadingStore,
  choice: TableChoice,
  format: TableFormat,
  notSaid: NotSaidTally,
): Iterable<Piece> | AsyncIterable<Piece> {
  if (format === 'table') return rankingPieces(store, choice, localeOf(choice), notSaid);
  const form = formOf(store, choice);
  if (format === 'csv') return csvPieces(store, choice, form, notSaid);
  const rows = cells(store, choice, form, notSaid);
  return format === 'xlsx' ? xlsxPieces(rows, form) : parquetPieces(rows, form);
}

const localeOf = ({ locale }: TableChoice): string => locale ?? Intl.DateTimeFormat().resolvedOptions().locale;

/** The first rows of a table, each cell as it stands in the file; of one that is no text, as it stands in CSV. */
export function firstRows(store: ReadingStore, choice: TableChoice, format: TableFormat, count: number): TablePreview {
  const notSaid = createNotSaid();
  const form = formOf(store, { ...choice, locale: format === 'csv' ? choice.locale : undefined });
  const { decimal } = format === 'table' ? csvFormOf(localeOf(choice)) : form;
  const rows: (readonly string[])[] = [];
  for (const row of format === 'table' ? rankingTable(store, choice, notSaid) : cells(store, choice, form, notSaid)) {
    rows.push(row.map((cell) => cellText(cell, decimal)));
    if (rows.length === count) break;
  }
  return { columns: format === 'table' ? rankingColumns(form.byHand) : columnNames(form), rows };
}

function formOf(store: ReadingStore, { locale, joined, modelId, withoutExcluded }: TableChoice): TableForm {
  const byHand = saysByHand(store, withoutExcluded);
  const more = { origins: saysOrigins(store), worths: modelId !== undefined && joined === true, byHand };
  return { ...(locale === undefined ? plainCsv : csvFormOf(locale)), ...more };
}

function* csvPieces(
  store: ReadingStore,
  choice: TableChoice,
  form: TableForm,
  notSaid: NotSaidTally,
): Generator<Piece> {
  yield { data: csvHeader(form), rows: 0 };
  for (const rows of rowParts(cells(store, choice, form, notSaid)))
    yield { data: csvLines(rows, form), rows: rows.length };
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
  for await (const { bytes, rows } of xlsxOf(table, more)) yield { data: bytes, rows };
}

async function* parquetPieces(table: Iterable<readonly Cell[]>, more: MoreColumns): AsyncGenerator<Piece> {
  const { parquetOf } = await import('../dataset/writers/parquet.ts');
  for await (const { bytes, rows } of parquetOf(table, more)) yield { data: bytes, rows };
}
