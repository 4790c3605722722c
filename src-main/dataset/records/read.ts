import { TiebreakError } from '../../contract/errors.ts';
import type { Encoding, Packing, RecordFormat, Separator } from '../../contract/reading.ts';
import { type BytesOptions, lookAtBytes, openBytes, packingOf, sizeOfFile } from '../bytes/open.ts';
import { findPacking } from '../bytes/packing.ts';
import { isSpreadsheet } from '../bytes/zip.ts';
import { readCsvRecords } from './csv.ts';
import type { CsvDialect } from './csv-cut.ts';
import { findDialect } from './csv-dialect.ts';
import { findFormat, findLineEnd } from './find-format.ts';
import { readJson } from './json.ts';
import { readJsonLines } from './json-lines.ts';
import { readParquet } from './parquet.ts';
import type { RecordBatch } from './record.ts';
import { withoutNames } from './table-rows.ts';
import { readXlsx } from './xlsx.ts';
import { readXml } from './xml.ts';

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
};

export type FileSaid = { readonly encoding?: Encoding | undefined; readonly separator?: Separator | undefined };

/** Finds out how a file is to be read, from its first bytes: it takes as long for a file of any size. */
export async function findFile(path: string, said: FileSaid = {}): Promise<FileHow> {
  if ((await sizeOfFile(path)) === 0) throw new TiebreakError('bad-input', `The file ${path} is empty.`);
  const encodingSaid = said.encoding !== undefined;
  if ((await packingOf(path)) === 'zip' && (await isSpreadsheet(path))) {
    return { packing: 'none', encoding: 'utf-8', encodingSaid: false, format: 'xlsx', lineEnd: 10, dialect: null };
  }
  const { packing, encoding, sample, whole } = await lookAtBytes(path, { encoding: said.encoding });
  const format = findFormat(sample, path);
  if (packing !== 'none' && (format === 'parquet' || findPacking(sample) !== 'none')) {
    throw new TiebreakError(
      'bad-input',
      `What is packed in ${path} is packed itself: unpack it once and import what is in it. Nothing came in.`,
    );
  }
  const lineEnd = findLineEnd(sample);
  const base = { packing, encoding, encodingSaid, format, lineEnd };
  if (format !== 'csv') return { ...base, dialect: null };
  const { header, ...dialect } = findDialect(sample.subarray(0, 64 * 1024), lineEnd, whole, said.separator);
  if (!header) throw withoutNames(path);
  return { ...base, dialect };
}

/** The records of a file in constant memory, several at a time. */
export async function* readRecords(
  path: string,
  how: FileHow,
  options: BytesOptions = {},
): AsyncGenerator<RecordBatch> {
  const pieces = openBytes(
    path,
    { packing: how.packing, encoding: how.encodingSaid || how.encoding !== 'utf-8' ? how.encoding : undefined },
    options,
  );
  switch (how.format) {
    case 'jsonl':
      yield* readJsonLines(pieces, how.lineEnd);
      return;
    case 'json':
      yield* readJson(pieces);
      return;
    case 'xml':
      yield* readXml(pieces, path);
      return;
    case 'parquet':
      yield* readParquet(path, options);
      return;
    case 'xlsx':
      yield* readXlsx(path, options);
      return;
    case 'csv':
      yield* readCsvRecords(pieces, how.dialect!, how.lineEnd, path);
      return;
  }
}
