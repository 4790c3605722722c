import { type Figures, rankedList } from '../common/ranked-lists.ts';
import type { NewComment, RankedList } from '../contract/records.ts';
import type { CommentOutcome, From } from './adding.ts';
import { type ReadingStore, row, rows, statement, type WritingStore } from './connection.ts';

/**
 * What was said of comments: places and votes in lists. A comment's own row has what counts in the first list it was in; list_entries has what
 * counts in further ones, and what newer imports replaced, so that undoing those brings it back.
 */

/** The thread of a post: votes that go on from record to record and from import to import. */
export const thread = 0;
const linesPerImport = 2 ** 32;

/** The list that a record is, or that the places of a thread are in one import: places of two files never compare. */
function ownList({ importId, line, list }: From): number {
  return importId === null ? thread : importId * linesPerImport + (list === 'row' ? (line ?? 0) : 0);
}

/** A comment that is there. told: the import that said its figures, 0 where none was noted. */
export type KnownComment = {
  readonly id: number;
  readonly postId: number;
  readonly key: string | null;
  readonly rank: number | null;
  readonly votes: number | null;
  readonly list: number;
  readonly told: number;
  readonly several: number | null;
};
export const knownColumns = `id, post_id AS postId, key, rank, votes, coalesce(list, ${thread}) AS list,
  coalesce(list_import_id, import_id, 0) AS told, several`;

type Said = Pick<NewComment, 'rank' | 'votes' | 'key'>;

/** What a list holds as it counts now, with who said it. */
type Told = Figures & { readonly told: number };

/** The lists of a post by their numbers, the thread first. */
function figuresOfPost(store: ReadingStore, postId: number): ReadonlyMap<number, readonly Told[]> {
  const own = rows<KnownComment>(
    store,
    `SELECT ${knownColumns} FROM comments WHERE post_id = ? AND (rank IS NOT NULL OR votes IS NOT NULL) ORDER BY id`,
    postId,
  );
  return byList(
    own.map(({ id: commentId, ...rest }) => ({ commentId, ...rest })),
    furtherEntries(store, postId),
  );
}

type Entry = Told & { readonly list: number };

/**
 * What list_entries has of a post, the newest import last.
 * @param of the numbers of those comments alone, as a list in JSON
 */
export function furtherEntries(store: ReadingStore, postId: number, of?: string): readonly Entry[] {
  return rows<Entry>(
    store,
    `SELECT comment_id AS commentId, list, import_id AS told, rank, votes FROM list_entries WHERE post_id = ?
       ${of === undefined ? '' : 'AND comment_id IN (SELECT value FROM json_each(?))'}
     ORDER BY import_id, comment_id`,
    ...(of === undefined ? [postId] : [postId, of]),
  );
}

function byList<T extends Entry>(own: readonly T[], further: readonly Entry[]): ReadonlyMap<number, readonly Told[]> {
  const lists = new Map<number, Map<number, Told>>();
  const put = (entry: Entry): void => {
    const list = lists.get(entry.list) ?? new Map<number, Told>();
    list.set(entry.commentId, entry);
    lists.set(entry.list, list);
  };
  // Of one list the newest comes last, and a comment's own row has what is newest of all.
  for (const entry of further) put(entry);
  for (const entry of own) put(entry);
  return new Map([...lists].sort(([a], [b]) => a - b).map(([number, list]) => [number, [...list.values()]]));
}

/** The lists of a post, and the place of each comment in the list that its own row is of. @param own the rows of its comments */
export function listsOf(
  own: readonly {
    readonly id: number;
    readonly rank: number | null;
    readonly votes: number | null;
    readonly list: number;
  }[],
  further: readonly Entry[],
): { readonly lists: readonly RankedList[]; readonly ranks: readonly (number | null)[] } {
  const said: Entry[] = [];
  for (const { id, rank, votes, list } of own) {
    if (rank !== null || votes !== null) said.push({ commentId: id, rank, votes, list, told: 0 });
  }
  const first = said[0]?.list;
  if (further.length === 0 && said.every(({ list }) => list === first)) {
    // Nearly always there is one list, or none.
    const list = rankedList(said);
    let at = 0;
    const ranks = own.map(({ rank, votes }) => (rank === null && votes === null ? null : list.entries[at++]!.place));
    return { lists: said.length === 0 ? [] : [list], ranks };
  }
  const places = new Map<number, number | null>();
  const ownLists = new Map(said.map(({ commentId, list }) => [commentId, list]));
  const lists = [...byList(said, further)].map(([number, figures]) => {
    const list = rankedList(figures);
    for (const { commentId, place } of list.entries) {
      if (ownLists.get(commentId) === number) places.set(commentId, place);
    }
    return list;
  });
  return { lists, ranks: own.map(({ id }) => places.get(id) ?? null) };
}

/** Whether any comment came with votes or with a place. */
export function anyPlaces(store: ReadingStore): boolean {
  return row(store, 'SELECT 1 FROM comments WHERE rank IS NOT NULL OR votes IS NOT NULL LIMIT 1') !== undefined;
}

/** Whether posts between two numbers have more lists than one. */
export function haveFurtherLists(store: ReadingStore, first: number, last: number): boolean {
  return row(store, 'SELECT 1 FROM list_entries WHERE post_id BETWEEN ? AND ? LIMIT 1', first, last) !== undefined;
}

/**
 * The list in which figures of a record belong, or null where the post has one that says just the same. A row with votes alone, of comments
 * of which an earlier import said votes alone, says newer votes of that list.
 * @param ids of the comments that are there, null for new ones
 */
export function listFor(
  store: ReadingStore,
  postId: number,
  said: readonly Said[],
  ids: readonly (number | null)[],
  from: From,
): number | null {
  const ranked = said.some(({ rank }) => rank !== null);
  if (from.list !== 'row') return ranked ? ownList(from) : thread;
  if (ids.every((id) => id === null)) return ownList(from);
  const figures = said.map(({ rank, votes }, at) => ({ commentId: ids[at] ?? -1 - at, rank, votes }));
  const lists = figuresOfPost(store, postId);
  const wanted = rankedList(figures);
  for (const list of lists.values()) if (sameList(wanted, rankedList(list))) return null;
  if (ranked) return ownList(from);
  for (const [number, list] of lists) if (isEarlier(list, figures, from)) return number;
  return ownList(from);
}

/** Whether a list that an earlier import began holds most of the same comments, and nothing but votes. */
function isEarlier(list: readonly Told[], figures: readonly Figures[], { importId }: From): boolean {
  const ids = new Set(list.map(({ commentId }) => commentId));
  const shared = figures.filter(({ commentId }) => ids.has(commentId)).length;
  if (2 * shared <= Math.min(list.length, figures.length) || list.some(({ told }) => told === importId)) return false;
  // Places that are those of the votes came from votes.
  const places = new Map(
    rankedList(list.map((one) => ({ ...one, rank: null }))).entries.map((e) => [e.commentId, e.place]),
  );
  return list.every(
    ({ commentId, rank, votes }) => votes !== null && (rank === null || rank === places.get(commentId)),
  );
}

function sameList(one: RankedList, other: RankedList): boolean {
  if (one.entries.length !== other.entries.length) return false;
  const others = new Map(other.entries.map((entry) => [entry.commentId, entry]));
  return one.entries.every(({ commentId, place, votes }) => {
    const found = others.get(commentId);
    return found !== undefined && found.place === place && found.votes === votes;
  });
}

/** Notes what is said of a comment that is there. */
export function tell(
  store: WritingStore,
  comment: KnownComment,
  list: number,
  said: Said,
  importId: number | null,
): CommentOutcome {
  const { rank, votes } = said;
  const told = importId ?? 0;
  if (rank === null && votes === null) return 'known';
  if (comment.rank === null && comment.votes === null) {
    setOwn(store, comment.id, list, { rank, votes, told });
    return 'updated';
  }
  if (comment.list === list) return tellOwn(store, comment, said, told);
  const known = row<{ rank: number | null; votes: number | null; told: number }>(
    store,
    `SELECT rank, votes, import_id AS told FROM list_entries WHERE comment_id = ? AND list = ? ORDER BY import_id DESC LIMIT 1`,
    comment.id,
    list,
  );
  if (known?.told === told) {
    keep(store, comment, list, { ...larger(known, said), told });
    return 'same';
  }
  if (known && saysSame(known, said)) return 'known';
  keep(store, comment, list, { rank, votes, told });
  return known ? 'updated' : 'listed';
}

function tellOwn(store: WritingStore, comment: KnownComment, said: Said, told: number): CommentOutcome {
  const sameImport = comment.told === told;
  const another = comment.key !== null && said.key != null ? comment.key !== said.key : comment.several === 1;
  if (!sameImport && !another && saysSame(comment, said)) return 'known';
  const figures = sameImport || another ? larger(comment, said) : { rank: said.rank, votes: said.votes };
  if (sameImport && comment.several === null)
    statement(store, 'UPDATE comments SET several = 1 WHERE id = ?').run(comment.id);
  if (figures.rank === comment.rank && figures.votes === comment.votes) return sameImport || another ? 'same' : 'known';
  if (!sameImport) keep(store, comment, comment.list, comment);
  setOwn(store, comment.id, comment.list, { ...figures, told });
  return sameImport || another ? 'same' : 'updated';
}

type Slot = Pick<Told, 'rank' | 'votes' | 'told'>;

/** Places from before were sometimes those of the votes, which say the same. */
function saysSame(known: Pick<Slot, 'rank' | 'votes'>, said: Said): boolean {
  return known.votes === said.votes && (known.rank === said.rank || (said.rank === null && said.votes !== null));
}

function larger(one: Pick<Slot, 'rank' | 'votes'>, other: Said): Pick<Slot, 'rank' | 'votes'> {
  const either = (pick: (a: number, b: number) => number, a: number | null, b: number | null): number | null =>
    a === null || b === null ? (a ?? b) : pick(a, b);
  return { rank: either(Math.min, one.rank, other.rank), votes: either(Math.max, one.votes, other.votes) };
}

function setOwn(store: WritingStore, id: number, list: number, { rank, votes, told }: Slot): void {
  statement(
    store,
    `UPDATE comments SET rank = ?, votes = ?, list = nullif(?, ${thread}), list_import_id = nullif(nullif(?, import_id), 0) WHERE id = ?`,
  ).run(rank, votes, list, told, id);
}

function keep(store: WritingStore, comment: KnownComment, list: number, { rank, votes, told }: Slot): void {
  statement(
    store,
    `INSERT INTO list_entries (comment_id, list, import_id, post_id, rank, votes) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET rank = excluded.rank, votes = excluded.votes`,
  ).run(comment.id, list, told, comment.postId, rank, votes);
}

/**
 * Forgets lists of an import that say what an earlier list of their post says: a file of which each record has one comment tells so only at its
 * end. Looks at some posts after one of them.
 * @returns the last of these posts, null where there are no more; and how many entries were repeated
 */
export function dropRepeatedLists(
  store: WritingStore,
  importId: number,
  after: number,
  limit: number,
): { readonly last: number | null; readonly repeated: number } {
  const posts = rows<{ id: number }>(
    store,
    'SELECT DISTINCT post_id AS id FROM list_entries WHERE import_id = ? AND post_id > ? ORDER BY post_id LIMIT ?',
    importId,
    after,
    limit,
  );
  let repeated = 0;
  for (const { id } of posts) {
    const lists = [...figuresOfPost(store, id)].map(([number, told]) => ({ number, told, list: rankedList(told) }));
    for (const { number, told, list } of lists) {
      if (Math.floor(number / linesPerImport) !== importId) continue;
      if (!told.every((one) => one.told === importId)) continue;
      if (!lists.some((other) => other.number < number && sameList(list, other.list))) continue;
      repeated += statement(store, 'DELETE FROM list_entries WHERE post_id = ? AND list = ? AND import_id = ?').run(
        id,
        number,
        importId,
      ).changes;
    }
  }
  return { last: posts.at(-1)?.id ?? null, repeated };
}

/** The next posts, by number, of which an import gave a list beside another one. */
export function postsWithFurtherLists(
  store: ReadingStore,
  importId: number,
  after: number,
  limit: number,
): readonly number[] {
  const sql =
    'SELECT DISTINCT post_id AS id FROM list_entries WHERE import_id = ? AND post_id > ? ORDER BY post_id LIMIT ?';
  return rows<{ id: number }>(store, sql, importId, after, limit).map(({ id }) => id);
}

/** Takes back what an import said of comments that stay: about `most` of them. @returns how many; 0 where nothing is left */
export function takeBackFigures(store: WritingStore, importId: number, most: number): number {
  const further = statement(
    store,
    `DELETE FROM list_entries WHERE (comment_id, list, import_id) IN
       (SELECT comment_id, list, import_id FROM list_entries WHERE import_id = ? LIMIT ?)`,
  ).run(importId, most).changes;
  const own = rows<KnownComment>(
    store,
    `SELECT ${knownColumns} FROM comments WHERE list_import_id = ? LIMIT ?`,
    importId,
    Math.max(0, most - further),
  );
  for (const comment of own) {
    // What the same list said before; or else another list, the first one.
    const next = row<Slot & { list: number }>(
      store,
      `SELECT list, import_id AS told, rank, votes FROM list_entries WHERE comment_id = ?
       ORDER BY list <> ?, list, import_id DESC LIMIT 1`,
      comment.id,
      comment.list,
    );
    setOwn(store, comment.id, next?.list ?? thread, next ?? { rank: null, votes: null, told: 0 });
    if (next) {
      statement(store, 'DELETE FROM list_entries WHERE comment_id = ? AND list = ? AND import_id = ?').run(
        comment.id,
        next.list,
        next.told,
      );
    }
  }
  return further + own.length;
}
