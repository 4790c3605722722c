import { append } from '../../common/lists.ts';
import { type Separator, separators } from '../../contract/reading.ts';
import { type Cells, cellsOf, columnsAtMost, isCells, withoutReturn } from './csv-cells.ts';
import { type CsvDialect, csvCutter } from './csv-cut.ts';
import type { Cut } from './cut-lines.ts';

/** Records a dialect is judged by. */
const judged = 100;
const preambleAtMost = 10;
const nameLength = 80;

/**
 * How a table is written, by its first bytes.
 * @param said the separator, where somebody said it
 */
export function findDialect(sample: Buffer, lineEnd: 10 | 13, whole: boolean, said?: Separator): CsvDialect {
  const text = sample.toString();
  const excel = /^sep=(.)\r?[\n\r]/i.exec(text)?.[1];
  const named = separators.find((separator) => separator === (said ?? excel));
  const tries = (named ? [named] : separators.filter((separator) => text.includes(separator))).flatMap((separator) =>
    (text.includes('\\"') ? (['"', '\\'] as const) : (['"'] as const)).flatMap((mark) =>
      (text.includes(`${separator} "`) ? [false, true] : [false]).map((spaced) =>
        judge({ separator, escape: mark, spaced, preamble: excel ? 1 : 0, header: true }, sample, lineEnd, whole),
      ),
    ),
  );
  const best = tries.reduce<Judged | null>((one, other) => (one && one.score >= other.score ? one : other), null);
  return best?.dialect ?? { separator: named ?? ',', escape: '"', spaced: false, preamble: 0, header: true };
}

type Judged = { readonly dialect: CsvDialect; readonly score: number };

function judge(dialect: CsvDialect, sample: Buffer, lineEnd: 10 | 13, whole: boolean): Judged {
  const cutter = csvCutter(dialect, lineEnd, 1);
  const cuts: Cut[] = [];
  for (const cut of cutter.take(sample)) if (cuts.push(cut) >= judged) break;
  if (whole && cuts.length < judged) append(cuts, cutter.end());
  const texts = cuts
    .filter(({ left }) => left === undefined)
    .map(({ line, bytes }) => ({ line, text: withoutReturn(bytes.toString()) }))
    .filter(({ text }) => text.trim() !== '');
  const items = cellsOf(texts, dialect, lineEnd, true);
  const rows = items.filter(isCells).slice(dialect.preamble);
  const counts = new Map<number, number>();
  for (const { cells } of rows) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  const [columns, times] = [...counts].reduce((most, one) => (one[1] > most[1] ? one : most), [0, 0]);
  const { above, header } = tableStart(rows);
  const names = rows[above]?.cells ?? [];
  const failed = items.length - items.filter(isCells).length + cuts.filter(({ left }) => left !== undefined).length;
  const marks = rows.reduce((sum, { cells }) => sum + cells.filter(hasMarks).length, 0);
  const score =
    columns < 2 && names.length < 2
      ? 0
      : times / rows.length +
        (names.length === columns ? 0.25 : 0) +
        (names.every((name) => name.length <= nameLength) ? 0.25 : 0) -
        (above > 0 ? 0.3 : 0) -
        (failed / Math.max(1, items.length)) * 2 -
        // Marks that stay around a text, or before one within it, were not understood.
        marks / rows.length +
        0.001 * Math.min(columns, 50);
  return {
    dialect: { ...dialect, preamble: dialect.preamble + above, header },
    score,
  };
}

/** Where a table begins: how many rows stand above the names of its columns, and whether those are names. */
export function tableStart(rows: readonly Cells[]): { readonly above: number; readonly header: boolean } {
  const counts = new Map<number, number>();
  for (const { cells } of rows) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  const [columns] = [...counts].reduce((most, one) => (one[1] > most[1] ? one : most), [0, 0]);
  // What stands above a table has fewer cells than its rows.
  const first = rows.findIndex(
    ({ cells }) => cells.length >= columns && cells.filter((cell) => cell.trim() !== '').length >= Math.min(columns, 2),
  );
  const above = first > 0 && first <= preambleAtMost ? first : 0;
  return { above, header: looksLikeNames(rows.slice(above)) };
}

const hasMarks = (cell: string): boolean => /^\s*".*"\s*$/s.test(cell) || cell.includes('\\"');

const isValue = (cell: string): boolean =>
  /^[-+]?[\d.,]*\d[\d.,]*(e[-+]?\d+)?[KM]?%?$|^\d{4}-\d\d-\d\d/i.test(cell.trim());

/** Whether the first of rows can be names: no number or date stands where the rows below have such, and nothing comes again below. */
function looksLikeNames(rows: readonly Cells[]): boolean {
  const [names, ...below] = rows;
  if (!names || names.cells.length > columnsAtMost) return true;
  // A data frame without names counts its columns, and has none for that of its rows' numbers.
  const beside = names.cells[0] === '' ? 1 : 0;
  const counted = names.cells.slice(beside).every((name, at) => name.trim() === String(at));
  if (counted || below.length === 0) return true;
  return !names.cells.some((name, at) => {
    const cells = below.map(({ cells }) => cells[at] ?? '').filter((cell) => cell !== '');
    if (name.trim() === '' || cells.length === 0) return false;
    return (
      (isValue(name) && cells.every(isValue)) ||
      (name.length > nameLength * 3 && cells.some((cell) => cell.length > nameLength))
    );
  });
}
