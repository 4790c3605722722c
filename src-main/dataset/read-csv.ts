import { complaint } from '../common/complaint.ts';
import { counted } from '../common/words.ts';
import { TiebreakError } from '../contract/errors.ts';
import { delimiterOf, readCells } from './csv-records.ts';
import { type HtmlMode, htmlMode } from './html-mode.ts';
import { readLines } from './lines.ts';
import { pairRow } from './read-jsonl.ts';
import { postHead, type ReadOptions, type Row, type Skip } from './row.ts';
import { csvPostSchema } from './schemas.ts';

/** The names under which a column is found, the first that is there. */
const names: Readonly<Record<string, readonly string[]>> = {
  id: ['id', 'post_id', 'key'],
  group: ['group', 'thread'],
  split: ['split'],
  title: ['title', 'post_title'],
  context: ['context'],
  text: ['text', 'post', 'post_text'],
  comment: ['comment', 'comment_text'],
  score: ['score', 'rank', 'position'],
  votes: ['votes', 'upvotes', 'likes', 'points'],
  prompt: ['prompt', 'text', 'post'],
  chosen: ['chosen'],
  rejected: ['rejected'],
};
const postColumns = ['id', 'group', 'split', 'title', 'context', 'text', 'comment', 'score', 'votes'];
const pairColumns = ['id', 'group', 'split', 'title', 'context', 'prompt', 'chosen', 'rejected'];
const guarded = /^'+[=+\-@\t\r\n＝＋－＠]/;

/** Where each field stands, and how many cells a row has. */
export type Places = { readonly places: ReadonlyMap<string, number>; readonly count: number };
type Columns = Places & { readonly pairs: boolean };

/** Which column is what, or null where the header names neither comments nor pairs. */
export function columnsOf(header: readonly string[]): Columns | null {
  const found = placesOf(header, names);
  const has = (column: string): boolean => found.places.has(column);
  const pairs = has('chosen') && has('rejected') && has('prompt');
  if (!pairs && !(has('text') && has('comment'))) return null;
  const wanted = (pairs ? pairColumns : postColumns).filter(has);
  return { pairs, places: new Map(wanted.map((column) => [column, found.places.get(column)!])), count: found.count };
}

/** Where the columns of a header are, each under the first of its names that is there. */
export function placesOf(header: readonly string[], known: Readonly<Record<string, readonly string[]>>): Places {
  const cells = header.map((cell) => cell.trim().toLowerCase());
  const places = Object.entries(known).flatMap(([column, words]) => {
    const at = words.map((word) => cells.indexOf(word)).find((place) => place !== -1);
    return at === undefined ? [] : [[column, at] as const];
  });
  return { places: new Map(places), count: header.length };
}

/** The first line of a CSV file that has something on it. */
async function headerOf(path: string): Promise<string> {
  for await (const line of readLines(path)) if (line.kind === 'line') return line.text;
  return '';
}

/** The rows of a CSV file with a header: one comment per row, or one pair. */
export async function* readCsv(path: string, options: ReadOptions = {}): AsyncGenerator<Row> {
  const html = htmlMode(options.html ?? false);
  for await (const record of readFields(path, columnsOf, 'text and comment, or prompt, chosen and rejected', options)) {
    if (record.kind === 'skip') yield record;
    else if (record.columns.pairs) yield pairRow(record.value, record.line, html);
    else yield commentRow(record.value, record.line, html);
  }
}

type Fields<C> = { readonly kind: 'fields'; readonly line: number; readonly value: unknown; readonly columns: C };

/**
 * The rows of a CSV file as objects with the fields that its header names.
 * @param columnsOfHeader null where the header lacks what is needed
 * @param needed what that is, in words
 */
export async function* readFields<C extends Places>(
  path: string,
  columnsOfHeader: (header: readonly string[]) => C | null,
  needed: string,
  options: ReadOptions,
): AsyncGenerator<Fields<C> | Skip> {
  const noColumns = new TiebreakError(
    'bad-input',
    `The first line of ${path} must name its columns: ${needed}. Nothing came in.`,
  );
  let columns: C | null = null;
  for await (const record of readCells(path, delimiterOf(await headerOf(path)), options)) {
    if (record.kind === 'skip') {
      yield record;
    } else if (columns === null) {
      columns = columnsOfHeader(record.cells);
      if (columns === null) throw noColumns;
    } else {
      yield fieldsOf(record.cells, columns, record.line);
    }
  }
  if (columns === null) throw noColumns;
}

function fieldsOf<C extends Places>(cells: readonly string[], columns: C, line: number): Fields<C> | Skip {
  if (cells.length !== columns.count) {
    return {
      kind: 'skip',
      line,
      reason: `has ${counted(cells.length, 'column')} where the first line has ${columns.count}`,
    };
  }
  const value: Record<string, unknown> = {};
  for (const [column, place] of columns.places) {
    const cell = cells[place]!;
    const figure = column === 'score' || column === 'votes';
    // What the writer put in front of a formula is taken off again. An empty cell is no value.
    value[column] = figure ? figureOf(cell) : guarded.test(cell) ? cell.slice(1) : cell === '' ? undefined : cell;
  }
  return { kind: 'fields', line, value, columns };
}

function figureOf(cell: string): unknown {
  if (cell.trim() === '') return undefined;
  const figure = Number(cell);
  return Number.isFinite(figure) ? figure : cell;
}

function commentRow(value: unknown, line: number, html: HtmlMode): Row {
  const found = csvPostSchema.safeParse(html.turn(value, ['text', 'title', 'context', 'comment']));
  if (!found.success) return { kind: 'skip', line, reason: complaint(found.error, 'the row') };
  const { comment, score = null, votes = null, title = null, context = null, ...rest } = found.data;
  return {
    kind: 'one',
    line,
    post: postHead({ ...rest, title, context }),
    comments: [{ text: comment, rank: score, votes }],
    html: html.seen([rest.text, comment, title, context]),
  };
}
