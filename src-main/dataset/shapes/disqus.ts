import { asText } from '../as-text.ts';
import type { RawComment, RawFact, RawPost } from '../facts.ts';
import { isSaid, leftOut, sure } from './entries.ts';
import { isRow, type Row } from './row.ts';
import type { Shape } from './shape.ts';

/** Disqus: the XML that a site's owner exports, which has no votes, and what the API gives of threads and posts. */
export const disqus: Shape = {
  name: 'disqus',
  title: 'Disqus: threads and comments',
  fits: (sample) =>
    sure(sample, 0.96, (row) => entriesOf(row).some((one) => isExported(one) || isPost(one) || isThread(one))),
  open: () => (value) => (isRow(value) ? entriesOf(value).flatMap(read) : [notDisqus(value)]),
};

/** The API puts what it gives into an object. */
function entriesOf(row: Row): readonly Row[] {
  if (!('code' in row) || !('response' in row)) return [row];
  return Array.isArray(row.response) ? row.response.filter(isRow) : isRow(row.response) ? [row.response] : [row];
}

const isExported = ({ root }: Row): boolean => root === 'disqus';
const isPost = (row: Row): boolean =>
  'thread' in row && 'forum' in row && 'parent' in row && ('raw_message' in row || 'message' in row);
const isThread = (row: Row): boolean =>
  'identifiers' in row && 'forum' in row && ('title' in row || 'clean_title' in row);

function read(row: Row): readonly RawFact[] {
  if (isExported(row)) return exported(row);
  if (isPost(row)) return post(row);
  return isThread(row) ? [head(ofThread(row))] : [notDisqus(row)];
}

const notDisqus = (value: unknown): RawFact =>
  leftOut('row', 'not-disqus', 'neither a thread nor a comment of Disqus', value);

const isYes = (value: unknown): boolean => value === true || value === 'true';
const nameOf = (id: unknown): string | null => (isSaid(id) ? `dq_${asText(id)}` : null);
const nameOfPost = (id: unknown): string | null => (isSaid(id) ? `dqp_${asText(id)}` : null);
const head = (of: RawPost): RawFact => ({ kind: 'post', post: of, comments: [], list: 'thread' });

/** The id of an element, or of one that only refers to it. */
const idOf = (element: unknown): unknown => (isRow(element) ? element['dsq:id'] : undefined);
const authorOf = ({ author }: Row): unknown => (isRow(author) ? (author.name ?? author.username) : undefined);

function exported(row: Row): readonly RawFact[] {
  const { message, title, link, createdAt } = row;
  const more = { author: authorOf(row), date: createdAt, html: true };
  if (row.tag === 'category')
    return [leftOut('row', 'category', 'a category of threads, which has no text', title ?? row.forum)];
  if (row.tag === 'thread') {
    if (isYes(row.isDeleted)) return [leftOut('row', 'deleted', 'deleted or removed on the site, left out', title)];
    return [head({ id: nameOf(idOf(row)), title, text: message, link, ...more })];
  }
  if (row.tag !== 'post') return [notDisqus(row)];
  const comment: RawComment = { id: nameOfPost(idOf(row)), text: message, deleted: isGone(row), ...more };
  const thread = nameOf(idOf(row.thread));
  return [{ kind: 'comment', post: thread, parent: nameOfPost(idOf(row.parent)) ?? thread, comment }];
}

const isGone = ({ isDeleted, isSpam }: Row): boolean => isYes(isDeleted) || isYes(isSpam);

function ofThread({ id, clean_title, title, message, link, createdAt, author }: Row): RawPost {
  return {
    id: nameOf(id),
    ...(isSaid(clean_title) ? { title: clean_title } : { title, htmlTitle: true }),
    text: message,
    link,
    date: createdAt,
    author: isRow(author) ? author.name : undefined,
    html: true,
  };
}

/** A post of the API may have its thread within it. */
function post(row: Row): readonly RawFact[] {
  const { id, raw_message, message, points, likes, createdAt, parent } = row;
  const comment: RawComment = {
    id: nameOfPost(id),
    ...(isSaid(raw_message) ? { text: raw_message } : { text: message, html: true }),
    votes: points ?? likes,
    author: authorOf(row),
    date: createdAt,
    link: row.url,
    deleted: isGone(row),
  };
  const thread = isRow(row.thread) ? ofThread(row.thread) : null;
  const name = thread ? thread.id : nameOf(row.thread);
  // One that is deleted is told by itself, so that what answers it answers no post.
  if (thread && !isSaid(parent) && !isGone(row))
    return [{ kind: 'post', post: thread, comments: [comment], list: 'thread' }];
  const fact: RawFact = { kind: 'comment', post: name, parent: nameOfPost(parent) ?? name, comment };
  return thread ? [fact, head(thread)] : [fact];
}
