import type { Field } from '../../contract/reading.ts';
import { asText } from '../as-text.ts';
import { numbersDateOf } from '../dates.ts';
import { figureOf, timeOf } from '../values.ts';
import { isRow } from './row.ts';

/** A column by what stands in it. */
type Column = {
  readonly name: string;
  readonly kind: 'figures' | 'times' | 'words' | 'sentences' | 'nothing';
  readonly given: readonly string[];
  /** How many of its values are different, as a part of all. */
  readonly different: number;
  readonly meanLength: number;
};

/**
 * What the columns of a table with a comment in each row are, by what stands in them: the post recurs, the comment hardly does, votes are figures.
 * Only for people to look at: a guess may be wrong. null where post and comment can't be told apart.
 * @param known what columns are by their names, as far as these tell
 */
export function guessColumns(
  names: readonly string[],
  values: readonly unknown[],
  known: ReadonlyMap<string, Field> = new Map(),
): ReadonlyMap<string, Field> | null {
  const rows = values.filter(isRow);
  const fieldOf = (name: string): Field => known.get(name) ?? 'nothing';
  const has = (...fields: readonly Field[]): boolean => names.some((name) => fields.includes(fieldOf(name)));
  const columns = names
    .filter((name) => fieldOf(name) === 'nothing')
    .map((name) =>
      columnOf(
        name,
        rows.map((row) => row[name]),
      ),
    );
  const found = new Map<string, Field>();
  const take = (field: Field, column: Column | undefined): void => {
    if (column && !has(field) && !found.has(column.name)) found.set(column.name, field);
  };
  const sentences = columns
    .filter(({ kind }) => kind === 'sentences')
    .toSorted((a, b) => b.different - a.different || b.meanLength - a.meanLength);
  const [comment, ...others] = sentences;
  take('comment', comment);
  // Where each row has a post of its own, nothing tells which of two texts that is.
  const recurring = others.filter(({ different }) => different < comment!.different);
  if (!has('text', 'title', 'id')) take('text', recurring.toSorted((a, b) => b.meanLength - a.meanLength)[0]);
  const all = new Set([...names.map(fieldOf), ...found.values()]);
  if (!all.has('comment') || !(all.has('text') || all.has('title') || all.has('id'))) return null;
  const one = (kind: Column['kind'], fits: (column: Column) => boolean = () => true): Column | undefined => {
    const fitting = columns.filter((column) => column.kind === kind && fits(column));
    return fitting.length === 1 ? fitting[0] : undefined;
  };
  if (!has('votes', 'place', 'score'))
    take(
      'votes',
      one('figures', (column) => !isNumbering(column)),
    );
  take('author', one('words'));
  take('date', one('times'));
  // In the order of the file, with what the names told.
  return new Map(
    names.flatMap((name) => {
      const field = found.get(name) ?? fieldOf(name);
      return field === 'nothing' ? [] : [[name, field] as const];
    }),
  );
}

const most = 0.9;

function columnOf(name: string, values: readonly unknown[]): Column {
  const given = values.filter((value) => (value ?? '') !== '').map(asText);
  const part = (fits: (value: string) => boolean): boolean =>
    given.length > 0 && given.filter(fits).length >= most * given.length;
  const meanLength = given.reduce((sum, { length }) => sum + length, 0) / Math.max(1, given.length);
  const kind =
    given.length === 0
      ? 'nothing'
      : part((value) => typeof timeOf(value) === 'string' || numbersDateOf(value.trim()) !== null)
        ? 'times'
        : part((value) => typeof figureOf(value) === 'number')
          ? 'figures'
          : meanLength > 80 || given.filter((value) => /\S\s+\S/.test(value)).length > given.length / 3
            ? 'sentences'
            : 'words';
  return { name, kind, given, different: new Set(given).size / Math.max(1, given.length), meanLength };
}

/** Whether figures go up one by one, as numbers of rows do. */
const isNumbering = ({ given }: Column): boolean =>
  given.length > 2 && given.every((value, at) => Number(value) === Number(given[0]) + at);
