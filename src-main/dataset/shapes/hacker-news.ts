import { asText } from '../as-text.ts';
import type { Left, RawComment, RawFact, RawPost } from '../facts.ts';
import { isGiven, isYes } from '../values.ts';
import { sure } from './entries.ts';
import { isRow, type Row } from './row.ts';
import type { Shape } from './shape.ts';

/**
 * Hacker News: items of its own API and of its dumps, which name what they stand under; a thread as Algolia gives it, with the comments within
 * each other; and what a search there finds. Hardly any comment has votes there.
 */
export const hackerNews: Shape = {
  name: 'hacker-news',
  title: 'Hacker News: items',
  fits: (sample) =>
    Math.max(
      sure(sample, 0.9, (row) => isHit(row) || (isGiven(row.type) && isItem(row))),
      sure(sample, 0.75, (row) => isHit(row) || isItem(row)),
    ),
  open: () => read,
};

const types = ['story', 'comment', 'poll', 'pollopt', 'job'] as const;
type Type = (typeof types)[number];
const typed: ReadonlySet<unknown> = new Set(types);

/** What an item is: dumps say it by a number too, or have a table for each type without saying it. */
function typeOf(row: Row): Type | null {
  const { type } = row;
  if (typed.has(type)) return type as Type;
  if (isGiven(type)) return typeof type === 'number' && isTyped(row) ? (types[type - 1] ?? null) : null;
  if (!isTyped(row)) return null;
  if (isGiven(row.parent) && 'text' in row) return 'comment';
  return 'title' in row && 'descendants' in row ? 'story' : null;
}

const isTyped = (row: Row): boolean => 'by' in row && 'time' in row;
const marks = ['by', 'author', 'kids', 'children', 'parent', 'dead', 'deleted'];
const isItem = (row: Row): boolean => 'id' in row && typeOf(row) !== null && marks.some((key) => key in row);
const isHit = (row: Row): boolean =>
  'objectID' in row && ('comment_text' in row || 'story_text' in row || ('title' in row && 'created_at_i' in row));

function read(value: unknown): readonly RawFact[] {
  if (isRow(value) && isHit(value)) return [hit(value)];
  if (!isRow(value) || !isItem(value)) return [leave('row', 'not-an-item', 'no item of Hacker News', value)];
  const type = typeOf(value);
  if (type === 'comment') return [...underneath(value, value.story_id)];
  if (type === 'pollopt') return [pollOption(value, 'row')];
  if (isYes(value.deleted) || (isYes(value.dead) && !isGiven(value.title))) {
    return [leave('row', 'deleted', 'deleted or removed on the site, left out', value.id)];
  }
  const left: Left[] = [];
  const comments = treesOf(value, left);
  return [{ kind: 'post', post: postOf(value), comments, list: 'thread' }, ...left];
}

/** A comment and those that stand in it, each naming what it answers. */
function* underneath(row: Row, story: unknown): Generator<RawFact> {
  const post = nameOf(story);
  yield { kind: 'comment', post, parent: nameOf(row.parent ?? row.parent_id) ?? post, comment: commentOf(row) };
  for (const child of childrenOf(row)) {
    if (isRow(child)) yield* underneath({ parent_id: row.id, ...child }, story);
    else yield leave('comment', 'not-an-item', 'no item of Hacker News', child);
  }
}

function treesOf(row: Row, left: Left[]): readonly RawComment[] {
  return childrenOf(row).flatMap((child) => {
    if (!isRow(child)) return [{ text: child }];
    if (child.type === 'pollopt') {
      left.push(pollOption(child, 'comment'));
      return [];
    }
    return [{ ...commentOf(child), replies: treesOf(child, left) }];
  });
}

/** The comments that stand in an item: as Algolia gives them, or where somebody put them in the place of their ids. */
function childrenOf({ children, kids }: Row): readonly unknown[] {
  if (Array.isArray(children)) return children;
  return Array.isArray(kids) && kids.some(isRow) ? kids : [];
}

const nameOf = (id: unknown): unknown => (isGiven(id) ? `hn_${asText(id)}` : null);

function postOf({ id, title, text, by, author, time, created_at_i, created_at, timestamp, url }: Row): RawPost {
  return {
    id: nameOf(id),
    title,
    text,
    author: by ?? author,
    date: time ?? created_at_i ?? created_at ?? timestamp,
    link: isGiven(url) ? url : `https://news.ycombinator.com/item?id=${asText(id)}`,
    html: true,
  };
}

function commentOf(row: Row): RawComment {
  const { id, text, by, author, time, created_at_i, created_at, timestamp, deleted, dead, points, score } = row;
  return {
    id: nameOf(id),
    text,
    votes: points ?? score,
    author: by ?? author,
    date: time ?? created_at_i ?? created_at ?? timestamp,
    link: `https://news.ycombinator.com/item?id=${asText(id)}`,
    html: true,
    deleted: isYes(deleted) || (isYes(dead) && !isGiven(text)),
  };
}

/** What a search found: it names the story and what it answers. */
function hit(row: Row): RawFact {
  const { objectID, comment_text, story_id, parent_id, title, story_text } = row;
  if (!isGiven(comment_text)) {
    const post = postOf({ ...row, id: objectID, title, text: story_text });
    return { kind: 'post', post, comments: [], list: 'thread' };
  }
  const comment = commentOf({ ...row, id: objectID, text: comment_text });
  return { kind: 'comment', post: nameOf(story_id), parent: nameOf(parent_id ?? story_id), comment };
}

const pollOption = (row: Row, of: 'row' | 'comment'): Left =>
  leave(of, 'poll-option', 'an option of a poll, which is no comment', row.text ?? row.id);

function leave(of: 'row' | 'comment', why: string, reason: string, value: unknown): Left {
  return { kind: 'left', of, why, reason, text: typeof value === 'string' ? value : (JSON.stringify(value) ?? '') };
}
