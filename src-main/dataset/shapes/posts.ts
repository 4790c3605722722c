import type { Field } from '../../contract/reading.ts';
import type { RawComment, RawFact, RawPost } from '../facts.ts';
import { writtenValue } from '../written-value.ts';
import { fieldsByName, lists, type Names, ofComment, ofHead, ofTable, plainName } from './names.ts';
import type { How, Sample, Shape } from './shape.ts';
import { fieldsInTable } from './table-fields.ts';
import { threadOf } from './thread.ts';

/**
 * Posts with their comments under any usual names: a row with a list of comments, as CUP IT's, or a table with a comment in each row, whose posts
 * are repeated or, where a spreadsheet merged their cells, left empty after the first.
 */
export const posts: Shape = {
  name: 'posts',
  title: 'Posts with comments',
  needs: 'a text, title or id of the post, and a comment or a list of comments',
  fits: (sample) => {
    const found = new Set(fieldsOf(sample).values());
    if (!found.has('comment')) return 0;
    if (found.has('text') || found.has('title')) return 0.6;
    return found.has('id') ? 0.4 : 0;
  },
  fieldsOf,
  open,
};

type Row = Readonly<Record<string, unknown>>;

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The key of a row under which its comments stand. */
function listOf(row: Row): string | null {
  const keys = Object.keys(row).filter((key) => Array.isArray(row[key]));
  const names = Object.keys(row).filter((key) => typeof row[key] === 'object' && row[key] !== null);
  const known = lists.map((name) => names.find((key) => plainName(key) === name)).find((key) => key !== undefined);
  return known ?? keys.find((key) => (row[key] as unknown[]).some((entry) => isRow(entry) && 'text' in entry)) ?? null;
}

/** The entries of a list. An object in its place holds them by their ids, or is the only one. */
function entriesOf(list: unknown): readonly unknown[] {
  if (Array.isArray(list)) return list;
  const values = isRow(list) ? Object.values(list) : [];
  return values.length > 0 && values.every(isRow) ? values : [list];
}

/** How a field of the comments in a list is called beside those of the post. */
const inList = (list: string, key: string): string => `${list}[].${key}`;

function fieldsOf({ columns, values }: Sample): ReadonlyMap<string, Field> {
  const rows = values.filter(isRow).map(withWrittenList);
  const lists = rows.map(listOf);
  if (lists.some((list) => list !== null)) return fieldsOfLists(rows, lists);
  const names = columns ?? keysOf(rows);
  return withThread(mended(fieldsInTable(names), rows), names, rows, 2);
}

/** A row whose list of comments stands in writing in a text, as in a cell of a table, with the list. */
function withWrittenList(row: Row): Row {
  for (const key of Object.keys(row)) {
    const value = row[key];
    if (typeof value !== 'string' || !isListName(key)) continue;
    const list = writtenValue(value);
    if (list !== undefined) return { ...row, [key]: list };
  }
  return row;
}

function keysOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

function fieldsOfLists(rows: readonly Row[], lists: readonly (string | null)[]): ReadonlyMap<string, Field> {
  const known = new Set(lists.filter((list) => list !== null));
  const heads = keysOf(rows).filter((key) => !known.has(key));
  const found = new Map<string, Field>(heads.map((key) => [key, 'nothing']));
  for (const [key, field] of fieldsByName(heads, ofHead)) found.set(key, field);
  withThread(found, heads, rows, 1);
  for (const list of known) {
    const comments = rows.flatMap((row) => (list in row ? entriesOf(row[list]) : []));
    if (!comments.some(isRow))
      found.set(`${list}[]`, comments.some((comment) => typeof comment === 'string') ? 'comment' : 'nothing');
    const keys = keysOf(comments.filter(isRow)).filter((key) => !isListName(key));
    const fields = fieldsByName(keys, ofComment);
    for (const key of keys) found.set(inList(list, key), fields.get(key) ?? 'nothing');
  }
  return found;
}

const isListName = (key: string): boolean => lists.includes(plainName(key));

/** Where the names leave it open what a column of a table is, its values tell. */
function mended(found: Map<string, Field>, rows: readonly Row[]): Map<string, Field> {
  const columnOf = (field: Field): string | undefined => [...found].find(([, one]) => one === field)?.[0];
  const [id, text, title] = [columnOf('id'), columnOf('text'), columnOf('title')];
  const repeats = (column: string | undefined): boolean => {
    const given = column === undefined ? [] : rows.map((row) => row[column]).filter((value) => !isNothing(value));
    return new Set(given).size < given.length;
  };
  if (
    columnOf('comment') === undefined &&
    text !== undefined &&
    (repeats(id) || (id === undefined && repeats(title)))
  ) {
    // The one text there is, is each row's own.
    found.set(text, 'comment');
  } else if (id !== undefined && plainName(id) === 'id' && rows.length > 1 && !repeats(id) && repeats(text ?? title)) {
    // Each row has its own number, and its post has others: it is the comment's.
    if (rows.every((row) => row[id] !== '')) found.set(id, 'comment id');
  }
  return found;
}

function withThread(
  found: Map<string, Field>,
  names: readonly string[],
  rows: readonly Row[],
  rowsOfThread: number,
): Map<string, Field> {
  const thread = threadOf(found, names, rows, rowsOfThread);
  if (thread !== null) found.set(thread, 'thread');
  for (const name of names) if (!found.has(name)) found.set(name, 'nothing');
  return found;
}

type Picked = Partial<Record<Field, unknown>>;

/** Picks the fields out of objects by their keys: as was found or said, else by their names. */
function createPick(names: Names, said: (key: string) => Field | undefined): (row: Row) => Picked {
  const byName = new Map(
    (Object.entries(names) as [Field, readonly string[]][]).flatMap(([field, words]) =>
      words.map((word) => [word, field]),
    ),
  ) as Map<string, Field>;
  const known = new Map<string, Field | null>();
  const fieldOf = (key: string): Field | null => {
    let field = known.get(key);
    if (field === undefined) {
      field = said(key) ?? byName.get(plainName(key)) ?? null;
      if (field === 'nothing') field = null;
      if (known.size < 10_000) known.set(key, field);
    }
    return field;
  };
  return (row) => {
    const picked: Picked = {};
    for (const key of Object.keys(row)) {
      const field = fieldOf(key);
      if (field === null) continue;
      const value = row[key];
      if (picked[field] === undefined || picked[field] === null || said(key) !== undefined) picked[field] = value;
    }
    return picked;
  };
}

function open({ fields }: How): (value: unknown) => readonly RawFact[] {
  const isList = [...fields.keys()].some((name) => name.includes('[]'));
  return isList ? openLists(fields) : openTable(fields);
}

function openTable(fields: ReadonlyMap<string, Field>): (value: unknown) => readonly RawFact[] {
  const pick = createPick(ofTable, (key) => fields.get(key));
  // The post of the row above, for cells that were merged.
  let above: RawPost = {};
  let merged = false;
  return (value) => {
    if (!isRow(value)) return [notARow(value)];
    const row = pick(value);
    const own = postOf(row);
    const isEmpty = [own.id, own.thread, own.group, own.title, own.text, own.context].every(isNothing);
    merged ||= isEmpty;
    const post = isEmpty || goesOn(own, above) ? above : merged ? under(own, above) : own;
    above = post;
    return [{ kind: 'post', post, comments: [commentOf(row)], list: 'thread' }];
  };
}

/** Whether a row without an id goes on with the post of the row above: what it says of it is the same. */
function goesOn(own: RawPost, above: RawPost): boolean {
  if (!isNothing(own.id) || isNothing(above.id) || isNothing(own.text ?? own.title)) return false;
  return (['thread', 'group', 'title', 'text', 'context'] as const).every(
    (field) => isNothing(own[field]) || own[field] === above[field],
  );
}

/** Cells may be merged at several levels: a group goes on while its posts change. */
const under = (own: RawPost, above: RawPost): RawPost => ({
  ...own,
  group: isNothing(own.group) ? above.group : own.group,
  split: isNothing(own.split) ? above.split : own.split,
});

const isNothing = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

function openLists(fields: ReadonlyMap<string, Field>): (value: unknown) => readonly RawFact[] {
  const ofLists = new Map(
    [...fields]
      .filter(([name]) => name.includes('[].'))
      .map(([name, field]) => [name.slice(name.indexOf('[].') + 3), field]),
  );
  const pickHead = createPick(ofHead, (key) => fields.get(key));
  const pickComment = createPick(ofComment, (key) => ofLists.get(key));

  function comment(entry: unknown): RawComment {
    if (!isRow(entry)) return { text: entry };
    const replies = listOf(entry);
    const own = commentOf(pickComment(entry));
    if (entry.deleted === true || entry.removed === true) return { ...own, deleted: true };
    return replies === null ? own : { ...own, replies: entriesOf(entry[replies]).map(comment) };
  }

  return (given) => {
    if (!isRow(given)) return [notARow(given)];
    const known = listOf(given);
    const value = known === null ? withWrittenList(given) : given;
    const list = known ?? listOf(value);
    const post = postOf(pickHead(value));
    const comments = list === null ? [] : entriesOf(value[list]).map(comment);
    const placed = value.scores === 'places' ? comments.map(asPlaced) : comments;
    // Rows without an id that have one text are no one thread; and our own say where a post has several lists.
    const alone = isNothing(post.id) || typeof value.list === 'number';
    return [{ kind: 'post', post, comments: placed, list: alone ? 'row' : 'thread' }];
  };
}

/** Our own rows say that their scores are places. */
const asPlaced = ({ score, ...comment }: RawComment): RawComment => ({ ...comment, place: comment.place ?? score });

function notARow(value: unknown): RawFact {
  return {
    kind: 'left',
    of: 'row',
    why: 'not-a-row',
    reason: 'no row with named fields',
    text: JSON.stringify(value) ?? '',
  };
}

function postOf(row: Picked): RawPost {
  return {
    id: row.id,
    thread: row.thread,
    group: row.group,
    split: row.split,
    title: row.title,
    text: row.text,
    context: row.context,
    author: row['post author'],
    date: row['post date'],
    link: row['post link'],
  };
}

function commentOf(row: Picked): RawComment {
  return {
    text: row.comment,
    votes: row.votes,
    downvotes: row.downvotes,
    place: row.place,
    score: row.score,
    id: row['comment id'],
    author: row.author,
    date: row.date,
    link: row.link,
  };
}
