import { createRequire } from 'node:module';
import { maximum } from '../../common/lists.ts';
import { once } from '../../common/once.ts';
import * as words from '../../common/words.ts';

export type Cell = string | number | null;

/**
 * Rows in aligned columns, two spaces apart. Numbers stand on the right, other cells on the left.
 * @param head names of the columns, or null for none
 */
export function table(head: readonly string[] | null, rows: readonly (readonly Cell[])[]): string {
  const numeric = (rows[0] ?? []).map((_, column) => rows.every((row) => typeof row[column] !== 'string'));
  const lines = [...(head ? [head] : []), ...rows].map((row) =>
    row.map((cell) => (cell === null ? none : String(cell))),
  );
  const widths = (lines[0] ?? []).map((_, column) => maximum(lines.map((line) => stringWidth(line[column] ?? ''))));
  const printed = lines.map((line) =>
    line
      .map((cell, column) => {
        const room = ' '.repeat(widths[column]! - stringWidth(cell));
        return numeric[column] ? room + cell : cell + room;
      })
      .join('  ')
      .trimEnd(),
  );
  if (head) printed.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('  '));
  return printed.join('\n');
}

const graphemes = once(() => new Intl.Segmenter('en', { granularity: 'grapheme' }));
/** Reading the package takes a tenth of a command's start, and most commands that programs give print no table. */
const measuring = once(() => createRequire(import.meta.url)('string-width') as typeof import('string-width'));
const stringWidth = (text: string): number => measuring().default(text);

/** A text on one line, shortened to so many columns of the terminal: letters of some scripts, and emoji, take two. */
export function shortened(text: string, columns: number): string {
  // Control characters of a comment must not steer the terminal.
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  // Nothing is measured that is longer than it could be shown, or texts of megabytes would take their time.
  const letters = Array.from(graphemes().segment(line.slice(0, 20 * columns)), ({ segment }) => segment);
  if (line.length <= 20 * columns && stringWidth(line) <= columns) return line;
  let [taken, width] = ['', 0];
  for (const letter of letters) {
    width += stringWidth(letter);
    if (width > columns - 3) break;
    taken += letter;
  }
  return `${taken}...`;
}

/** What stands in a cell of which there is nothing to say: every terminal can show it. */
const none = '-';

/** A share as a percentage. */
export const percent = (share: number | null): string => words.percent(share, none);

/** A number with so many digits behind the point. */
export const fixed = (value: number | null | undefined, digits = 3): string => words.figure(value, digits, none);

/** A moment to the minute, in UTC. */
export const minute = (iso: string): string => iso.slice(0, 16).replace('T', ' ');

/** A text with signs that every terminal can show. */
export const ascii = (text: string): string =>
  text.replaceAll('–', '-').replaceAll('→', '->').replaceAll('−', '-').replace(/[“”]/g, '"').replaceAll('’', "'");
