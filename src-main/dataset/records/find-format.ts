import { TiebreakError } from '../../contract/errors.ts';
import type { RecordFormat } from '../../contract/reading.ts';
import { writtenValue } from '../written-value.ts';

const linesLookedAt = 100;

/**
 * What a file's text is, by its beginning as UTF-8.
 * @param name for what to call it, and for a table of one column
 */
export function findFormat(sample: Buffer, name: string): RecordFormat {
  if (sample.subarray(0, 4).toString('latin1') === 'PAR1') return 'parquet';
  const text = sample.toString();
  const begin = withoutComments(text).trimStart();
  if (begin === '') throw new TiebreakError('bad-input', `The file ${name} is empty.`);
  if (/^<(!doctype html|html)\b/i.test(begin)) {
    throw new TiebreakError(
      'bad-input',
      `The file ${name} is a web page: its rows can't be told. Save the data as JSON or CSV and import that. Nothing came in.`,
    );
  }
  if (/^<(\?xml|!--|!doctype|[a-z])/i.test(begin)) return 'xml';
  const lines = text
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== '')
    .slice(0, linesLookedAt);
  // A line that stands at the margin and is whole JSON is a row. What is written over several lines has none such, but where it is short.
  const rows = lines.filter((line) => /^[[{]/.test(line) && isJson(line)).length;
  if (begin.startsWith('{'))
    return rows > 0 && (lines.length > 1 || /\.(jsonl|ndjson)\b/i.test(name)) ? 'jsonl' : 'json';
  if (begin.startsWith('[')) return rows > 1 && isJson(lines[0]!) ? 'jsonl' : 'json';
  if (rows * 2 > lines.length) return 'jsonl';
  if (isNoText(text)) {
    throw new TiebreakError('bad-input', `The file ${name} is no text, and of no kind that is known. Nothing came in.`);
  }
  return 'csv';
}

/** The text from its first bracket on, where nothing but comments stands above it. Piece by piece: as one expression it could be tried for ever. */
function withoutComments(text: string): string {
  const above = /\s+|\/\/[^\n]*\n|\/\*[\s\S]*?\*\//y;
  let at = 0;
  while (above.test(text)) at = above.lastIndex;
  return text[at] === '{' || text[at] === '[' ? text.slice(at) : text;
}

/** Whether a text is full of characters that nobody writes, as a program's own bytes are. */
function isNoText(text: string): boolean {
  const begin = text.slice(0, 4096);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const odd = begin.match(/[\u0000-\u0008\u000E-\u001F\uFFFD]/g)?.length ?? 0;
  return odd * 10 > begin.length;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return writtenValue(text) !== undefined;
  }
}

/** How the lines of a text end. */
export function findLineEnd(sample: Buffer): 10 | 13 {
  const feed = sample.indexOf(10);
  const carriage = sample.indexOf(13);
  if (carriage === -1 || feed !== -1) return 10;
  return 13;
}
