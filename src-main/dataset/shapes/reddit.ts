import { append } from '../../common/lists.ts';
import { asText } from '../as-text.ts';
import type { Left, RawComment, RawFact, RawPost } from '../facts.ts';
import { isGiven, isYes } from '../values.ts';
import { lists } from './names.ts';
import { isRow, type Row } from './row.ts';
import type { Shape } from './shape.ts';

/**
 * Reddit, as its API gives a thread (`[listing, listing]`, replies within their comments), as dumps of Pushshift and its followers have
 * submissions and comments (a line each, apart or together, in any order), and as archivers write a submission with its comments in it. Ids
 * are full names: t3_ for posts, t1_ for comments.
 */
export const reddit: Shape = {
  name: 'reddit',
  title: 'Reddit: posts and comments',
  fits: ({ values }) => {
    const signs = values.map(signOf).filter((sign) => sign !== null);
    const known = signs.filter((sign) => sign > 0);
    const share = known.length / Math.max(1, signs.length);
    return share < 0.5 ? 0 : (known.reduce((sum, sign) => sum + sign, 0) / known.length) * (0.9 + 0.1 * share);
  },
  open: () => (value) => read(value, {}, 'row'),
};

const fullName = /^t[1-6]_[0-9a-z]+$/i;
const isName = (value: unknown): value is string => typeof value === 'string' && fullName.test(value);

function signOf(value: unknown): number | null {
  if (Array.isArray(value)) return value.length > 0 && value.every((one) => isRow(one) && isListing(one)) ? 1 : 0;
  if (!isRow(value)) return null;
  if (isListing(value)) return 1;
  const parts = partsOf(value);
  if (parts)
    return signOf(parts.post) === 0.95 && parts.comments.every((one) => isRow(one) && 'body' in one) ? 0.95 : 0;
  const data = isThing(value) ? (value.data as Row) : value;
  if ('body' in data) {
    if (isName(data.link_id)) return 0.97;
    if (isGiven(data.link_id) && 'parent_id' in data) return 0.9;
    if (isName(data.parent_id)) return 0.8;
  }
  // Others put the answers to a post into it, under names that neither the API nor archives have.
  if (lists.some((list) => list !== 'comments' && typeof data[list] === 'object' && data[list] !== null)) return 0;
  return 'selftext' in data && 'title' in data && ('subreddit' in data || 'num_comments' in data) ? 0.95 : 0;
}

const isListing = (row: Row): boolean => row.kind === 'Listing' && isRow(row.data) && Array.isArray(row.data.children);
const isThing = (row: Row): boolean =>
  typeof row.kind === 'string' && /^(?:t[1-6]|more)$/.test(row.kind) && isRow(row.data);

/** A submission beside its comments. */
function partsOf({
  submission,
  post,
  comments,
}: Row): { readonly post: Row; readonly comments: readonly unknown[] } | null {
  const head = isRow(submission) ? submission : post;
  return isRow(head) && Array.isArray(comments) ? { post: head, comments } : null;
}

/** What a thing stands within, for those that don't say so themselves. */
type Within = { readonly post?: unknown; readonly parent?: unknown };

/** @param of what it is where it is nothing that belongs here: a record, or something in one */
function read(value: unknown, within: Within, of: 'row' | 'comment'): readonly RawFact[] {
  if (Array.isArray(value) && of === 'row') return value.flatMap((one) => read(one, within, 'comment'));
  if (!isRow(value)) return [notReddit(value, of)];
  if (isListing(value)) return entriesOf(value).flatMap((one) => read(one, within, 'comment'));
  const parts = partsOf(value);
  if (parts) {
    const id = postName(isName(parts.post.name) ? parts.post.name : parts.post.id);
    return [...read(parts.post, {}, of), ...parts.comments.flatMap((one) => read(one, { post: id }, 'comment'))];
  }
  const data = isThing(value) ? (value.data as Row) : value;
  if (value.kind === 'more') return [more(data)];
  if (isComment(data)) return commentOf(data, within);
  if ('title' in data || 'selftext' in data) return postOf(data);
  return [notReddit(value, of)];
}

/** In a table that has both, each row has the columns of the other. */
function isComment(data: Row): boolean {
  if (isGiven(data.link_id)) return true;
  return 'body' in data && (isGiven(data.body) || !(isGiven(data.title) || isGiven(data.selftext)));
}

/** What a listing or a list holds; nothing where there are no replies, which the API writes as ''. */
function entriesOf(list: unknown): readonly unknown[] {
  if (Array.isArray(list)) return list;
  return isRow(list) && isListing(list) ? ((list.data as Row).children as unknown[]) : [];
}

function notReddit(value: unknown, of: 'row' | 'comment'): RawFact {
  const reason = 'neither a post nor a comment of Reddit';
  return { kind: 'left', of, why: 'not-reddit', reason, text: JSON.stringify(value) ?? '' };
}

/** The post, and the comments where an archiver wrote them into it. */
function postOf(data: Row): readonly RawFact[] {
  const { title, selftext, author, created_utc, created, permalink, url } = data;
  const post: RawPost = {
    id: postName(isName(data.name) ? data.name : data.id),
    title: unescaped(title),
    text: unescaped(selftext),
    author,
    date: created_utc ?? created,
    link: linkOf(permalink) ?? url,
  };
  const left: Left[] = [];
  const comments = treesOf(data.comments, left);
  return [{ kind: 'post', post, comments, list: 'thread' }, ...left];
}

function treesOf(list: unknown, left: Left[]): readonly RawComment[] {
  return entriesOf(list).flatMap((entry) => {
    if (!isRow(entry)) return [{ text: entry }];
    const data = isThing(entry) ? (entry.data as Row) : entry;
    if (entry.kind === 'more') {
      left.push(more(data));
      return [];
    }
    append(left, hiddenOf(data));
    return [{ ...bodyOf(data), replies: treesOf(data.replies, left) }];
  });
}

/** The comment and, where they stand in it, the replies: each names what it answers. */
function commentOf(data: Row, within: Within): readonly RawFact[] {
  const comment = bodyOf(data);
  const { link_id, submission, parent_id } = data;
  const post = postName(link_id ?? (typeof submission === 'string' ? submission : null)) ?? within.post;
  const parent = parentName(parent_id, post) ?? within.parent ?? post;
  return [
    { kind: 'comment', post, parent, comment },
    ...hiddenOf(data),
    ...entriesOf(data.replies).flatMap((reply) => read(reply, { post, parent: comment.id }, 'comment')),
  ];
}

const isHidden = ({ score_hidden, score, ups }: Row): boolean =>
  score_hidden !== undefined && isYes(score_hidden) && isGiven(score ?? ups);

function hiddenOf(data: Row): readonly Left[] {
  if (!isHidden(data)) return [];
  const reason = 'hidden by the site when they were written down';
  return [{ kind: 'left', of: 'vote', why: 'votes-hidden', reason, text: asText(data.body ?? '') }];
}

function bodyOf(data: Row): RawComment {
  const { name, id, body, author, created_utc, created, permalink, score, ups } = data;
  return {
    text: unescaped(body),
    votes: isHidden(data) ? undefined : (score ?? ups),
    id: isName(name) ? name : nameOf(id, 't1'),
    author,
    date: created_utc ?? created,
    link: linkOf(permalink),
  };
}

/** Comments that a thread's JSON only counts. */
function more(data: Row): Left {
  const { count, parent_id } = data;
  const reason = 'not in the file: Reddit left them behind a link';
  const number = typeof count === 'number' && count > 0 ? count : 1;
  return { kind: 'left', of: 'comment', why: 'behind-a-link', reason, text: asText(parent_id ?? ''), count: number };
}

/** The full name: dumps have it, or only the id in it, or that id as the number which it is to the base of 36. */
function nameOf(id: unknown, kind: 't1' | 't3'): unknown {
  if (isName(id) || !isGiven(id)) return id;
  if (typeof id === 'number' && Number.isSafeInteger(id)) return `${kind}_${id.toString(36)}`;
  return typeof id === 'string' ? `${kind}_${id}` : id;
}

const postName = (id: unknown): unknown => nameOf(id, 't3');

function parentName(id: unknown, post: unknown): unknown {
  if (!isGiven(id)) return null;
  return postName(id) === post ? post : nameOf(id, 't1');
}

/** The API writes three signs as entities where nobody asks it not to, and dumps of it keep them. */
function unescaped(text: unknown): unknown {
  if (typeof text !== 'string' || !text.includes('&')) return text;
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function linkOf(permalink: unknown): unknown {
  return typeof permalink === 'string' && permalink.startsWith('/') ? `https://www.reddit.com${permalink}` : permalink;
}
