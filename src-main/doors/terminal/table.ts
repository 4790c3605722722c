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
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const printed = lines.map((line) =>
    line
      .map((cell, column) => (numeric[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
  if (head) printed.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('  '));
  return printed.join('\n');
}

/** The first line of a text, shortened to so many characters. */
export function shortened(text: string, length: number): string {
  // Control characters of a comment must not steer the terminal.
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  const characters = [...line];
  return characters.length <= length ? line : `${characters.slice(0, length - 3).join('')}...`;
}

/** What stands in a cell of which there is nothing to say: every terminal can show it. */
const none = '-';

/** A share as a percentage. */
export const percent = (share: number | null): string => words.percent(share, none);

/** A number with so many digits behind the point. */
export const fixed = (value: number | null | undefined, digits = 3): string => words.figure(value, digits, none);

/** A moment to the minute, in UTC. */
export const minute = (iso: string): string => iso.slice(0, 16).replace('T', ' ');
