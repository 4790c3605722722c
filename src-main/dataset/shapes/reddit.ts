import type { RawComment, RawFact, RawPost } from '../facts.ts';
import { lists } from './names.ts';
import { isRow, type Row } from './row.ts';
import type { Shape } from './shape.ts';

/**
 * Reddit, as its API gives a thread (`[listing, listing]`, replies within their comments) and as dumps of Pushshift and its followers have
 * submissions and comments: a line each, apart or together, in any order. Ids are full names: t3_ for posts, t1_ for comments.
 */
export const reddit: Shape = {
  name: 'reddit',
  title: 'Reddit: posts and comments',
  fits: ({ values }) => {
    const signs = values.filter(isRow).map(signOf);
    return signs.length === 0 ? 0 : signs.reduce((sum, sign) => sum + sign, 0) / signs.length;
  },
  open: () => read,
};

const fullName = /^t[1-6]_[0-9a-z]+$/i;

function signOf(row: Row): number {
  if (isListing(row)) return 1;
  const data = isThing(row) ? (row.data as Row) : row;
  // Others put the comments of a post into it, as neither the API nor dumps do.
  if (lists.some((list) => typeof data[list] === 'object' && data[list] !== null) && !isRow(data.replies)) return 0;
  if (typeof data.link_id === 'string' && fullName.test(data.link_id) && 'body' in data) return 0.97;
  if ('selftext' in data && 'title' in data && ('subreddit' in data || 'num_comments' in data)) return 0.95;
  return 0;
}

const isListing = (row: Row): boolean => row.kind === 'Listing' && isRow(row.data) && Array.isArray(row.data.children);
const isThing = (row: Row): boolean =>
  typeof row.kind === 'string' && /^(?:t[1-6]|more)$/.test(row.kind) && isRow(row.data);

function read(value: unknown): readonly RawFact[] {
  if (!isRow(value)) return [notReddit(value)];
  if (isListing(value)) return (value.data as { children: unknown[] }).children.flatMap(read);
  const data = isThing(value) ? (value.data as Row) : value;
  if (value.kind === 'more') return [more(data)];
  if ('body' in data || isName(data.link_id)) return commentOf(data);
  if ('title' in data || 'selftext' in data)
    return [{ kind: 'post', post: postOf(data), comments: [], list: 'thread' }];
  return [notReddit(value)];
}

const isName = (value: unknown): value is string => typeof value === 'string' && fullName.test(value);

function notReddit(value: unknown): RawFact {
  const reason = 'neither a post nor a comment of Reddit';
  return { kind: 'left', of: 'row', why: 'not-reddit', reason, text: JSON.stringify(value) ?? '' };
}

function postOf(data: Row): RawPost {
  const { title, selftext, author, created_utc, created, permalink, url } = data;
  return {
    id: nameOf(data, 't3'),
    title: unescaped(title),
    text: unescaped(selftext),
    author,
    date: created_utc ?? created,
    link: linkOf(permalink) ?? url,
  };
}

/** The comment and, where the API nests them, the replies to it: those name what they answer themselves. */
function commentOf(data: Row): readonly RawFact[] {
  const { link_id, parent_id, replies } = data;
  const comment: RawFact = { kind: 'comment', post: link_id, parent: parent_id ?? link_id, comment: bodyOf(data) };
  const hidden: readonly RawFact[] = isHidden(data)
    ? [
        {
          kind: 'left',
          of: 'vote',
          why: 'votes-hidden',
          reason: 'hidden by the site when they were written down',
          text: String(data.body ?? ''),
        },
      ]
    : [];
  return [comment, ...hidden, ...(isRow(replies) ? read(replies) : [])];
}

const isHidden = ({ score_hidden, score, ups }: Row): boolean =>
  score_hidden === true && (score ?? ups ?? null) !== null;

function bodyOf(data: Row): RawComment {
  const { body, author, created_utc, created, permalink, score, ups } = data;
  return {
    text: unescaped(body),
    votes: isHidden(data) ? undefined : (score ?? ups),
    id: nameOf(data, 't1'),
    author,
    date: created_utc ?? created,
    link: linkOf(permalink),
  };
}

/** Comments that a thread's JSON only counts. */
function more(data: Row): RawFact {
  const { count, parent_id } = data;
  const reason = 'not in the file: Reddit left them behind a link';
  const number = typeof count === 'number' && count > 0 ? count : 1;
  return { kind: 'left', of: 'comment', why: 'behind-a-link', reason, text: String(parent_id ?? ''), count: number };
}

/** The full name: dumps have it, or only the id in it. */
function nameOf({ name, id }: Row, kind: 't1' | 't3'): unknown {
  if (isName(name)) return name;
  return typeof id === 'string' && !fullName.test(id) ? `${kind}_${id}` : id;
}

/** The API writes three signs as entities where nobody asks it not to, and dumps of it keep them. */
function unescaped(text: unknown): unknown {
  if (typeof text !== 'string' || !text.includes('&')) return text;
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function linkOf(permalink: unknown): unknown {
  return typeof permalink === 'string' && permalink.startsWith('/') ? `https://www.reddit.com${permalink}` : permalink;
}
