import type { RawComment, RawFact } from '../facts.ts';
import { isRow, type Row } from './row.ts';
import type { Sample, Shape } from './shape.ts';

/**
 * Hacker News: items of its own API and of its dumps, which name what they stand under; a thread as Algolia gives it, with the comments within
 * each other; and what a search there finds. Comments have no votes there.
 */
export const hackerNews: Shape = {
  name: 'hacker-news',
  title: 'Hacker News: items',
  fits: ({ values }: Sample) => {
    const rows = values.filter(isRow);
    return rows.length > 0 && rows.every((row) => isItem(row) || isHit(row)) ? 0.9 : 0;
  },
  open: () => read,
};

const types = new Set(['story', 'comment', 'job', 'poll', 'pollopt']);

const isItem = (row: Row): boolean =>
  types.has(row.type as string) &&
  'id' in row &&
  ['by', 'author', 'kids', 'children', 'parent', 'dead', 'deleted'].some((key) => key in row);

const isHit = (row: Row): boolean => 'objectID' in row && ('comment_text' in row || 'story_text' in row);

function read(value: unknown): readonly RawFact[] {
  if (isRow(value) && isHit(value)) return hit(value);
  if (!isRow(value) || !isItem(value)) return [left('row', 'not-an-item', 'no item of Hacker News', value)];
  const { type, id } = value;
  if (type === 'comment')
    return [{ kind: 'comment', parent: nameOf(value.parent ?? value.parent_id), comment: commentOf(value) }];
  if (type === 'pollopt')
    return [left('row', 'poll-option', 'an option of a poll, which is no comment', value.text ?? id)];
  if (isYes(value.deleted) || (isYes(value.dead) && !value.title)) {
    return [left('row', 'deleted', 'deleted or removed on the site, left out', id)];
  }
  const children = Array.isArray(value.children) ? value.children.filter(isRow) : [];
  return [{ kind: 'post', post: postOf(value), comments: children.map(commentOf), list: 'thread' }];
}

const isYes = (value: unknown): boolean => value === true || value === 'true' || value === 'True' || value === 1;

const nameOf = (id: unknown): unknown => (id === null || id === undefined || id === '' ? null : `hn_${String(id)}`);

const isGiven = (value: unknown): boolean => value !== null && value !== undefined && value !== '';

function postOf({ id, title, text, by, author, time, created_at_i, created_at, timestamp, url }: Row) {
  return {
    id: nameOf(id),
    title,
    text,
    author: by ?? author,
    date: time ?? created_at_i ?? created_at ?? timestamp,
    link: isGiven(url) ? url : `https://news.ycombinator.com/item?id=${String(id)}`,
    html: true,
  };
}

function commentOf(row: Row): RawComment {
  const { id, text, by, author, time, created_at_i, created_at, timestamp, deleted, dead, children } = row;
  return {
    id: nameOf(id),
    text,
    author: by ?? author,
    date: time ?? created_at_i ?? created_at ?? timestamp,
    link: `https://news.ycombinator.com/item?id=${String(id)}`,
    html: true,
    deleted: isYes(deleted) || (isYes(dead) && !isGiven(text)),
    ...(Array.isArray(children) ? { replies: children.filter(isRow).map(commentOf) } : {}),
  };
}

/** What a search found: it names the story and what it answers. */
function hit(row: Row): readonly RawFact[] {
  const { objectID, comment_text, story_id, parent_id, author, created_at_i, created_at, title, story_text, url } = row;
  const date = created_at_i ?? created_at;
  if (!isGiven(comment_text))
    return [
      {
        kind: 'post',
        post: postOf({ id: objectID, title, text: story_text, author, time: date, url }),
        comments: [],
        list: 'thread',
      },
    ];
  const comment = commentOf({ id: objectID, text: comment_text, author, time: date });
  return [{ kind: 'comment', post: nameOf(story_id), parent: nameOf(parent_id ?? story_id), comment }];
}

function left(of: 'row', why: string, reason: string, value: unknown): RawFact {
  return { kind: 'left', of, why, reason, text: typeof value === 'string' ? value : (JSON.stringify(value) ?? '') };
}
