import type { Field } from '../../contract/reading.ts';
import { asText } from '../as-text.ts';
import type { RawComment, RawFact } from '../facts.ts';
import { writtenValue } from '../written-value.ts';
import { isSaid } from './entries.ts';
import { fieldsByName, lists, ofComment, ofHead, plainName } from './names.ts';
import { commentOf, createPick, handIn, isGone, postOf } from './pick.ts';
import { isRow, notARow, type Row } from './row.ts';
import type { How, Sample, Shape } from './shape.ts';
import { openTable } from './table.ts';
import { fieldsInTable, withValues } from './table-fields.ts';
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
    return found.has('id') || found.has('parent') ? 0.4 : 0;
  },
  fieldsOf,
  open,
};

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
  if (isRow(list) && isTable(values)) return values[0]!.map((_, at) => rowAt(list, at));
  return values.length > 0 && values.every(isRow) ? values : [list];
}

/** Lists side by side, as data sets write those of objects: all have as many entries. */
const isTable = (values: readonly unknown[]): values is readonly (readonly unknown[])[] =>
  values.length > 1 && values.every((one) => Array.isArray(one) && one.length === (values[0] as unknown[]).length);

const rowAt = (lists: Row, at: number): Row =>
  Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, (list as readonly unknown[])[at]]));

/** Objects that a row may hold its post in, beside the comments. */
const posted = ['post', 'submission', 'thread', 'topic', 'question', 'story', 'article', 'video'];

/**
 * A row with the names of its post and of its comments as other rows have them: with the post's own fields where it is an object, and with the
 * votes of comments that are texts, where they stand in a list beside.
 */
function levelled(given: Row): Row {
  const row = listOf(given) === null ? withWrittenList(given) : given;
  const list = listOf(row);
  if (list === null) return row;
  const inner = posted.map((name) => row[name]).find(isRow);
  const level = inner === undefined || listOf(inner) !== null ? row : { ...inner, ...row };
  const texts = row[list];
  if (!Array.isArray(texts) || typeof texts[0] !== 'string') return level;
  const beside = Object.keys(row).filter((name) => {
    const values = row[name];
    return name !== list && isFigure(name) && Array.isArray(values) && values.length === texts.length;
  });
  if (beside.length === 0) return level;
  return {
    ...level,
    [list]: texts.map((text: unknown, at) => ({
      text,
      ...rowAt(Object.fromEntries(beside.map((name) => [name, row[name]])), at),
    })),
  };
}

const isFigure = (name: string): boolean => {
  const plain = plainName(name).replace(/^(.*[^s])$/, '$1s');
  const names = [...(ofComment.votes ?? []), ...(ofComment.place ?? []), ...(ofComment.score ?? [])];
  return names.includes(plainName(name)) || names.includes(plain) || names.some((one) => `${one}s` === plain);
};

/** How a field of the comments in a list is called beside those of the post. */
const inList = (list: string, key: string): string => `${list}[].${key}`;

function fieldsOf({ columns, values }: Sample): ReadonlyMap<string, Field> {
  const rows = values.filter(isRow).map(levelled);
  const lists = rows.map(listOf);
  if (lists.some((list) => list !== null)) return fieldsOfLists(rows, lists);
  const names = columns ?? keysOf(rows);
  return withThread(mended(fieldsInTable(withValues(names, rows)), rows), names, rows, 2);
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
    const fields = fieldsByName(withValues(keys, comments.filter(isRow)), ofComment);
    for (const key of keys) found.set(inList(list, key), fields.get(key) ?? 'nothing');
  }
  return found;
}

const isListName = (key: string): boolean => lists.includes(plainName(key));

/** Where the names leave it open what a column of a table is, its values tell. */
function mended(found: Map<string, Field>, rows: readonly Row[]): Map<string, Field> {
  const columnOf = (field: Field): string | undefined => [...found].find(([, one]) => one === field)?.[0];
  const context = columnOf('context');
  if (
    context !== undefined &&
    ['id', 'text', 'title', 'group'].every((field) => columnOf(field as Field) === undefined)
  )
    found.set(context, 'text');
  const group = columnOf('group');
  if (group !== undefined && ['id', 'text', 'title'].every((field) => columnOf(field as Field) === undefined)) {
    // A thread that is called in words has nothing else to say what it is about.
    found.set(group, rows.some((row) => /\s/.test(asText(row[group] ?? '').trim())) ? 'title' : 'id');
  }
  const [id, text, title] = [columnOf('id'), columnOf('text'), columnOf('title')];
  const repeats = (column: string | undefined): boolean => {
    const given = column === undefined ? [] : rows.map((row) => row[column]).filter((value) => isSaid(value));
    return new Set(given).size < given.length;
  };
  if (
    columnOf('comment') === undefined &&
    text !== undefined &&
    (repeats(id) || (id === undefined && repeats(title)))
  ) {
    // The one text there is, is each row's own.
    found.set(text, 'comment');
  } else if (
    columnOf('comment') === undefined &&
    text !== undefined &&
    title === undefined &&
    id !== undefined &&
    repeats(columnOf('parent'))
  ) {
    // Rows that name what they answer, and no post.
    found.set(text, 'comment').set(id, 'comment id');
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

function open({ fields }: How): (value: unknown) => readonly RawFact[] {
  const isList = [...fields.keys()].some((name) => name.includes('[]'));
  return isList ? openLists(fields) : openTable(fields);
}

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
    const own = { ...commentOf(pickComment(entry)), byHand: handIn(entry) };
    if (isGone(entry)) return { ...own, deleted: true };
    return replies === null ? own : { ...own, replies: entriesOf(entry[replies]).map(comment) };
  }

  return (given) => {
    if (!isRow(given)) return [notARow(given)];
    const value = levelled(given);
    const list = listOf(value);
    const post = postOf(pickHead(value));
    const comments = list === null ? [] : entriesOf(value[list]).map(comment);
    const placed = value.scores === 'places' ? comments.map(asPlaced) : comments;
    // Rows without an id that have one text are no one thread; and our own say where a post has several lists.
    const alone = !isSaid(post.id) || typeof value.list === 'number';
    return [{ kind: 'post', post, comments: placed, list: alone ? 'row' : 'thread' }];
  };
}

/** Our own rows say that their scores are places. */
const asPlaced = ({ score, ...comment }: RawComment): RawComment => ({ ...comment, place: comment.place ?? score });
