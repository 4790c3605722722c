import { type JsonCut, jsonCutter } from './json-cut.ts';
import { reasons } from './json-lines.ts';
import { parseJson } from './json-value.ts';
import { entriesOf, entryOf, listedRows } from './json-wrapper.ts';
import { batchBytes, batchRecords, left, type RecordBatch, type RecordItem } from './record.ts';
import { textOf } from './text.ts';

/** The entries of a JSON list, or the objects that a file has one after the other. Their line is where they begin. */
export async function* readJson(pieces: AsyncIterable<Buffer>): AsyncGenerator<RecordBatch> {
  const cutter = jsonCutter();
  const listed = listedRows();
  let items: RecordItem[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    for (const cut of cutter.take(piece)) {
      addCut(cut, items, listed);
      bytes += cut.bytes.length;
      if (items.length < batchRecords && bytes < batchBytes) continue;
      yield { columns: null, items };
      items = [];
      bytes = 0;
    }
  }
  for (const cut of cutter.end()) addCut(cut, items, listed);
  if (items.length > 0) yield { columns: null, items };
}

function addCut(cut: JsonCut, items: RecordItem[], listed: ReturnType<typeof listedRows>): void {
  const { line } = cut;
  const text = textOf(cut.bytes, line, (item) => items.push(item));
  if (cut.left !== undefined) {
    items.push(left(line, cut.left, whys[cut.left], text));
    return;
  }
  const found = parseJson(text);
  if (!('value' in found)) {
    const why = found.wrong;
    items.push(left(line, why, reasons[why], text));
    return;
  }
  const entries = entriesOf(found.value, cut.top);
  const row = entries === null && !cut.top ? listed(found.value) : found.value;
  if (row === null && found.value !== null) return;
  if (entries === null) items.push({ line, value: entryOf(row) });
  else for (const value of entries) items.push({ line, value });
}

const whys = {
  'too-long': reasons['too-long'],
  'too-deep': reasons['too-deep'],
  'not-closed': 'not closed: a bracket or a quotation mark is missing',
} as const;
