import { asText } from '../as-text.ts';
import type { RawComment, RawFact, RawPost } from '../facts.ts';
import { isSaid, leftOut, sure } from './entries.ts';
import { type Listed, looselyUnder, nested } from './nest.ts';
import { isRow, type Row } from './row.ts';
import type { Shape } from './shape.ts';

/** Lemmy: a post with its comments as the API gives them, and lists of posts and of comments. A comment's path names what stands above it. */
export const lemmy: Shape = {
  name: 'lemmy',
  title: 'Lemmy: posts and comments',
  fits: (sample) => sure(sample, 0.96, (row) => partsOf(row).some(isKnown)),
  open: () => (value) => {
    if (!isRow(value)) return [notLemmy(value)];
    return isRow(value.post_view) ? thread(value, value.post_view) : partsOf(value).flatMap(read);
  },
};

const isComment = ({ comment }: Row): boolean =>
  isRow(comment) && 'content' in comment && 'path' in comment && 'post_id' in comment;
const isPost = ({ post }: Row): boolean => isRow(post) && 'id' in post && 'name' in post && 'ap_id' in post;
const isKnown = (row: Row): boolean => isComment(row) || isPost(row);

/** The views of posts and comments in what the API answers. */
function partsOf(row: Row): readonly Row[] {
  if (isKnown(row)) return [row];
  const lists = [row.post_view, row.comment_view, row.posts, row.comments].flat();
  const parts = lists.filter(isRow);
  return parts.length > 0 ? parts : [row];
}

function read(row: Row): readonly RawFact[] {
  if (isComment(row)) return alone(row);
  return isPost(row) ? nestedPost(row, []) : [notLemmy(row)];
}

const notLemmy = (value: unknown): RawFact =>
  leftOut('row', 'not-lemmy', 'neither a post nor a comment of Lemmy', value);

const nameOf = (id: unknown): string | null => (isSaid(id) ? `lm_${asText(id)}` : null);
const nameOfComment = (id: unknown): string | null => (isSaid(id) ? `lmc_${asText(id)}` : null);
const isGone = ({ deleted, removed }: Row): boolean => deleted === true || removed === true;
const creatorOf = ({ creator }: Row): unknown => (isRow(creator) ? creator.name : undefined);

function thread(row: Row, view: Row): readonly RawFact[] {
  const given = Array.isArray(row.comments) ? row.comments : [];
  const known = given.filter((one): one is Row => isRow(one) && isComment(one));
  const odd = given.filter((one) => !(isRow(one) && isComment(one)));
  const facts = isPost(view) ? nestedPost(view, known.map(listedOf)) : [notLemmy(view)];
  const reason = 'something else where a comment should be';
  return [...facts, ...odd.map((one) => leftOut('comment', 'not-a-comment', reason, one))];
}

function nestedPost(view: Row, listed: readonly Listed[]): readonly RawFact[] {
  const post = view.post as Row;
  if (!isGone(post)) return nested(headOf(view), listed);
  const reason = 'deleted or removed on the site, left out';
  return [leftOut('row', 'deleted', reason, post.name), ...looselyUnder(nameOf(post.id), listed)];
}

function headOf(view: Row): RawPost {
  const { id, name, body, ap_id, url, published, published_at } = view.post as Row;
  return {
    id: nameOf(id),
    title: name,
    text: body,
    author: creatorOf(view),
    date: published ?? published_at,
    link: ap_id ?? url,
  };
}

function listedOf(view: Row): Listed {
  const comment = view.comment as Row;
  const counts = isRow(view.counts) ? view.counts : comment;
  const { id, content, path, ap_id, published, published_at } = comment;
  const raw: RawComment = {
    id: nameOfComment(id),
    text: content,
    votes: counts.score ?? counts.upvotes,
    author: creatorOf(view),
    date: published ?? published_at,
    link: ap_id,
    deleted: isGone(comment),
  };
  const above = asText(path).split('.').at(-2);
  return {
    id: nameOfComment(id),
    parent: above === undefined || above === '0' ? null : nameOfComment(above),
    comment: raw,
  };
}

/** A comment of a list has its post within it, mostly. */
function alone(view: Row): readonly RawFact[] {
  const listed = listedOf(view);
  const name = nameOf((view.comment as Row).post_id);
  if (!isPost(view) || isGone(view.post as Row)) return looselyUnder(name, [listed]);
  const post = headOf(view);
  if (listed.parent === null && !isGone(view.comment as Row))
    return [{ kind: 'post', post, comments: [listed.comment], list: 'thread' }];
  return [...looselyUnder(name, [listed]), { kind: 'post', post, comments: [], list: 'thread' }];
}
