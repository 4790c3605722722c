import { asText } from '../as-text.ts';
import type { RawComment, RawFact, RawPost } from '../facts.ts';
import { isSaid, leftOut, sure } from './entries.ts';
import { type Listed, looselyUnder, nested } from './nest.ts';
import { isRow, type Row } from './row.ts';
import type { Shape } from './shape.ts';

/**
 * Mastodon: statuses, each alone, and the context of one (what stands above and below it), with the status or without. The status that answers none is
 * the post, all others are comments and replies.
 */
export const mastodon: Shape = {
  name: 'mastodon',
  title: 'Mastodon: statuses and their replies',
  fits: (sample) => sure(sample, 0.95, (row) => isStatus(row) || contextOf(row) !== null),
  open: () => read,
};

const isStatus = (row: Row): boolean =>
  'content' in row &&
  isRow(row.account) &&
  'acct' in row.account &&
  ('favourites_count' in row || 'in_reply_to_id' in row);

/** The context in a record: the record itself, or beside its status. */
function contextOf(row: Row): Row | null {
  const context = isRow(row.context) ? row.context : row;
  return Array.isArray(context.descendants) || Array.isArray(context.ancestors) ? context : null;
}

function read(value: unknown): readonly RawFact[] {
  if (!isRow(value)) return [notMastodon(value)];
  const context = contextOf(value);
  if (context) return thread(value, context);
  return isStatus(value) ? alone(value) : [notMastodon(value)];
}

const notMastodon = (value: unknown): RawFact =>
  leftOut('row', 'not-mastodon', 'neither a status of Mastodon nor the context of one', value);

const nameOf = (id: unknown): string | null => (isSaid(id) ? `ma_${asText(id)}` : null);

/** The statuses of a thread, in any order. */
function thread(row: Row, context: Row): readonly RawFact[] {
  const { ancestors, descendants } = context;
  const own = isRow(row.status) ? row.status : isStatus(row) ? row : null;
  const given = [ancestors, own ?? [], descendants].flatMap((one) => (one ?? []) as unknown);
  const statuses = given.filter((one): one is Row => isRow(one) && isStatus(one));
  const odd = given.filter((one) => !(isRow(one) && isStatus(one)));
  const root = statuses.find(({ in_reply_to_id }) => !isSaid(in_reply_to_id));
  const names = new Set(statuses.map(({ id }) => nameOf(id)));
  const missing = statuses.map(({ in_reply_to_id }) => nameOf(in_reply_to_id)).find((name) => !names.has(name));
  // Where nothing stands above it, what they answer is the status that was asked about.
  const post = root ? nameOf(root.id) : (missing ?? null);
  const listed = statuses.filter((status) => status !== root).map((status) => listedOf(status, post));
  const reason = 'something else where a status should be';
  return [
    ...(root ? nested(headOf(root), listed) : looselyUnder(post, listed)),
    ...statuses.filter((status) => status !== root).flatMap(warningOf),
    ...odd.map((one) => leftOut('comment', 'not-a-status', reason, one)),
    ...(given.length === 0 ? [leftOut('row', 'no-replies', 'nobody answered: the context is empty', '')] : []),
  ];
}

/** What a status answers may be a post or a comment, and stand elsewhere. */
function alone(status: Row): readonly RawFact[] {
  if (isRow(status.reblog)) {
    const reason = "passes on another's status and has no text of its own, left out";
    return [leftOut('row', 'boost', reason, status.reblog.content)];
  }
  const answered = nameOf(status.in_reply_to_id);
  if (answered === null) return [{ kind: 'post', post: headOf(status), comments: [], list: 'thread' }];
  return [{ kind: 'comment', parent: answered, comment: commentOf(status) }, ...warningOf(status)];
}

const accountOf = ({ account }: Row): unknown => (isRow(account) ? account.acct : undefined);

function headOf(status: Row): RawPost {
  const { id, content, created_at, url, uri, spoiler_text } = status;
  return {
    id: nameOf(id),
    title: isSaid(spoiler_text) ? spoiler_text : undefined,
    text: content,
    author: accountOf(status),
    date: created_at,
    link: url ?? uri,
    html: true,
  };
}

function listedOf(status: Row, post: string | null): Listed {
  const parent = nameOf(status.in_reply_to_id);
  return { id: nameOf(status.id), parent: parent === post ? null : parent, comment: commentOf(status) };
}

function commentOf(status: Row): RawComment {
  const { id, content, favourites_count, created_at, url, uri } = status;
  return {
    id: nameOf(id),
    text: content,
    votes: favourites_count,
    author: accountOf(status),
    date: created_at,
    link: url ?? uri,
    html: true,
  };
}

/** Comments have no title that a warning could be. */
function warningOf({ spoiler_text }: Row): readonly RawFact[] {
  if (!isSaid(spoiler_text)) return [];
  const reason = 'a warning that stands before the text, passed over';
  return [{ kind: 'noted', of: 'comment', why: 'warning', reason, text: asText(spoiler_text) }];
}
