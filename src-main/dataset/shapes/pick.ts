import type { Field } from '../../contract/reading.ts';
import { type CurationKind, curationKinds } from '../../contract/records.ts';
import type { RawComment, RawPost } from '../facts.ts';
import { saysGone } from '../gone.ts';
import { type Names, plainName } from './names.ts';
import type { Row } from './row.ts';

/** Fields of a row, whatever they are called there. */
export type Picked = Partial<Record<Field, unknown>>;

/** Picks the fields out of objects by their keys: as was found or said, else by their names. */
export function createPick(names: Names, said: (key: string) => Field | undefined): (row: Row) => Picked {
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

export function postOf(row: Picked): RawPost {
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

export function commentOf(row: Picked): RawComment {
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

/** Whether a row says of its comment that it is gone. */
export const isGone = (row: Row): boolean =>
  Object.keys(row).some((key) => flagged(key) && saysGone(plainName(key), row[key]));
const flagged = (key: string): boolean => /delet|remov/i.test(key);

/** What our own files say of a comment that a person pinned or excluded: `by_hand` for programs, `by hand` in the table for people. */
export const handIn = (row: Row): CurationKind | undefined =>
  curationKinds.find((kind) => row.by_hand === kind || row['by hand'] === kind);
