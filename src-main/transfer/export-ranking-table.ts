import { inParts } from '../common/lists.ts';
import { csvFormOf } from '../common/locale-csv.ts';
import type { Answer, Preference } from '../contract/records.ts';
import { rankingColumns, rankingRows } from '../dataset/writers/ranking-table.ts';
import { type Cell, csvLines } from '../disk/spreadsheet.ts';
import { peopleIn } from '../recipe/people.ts';
import { countCurations, curationsOfPost } from '../store/curations.ts';
import { answersOfPost } from '../store/labels.ts';
import type { ReadingStore } from '../store/open.ts';
import { type PostChoice, tabledPosts } from './export-posts.ts';
import type { NotSaidTally } from './not-said.ts';

/** A part of a file, and how many rows it has. */
export type Piece = { readonly data: string | Uint8Array; readonly rows: number };

/** What Excel shows of a cell; of a longer one in a CSV it makes several. */
const longestCell = 32_767;

/** Rows that are made lines at once, and characters of theirs: some hundredths of a second. A thread may have hundreds of thousands. */
const atOnce = { size: 1_000, weight: 1 << 20, weigh: charactersOf };

/** Rows in parts that are short enough to be made lines at once. */
export const rowParts = (rows: Iterable<readonly Cell[]>): Generator<readonly (readonly Cell[])[]> =>
  inParts(rows, atOnce);

/** The ranking as a person opens it in a spreadsheet: CSV as the language has it, piece by piece. */
export function* rankingPieces(
  store: ReadingStore,
  choice: PostChoice,
  locale: string,
  notSaid: NotSaidTally,
): Generator<Piece> {
  const form = csvFormOf(locale);
  yield { data: `\uFEFF${csvLines([rankingColumns(saysByHand(store, choice.withoutExcluded))], form)}`, rows: 0 };
  for (const part of rowParts(rankingTable(store, choice, notSaid))) {
    notSaid.add('long-cell', part.filter(hasLongCell).length);
    yield { data: csvLines(part, form), rows: part.length };
  }
}

/** The rows of that table, post by post, of each the best first, those that a person pinned before all others and those that one excluded behind them. */
export function* rankingTable(
  store: ReadingStore,
  choice: PostChoice,
  notSaid: NotSaidTally,
): Generator<readonly Cell[]> {
  const byHand = saysByHand(store, choice.withoutExcluded);
  for (const post of tabledPosts(store, choice, notSaid, true)) {
    yield* rankingRows(post, peopleIn(answersAmong(store, post.id, choice)), byHand);
  }
}

/** The answers on comments of a post that are written. */
function answersAmong(
  store: ReadingStore,
  post: number,
  { withoutExcluded }: PostChoice,
): readonly Answer<Preference>[] {
  const answers = answersOfPost(store, post);
  if (!withoutExcluded) return answers;
  const curations = curationsOfPost(store, post);
  const isIn = (id: number): boolean => curations.get(id)?.kind !== 'excluded';
  return answers.filter(({ leftId, rightId }) => isIn(leftId) && isIn(rightId));
}

/** Whether anything that is written was pinned or excluded by a person. */
export function saysByHand(store: ReadingStore, withoutExcluded: boolean | undefined): boolean {
  const { pinned, excluded } = countCurations(store);
  return pinned > 0 || (excluded > 0 && !withoutExcluded);
}

function charactersOf(row: readonly Cell[]): number {
  return row.reduce<number>((sum, cell) => sum + (typeof cell === 'string' ? cell.length : 0), 0);
}

const hasLongCell = (row: readonly Cell[]): boolean =>
  row.some((cell) => typeof cell === 'string' && cell.length > longestCell);
