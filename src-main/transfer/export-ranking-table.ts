import { csvFormOf } from '../common/locale-csv.ts';
import { type AboutComment, rankingColumns, rankingRows } from '../dataset/writers/ranking-table.ts';
import { type Cell, csvLines } from '../disk/spreadsheet.ts';
import { withPeople } from '../recipe/people.ts';
import { countCurations } from '../store/curations.ts';
import { answersOfPost } from '../store/labels.ts';
import type { ReadingStore } from '../store/open.ts';
import { commentKeys } from '../store/posts.ts';
import { type PostChoice, tabledPosts } from './export-posts.ts';
import type { NotSaidTally } from './not-said.ts';

/** A part of a file, and how many rows it has. */
export type Piece = { readonly data: string | Uint8Array; readonly rows: number };

/** What Excel shows of a cell; of a longer one in a CSV it makes several. */
const longestCell = 32_767;

/** Rows that are made lines at once: some hundredths of a second. A thread may have hundreds of thousands. */
const rowsAtOnce = 1_000;

/** A list in parts that are short enough to be written at once. */
export function* inParts<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += rowsAtOnce) yield all.slice(from, from + rowsAtOnce);
}

/** The ranking as a person opens it in a spreadsheet: CSV as the language has it, piece by piece. */
export function* rankingPieces(
  store: ReadingStore,
  choice: PostChoice,
  locale: string,
  notSaid: NotSaidTally,
): Generator<Piece> {
  const form = csvFormOf(locale);
  yield { data: `\uFEFF${csvLines([rankingColumns(saysByHand(store, choice.withoutExcluded))], form)}`, rows: 0 };
  for (const rows of rankingTable(store, choice, notSaid)) {
    notSaid.add('long-cell', rows.filter(hasLongCell).length);
    for (const part of inParts(rows)) yield { data: csvLines(part, form), rows: part.length };
  }
}

/** The rows of that table, post by post. */
export function* rankingTable(
  store: ReadingStore,
  choice: PostChoice,
  notSaid: NotSaidTally,
): Generator<readonly (readonly Cell[])[]> {
  const byHand = saysByHand(store, choice.withoutExcluded);
  for (const post of tabledPosts(store, choice, notSaid)) {
    const keys = commentKeys(store, post.id);
    const people = new Map(withPeople(post.comments, answersOfPost(store, post.id)).map((one) => [one.id, one.people]));
    const about = ({ id }: { readonly id: number }): AboutComment => ({
      id: keys.get(id) ?? String(id),
      people: people.get(id)!,
    });
    yield rankingRows(post, about, byHand);
  }
}

/** Whether anything that is written was pinned or excluded by a person. */
export function saysByHand(store: ReadingStore, withoutExcluded: boolean | undefined): boolean {
  const { pinned, excluded } = countCurations(store);
  return pinned > 0 || (excluded > 0 && !withoutExcluded);
}

const hasLongCell = (row: readonly Cell[]): boolean =>
  row.some((cell) => typeof cell === 'string' && cell.length > longestCell);
