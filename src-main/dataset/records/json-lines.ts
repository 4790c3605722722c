import { type Cut, cutLines } from './cut-lines.ts';
import { parseJson } from './json-value.ts';
import { entriesOf, entryOf } from './json-wrapper.ts';
import { batchBytes, batchRecords, left, type RecordBatch, type RecordItem, recordLimit } from './record.ts';
import { textOf } from './text.ts';

export const reasons = {
  'not-json': 'not valid JSON',
  'too-deep': 'nested deeper than 200 levels, or more than a million lists and objects',
  'too-long': `longer than ${recordLimit / 1024 / 1024} MB`,
} as const;

/** The records of JSON Lines: a value on each line, of whatever kind. Empty lines are none. */
export async function* readJsonLines(pieces: AsyncIterable<Buffer>, lineEnd: 10 | 13): AsyncGenerator<RecordBatch> {
  for await (const cuts of cutLines(pieces, lineEnd)) {
    let items: RecordItem[] = [];
    let bytes = 0;
    for (const cut of cuts) {
      addLine(cut, items);
      bytes += cut.bytes.length;
      if (items.length < batchRecords && bytes < batchBytes) continue;
      yield { columns: null, items };
      items = [];
      bytes = 0;
    }
    if (items.length > 0) yield { columns: null, items };
  }
}

function addLine({ line, bytes, left: reason }: Cut, items: RecordItem[]): void {
  const said = items.length;
  const text = textOf(bytes, line, (item) => items.push(item));
  if (reason === 'too-long') items.splice(said, items.length, left(line, 'too-long', reasons['too-long'], text));
  else if (!addText(text, line, items)) items.length = said;
}

/** Adds what a line says; false where there is nothing on it. */
function addText(text: string, line: number, items: RecordItem[]): boolean {
  // Files that were joined may carry a byte order mark in the middle.
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (json === '' || json.trim() === '') return false;
  const found = parseJson(json);
  if ('value' in found) {
    const entries = entriesOf(found.value, false);
    if (entries === null) items.push({ line, value: entryOf(found.value) });
    else for (const value of entries) items.push({ line, value });
    return true;
  }
  // Some of its lines may end with a carriage return alone.
  const parts = json.split('\r').filter((part) => part.trim() !== '');
  if (parts.length > 1) for (const part of parts) addText(part, line, items);
  else {
    const why = found.wrong;
    items.push(left(line, why, reasons[why], json));
  }
  return true;
}
