import { isUtf8 } from 'node:buffer';
import { noted, type RecordItem } from './record.ts';

const latin = new TextDecoder('windows-1252');

/**
 * The text of a record's bytes. Where they are no UTF-8, which the file's beginning was, each of its lines that is none is windows-1252,
 * in which every byte is a character: nothing is lost, and it is said.
 */
export function textOf(bytes: Buffer, line: number, say: (item: RecordItem) => void): string {
  if (isUtf8(bytes)) return bytes.toString();
  const text = latinLines(bytes);
  say(noted(line, 'not-utf-8', 'not valid UTF-8, read as windows-1252', text));
  return text;
}

function latinLines(bytes: Buffer): string {
  const parts: string[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(10, start) === -1 ? bytes.length : bytes.indexOf(10, start) + 1;
    const part = bytes.subarray(start, end);
    parts.push(isUtf8(part) ? part.toString() : latin.decode(part));
    start = end;
  }
  return parts.join('');
}
