import { TiebreakError } from '../../contract/errors.ts';
import type { Encoding, Packing, RecordFormat, Separator } from '../../contract/reading.ts';
import { type BytesOptions, lookAtBytes, openBytes, packingOf, sizeOfFile } from '../bytes/open.ts';
import { isSpreadsheet } from '../bytes/zip.ts';
import { readCsvRecords } from './csv.ts';
import type { CsvDialect } from './csv-cut.ts';
import { findDialect } from './csv-dialect.ts';
import { findFormat, findLineEnd } from './find-format.ts';
import { readJson } from './json.ts';
import { readJsonLines } from './json-lines.ts';
import { left, type RecordBatch } from './record.ts';
import { withoutNames } from './table-rows.ts';

/** How a file is read, from its beginning and what was said of it. */
export type FileHow = {
  readonly packing: Packing;
  readonly encoding: Encoding;
  /** Whether somebody said the encoding: bytes that don't fit then become U+FFFD, and are not read as another. */
  readonly encodingSaid: boolean;
  readonly format: RecordFormat;
  /** Line feeds, or the carriage returns of old Macs alone. */
  readonly lineEnd: 10 | 13;
  /** For CSV. */
  readonly dialect: CsvDialect | null;
  /** Whether somebody said that a table has names above its columns, or has none. */
  readonly headerSaid?: boolean | undefined;
};

export type FileSaid = {
  readonly encoding?: Encoding | undefined;
  readonly separator?: Separator | undefined;
  readonly header?: boolean | undefined;
};

/** Finds out how a file is to be read, from its first bytes: it takes as long for a file of any size. */
export async function findFile(path: string, said: FileSaid = {}): Promise<FileHow> {
  if ((await sizeOfFile(path)) === 0) throw new TiebreakError('bad-input', `The file ${path} is empty.`);
  const encodingSaid = said.encoding !== undefined;
  if ((await packingOf(path)) === 'zip' && (await isSpreadsheet(path))) {
    const sheet = { packing: 'none', encoding: 'utf-8', encodingSaid: false, format: 'xlsx', lineEnd: 10 } as const;
    return { ...sheet, dialect: null, headerSaid: said.header };
  }
  const { packing, encoding, sample, whole } = await lookAtBytes(path, { encoding: said.encoding });
  const format = findFormat(sample, path);
  const lineEnd = findLineEnd(sample);
  if (format === 'parquet') return { packing, encoding: 'utf-8', encodingSaid: false, format, lineEnd, dialect: null };
  const base = { packing, encoding, encodingSaid, format, lineEnd };
  if (format !== 'csv') return { ...base, dialect: null };
  const dialect = findDialect(sample.subarray(0, 64 * 1024), lineEnd, whole, said.separator);
  if (!dialect.header && said.header === undefined) throw withoutNames(path);
  return { ...base, dialect: { ...dialect, header: said.header ?? true }, headerSaid: said.header };
}

/** The records of a file in constant memory, several at a time. */
export async function* readRecords(
  path: string,
  how: FileHow,
  options: BytesOptions = {},
): AsyncGenerator<RecordBatch> {
  let damage: string | null = null;
  const onDamage = (said: string): void => {
    damage = said;
    options.onDamage?.(said);
  };
  let line = 1;
  for await (const batch of batchesOf(path, how, { ...options, onDamage })) {
    line = batch.items.at(-1)?.line ?? line;
    yield batch;
  }
  if (damage !== null) {
    yield { columns: null, items: [left(line, 'file-damaged', `the file ${damage}`, '')] };
  }
}

async function* batchesOf(path: string, how: FileHow, options: BytesOptions): AsyncGenerator<RecordBatch> {
  const { packing, encoding, encodingSaid, format, lineEnd, dialect } = how;
  const pieces = openBytes(path, { packing, encoding, encodingSaid }, options);
  switch (format) {
    case 'jsonl':
      return yield* readJsonLines(pieces, lineEnd);
    case 'json':
      return yield* readJson(pieces);
    case 'csv':
      return yield* readCsvRecords(pieces, dialect!, lineEnd, path);
    // Whoever reads none of these doesn't wait for their libraries.
    case 'xml':
      return yield* (await import('./xml.ts')).readXml(pieces, path);
    case 'parquet':
      return yield* (await import('./parquet.ts')).readParquet(path, options);
    case 'xlsx':
      return yield* (await import('./xlsx.ts')).readXlsx(path, { ...options, header: how.headerSaid });
  }
}
