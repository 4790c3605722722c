import { type FileSaid, findFile, readRecords } from '../../src-main/dataset/records/read.ts';
import { isRecord, type RecordItem } from '../../src-main/dataset/records/record.ts';
import { temporaryFile } from './temporary.ts';

export type AllRecords = {
  readonly columns: readonly string[] | null;
  readonly values: readonly unknown[];
  readonly lines: readonly number[];
  readonly others: readonly (readonly [line: number, why: string, text: string])[];
};

/** All records of a file as it is found, and what else is said of it. */
export async function recordsOf(path: string, said: FileSaid = {}): Promise<AllRecords> {
  const items: RecordItem[] = [];
  let columns: readonly string[] | null = null;
  for await (const batch of readRecords(path, await findFile(path, said))) {
    columns = batch.columns ?? columns;
    for (const item of batch.items) items.push(item);
  }
  return {
    columns,
    values: items.filter(isRecord).map(({ value }) => value),
    lines: items.filter(isRecord).map(({ line }) => line),
    others: items.flatMap((item) => (isRecord(item) ? [] : [[item.line, item.why, item.text] as const])),
  };
}

/** The same for a file with this content. */
export function recordsIn(content: string | Uint8Array, name = 'file', said: FileSaid = {}): Promise<AllRecords> {
  return recordsOf(temporaryFile(content, name), said);
}
