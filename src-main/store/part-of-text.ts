import { partLength, partOf } from '../common/long-texts.ts';
import { TiebreakError } from '../contract/errors.ts';
import type { LaterText, TextPlace } from '../contract/views.ts';
import { type ReadingStore, row } from './connection.ts';

const columns = {
  title: ['posts', 'title', 'Post'],
  text: ['posts', 'text', 'Post'],
  context: ['posts', 'context', 'Post'],
  comment: ['comments', 'text', 'Comment'],
} as const;

/** A part of a text from a place on. @throws TiebreakError not-found where there is no such text */
export function partOfText(store: ReadingStore, { of, id, from }: TextPlace & { readonly from: number }): LaterText {
  const [table, column, what] = columns[of];
  const text = row<{ text: string | null }>(store, `SELECT ${column} AS text FROM ${table} WHERE id = ?`, id)?.text;
  if (text === undefined || text === null) throw new TiebreakError('not-found', `${what} ${id} is no longer there.`);
  return { text: partOf(text, from, partLength), total: text.length };
}
