import type { Entry } from 'yauzl';
import { TiebreakError } from '../../contract/errors.ts';
import { type BytesOptions, sizeOfFile } from '../bytes/open.ts';
import { throwIfCancelled } from '../stopping.ts';
import { type Cells, columnsAtMost } from './csv-cells.ts';
import { tableStart } from './csv-dialect.ts';
import { batchRecords, isRecord, left, noted, type RecordBatch, type RecordItem } from './record.ts';
import { NotXml } from './sax-elements.ts';
import { rowReader, withoutNames } from './table-rows.ts';
import { cellValue, sharedStrings } from './xlsx-cells.ts';
import {
  local,
  openParts,
  type Parts,
  partFeed,
  readWorkbook,
  type Sheet,
  streamOf,
  throwIfPartIsBomb,
  type Workbook,
} from './xlsx-parts.ts';

type SheetOptions = BytesOptions & { readonly header?: boolean | undefined };

/** Rows that the names of the columns are looked for in. */
const judged = 200;

/**
 * The rows of the first sheet that has a line of names and rows below it. Numbers, dates (as ISO texts) and yes or no come as such. It is read piece
 * by piece: what a kept reader makes of a whole sheet takes eight times its length, and a cell in the last row millions of empty ones.
 * @param options header: whether there are names above the columns, where somebody said so
 */
export async function* readXlsx(path: string, options: SheetOptions = {}): AsyncGenerator<RecordBatch> {
  const parts = await openParts(path);
  let shared: ReturnType<typeof sharedStrings> | null = null;
  try {
    const workbook = await readWorkbook(parts, path);
    shared = sharedStrings(parts, workbook.strings, path);
    for (const [at, sheet] of workbook.sheets.entries()) {
      let rows = 0;
      for await (const batch of readSheet(parts, workbook, sheet, shared, path, options)) {
        // A cover with some sentences is no table, where another sheet may be one.
        if ((batch.columns?.length ?? 0) < 2 && at < workbook.sheets.length - 1) break;
        rows += batch.items.filter(isRecord).length;
        if (rows > 0) yield batch;
      }
      if (rows === 0) continue;
      const rest = workbook.sheets.filter((other) => other !== sheet);
      const items: RecordItem[] = [];
      for (const { name, entry } of rest) {
        const reason = 'other sheets of the spreadsheet were not read: save what you want of them as a file of its own';
        if (await hasCells(parts, entry)) items.push(noted(1, 'other-sheet', reason, name));
      }
      if (items.length > 0) yield { columns: null, items };
      return;
    }
  } catch (error) {
    if (error instanceof TiebreakError) throw error;
    throw new TiebreakError('bad-input', `The spreadsheet ${path} is damaged and can't be read.`, { cause: error });
  } finally {
    await shared?.close();
    parts.zip.close();
  }
  throw new TiebreakError(
    'bad-input',
    `The spreadsheet ${path} has no sheet with a line of column names and rows below it. Nothing came in.`,
  );
}

/** Whether a sheet has anything in it, as far as its beginning says. */
async function hasCells(parts: Parts, entry: Entry): Promise<boolean> {
  const stream = await streamOf(parts, entry);
  try {
    for await (const piece of stream as AsyncIterable<Buffer>)
      return /<(\w+:)?(v|t)[ >]/.test(piece.toString('latin1'));
    return false;
  } finally {
    stream.destroy();
  }
}

/** A row as it stands in the sheet: texts that are shared are known by their numbers only. */
type RawRow = { readonly line: number; readonly cells: readonly unknown[] };

async function* readSheet(
  parts: Parts,
  workbook: Workbook,
  { entry }: Sheet,
  shared: ReturnType<typeof sharedStrings>,
  path: string,
  options: SheetOptions,
): AsyncGenerator<RecordBatch> {
  let given: RawRow[] = [];
  let row: unknown[] = [];
  let line = 0;
  let column = 0;
  let type = '';
  let style = 0;
  let text = '';
  let within = false;
  let phonetic = false;
  const feed = partFeed(
    {
      opens: (name, attributes) => {
        switch (local(name)) {
          case 'row': {
            const said = Number(attributes.r);
            line = Number.isSafeInteger(said) && said > line ? said : line + 1;
            row = [];
            column = 0;
            break;
          }
          case 'c':
            column = columnOf(attributes.r) ?? column;
            type = attributes.t ?? 'n';
            style = Number(attributes.s ?? 0);
            text = '';
            break;
          case 'rPh':
            phonetic = true;
            break;
          case 'v':
          case 't':
            within = !phonetic;
            break;
        }
      },
      text: (more) => {
        if (within) text += more;
      },
      closes: (name) => {
        switch (local(name)) {
          case 'v':
          case 't':
            within = false;
            break;
          case 'rPh':
            phonetic = false;
            break;
          case 'c':
            // Cells far to the right of all that a table has are passed over.
            if (column <= columnsAtMost && text !== '') {
              while (row.length < column) row.push('');
              row.push(cellValue(text, type, workbook.dates[style] ?? false, workbook.from1904));
            }
            column += 1;
            break;
          case 'row':
            if (row.length > 0) given.push({ line, cells: row });
            break;
        }
      },
    },
    path,
  );
  const size = await sizeOfFile(path);
  const share = entry.uncompressedSize === 0 ? 0 : entry.compressedSize / entry.uncompressedSize;
  const stream = await streamOf(parts, entry);
  const pending = table(path, options.header);
  let read = 0;
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      throwIfCancelled(options.signal);
      read += piece.length;
      throwIfPartIsBomb(path, read, entry);
      feed.take(piece);
      options.onBytes?.(Math.min(size, Math.round(read * share)));
      if (given.length < judged) continue;
      yield* pending.take(await shared.into(given));
      given = [];
    }
    feed.end();
    yield* pending.take(await shared.into(given));
  } catch (error) {
    if (!(error instanceof NotXml)) throw error;
    yield* pending.take(await shared.into(given));
    const reason = "places of the sheet can't be read: what comes after is not read";
    yield { columns: pending.columns(), items: [left(feed.line(), 'damaged', reason, error.message.split('\n')[0]!)] };
  } finally {
    stream.destroy();
  }
}

/** Rows of cells as records, once it is known which has the names. */
function table(
  path: string,
  headerSaid: boolean | undefined,
): {
  readonly take: (rows: readonly Cells<unknown>[]) => Generator<RecordBatch>;
  readonly columns: () => readonly string[] | null;
} {
  let reader: ReturnType<typeof rowReader> | null = null;
  return {
    columns: () => reader?.columns() ?? null,
    *take(rows) {
      if (reader === null) {
        if (rows.length === 0) return;
        const texts = rows.slice(0, judged).map(({ line, cells }) => ({ line, cells: cells.map(String) }));
        const { above, header } = tableStart(texts);
        if (!header && headerSaid === undefined) throw withoutNames(path);
        reader = rowReader(above, path, { separated: false, header: headerSaid ?? true });
      }
      for (let start = 0; start < rows.length; start += batchRecords) {
        const items = rows.slice(start, start + batchRecords).flatMap((row) => reader!.take(row));
        yield { columns: reader.columns(), items };
      }
    },
  };
}

/** The place of a cell in its row, from 0, by its name: 'AB12' is 27. */
function columnOf(name: string | undefined): number | null {
  if (name === undefined) return null;
  let column = 0;
  for (let at = 0; at < Math.min(4, name.length); at += 1) {
    const code = name.charCodeAt(at) & ~0x20;
    if (code < 65 || code > 90) break;
    column = column * 26 + code - 64;
  }
  return column === 0 ? null : column - 1;
}
