import { asText } from '../as-text.ts';
import type { RawComment, RawFact, RawPost } from '../facts.ts';
import { isSaid, leftOut, sure } from './entries.ts';
import { type Listed, looselyUnder, nested } from './nest.ts';
import { isRow, type Row } from './row.ts';
import type { Shape } from './shape.ts';

/**
 * Discourse: topics as its API gives them, whose first post is the text, further posts of a topic without it, and posts alone. Posts name
 * what they answer by its number in the topic, and so are known by topic and number.
 */
export const discourse: Shape = {
  name: 'discourse',
  title: 'Discourse: topics with their posts',
  fits: (sample) => sure(sample, 0.96, (row) => isTopic(row) || isPost(row)),
  open: () => read,
};

type Topic = Row & { readonly post_stream: { readonly posts: readonly unknown[]; readonly stream?: unknown } };

const isTopic = (row: Row): row is Topic => isRow(row.post_stream) && Array.isArray(row.post_stream.posts);
const isPost = (row: Row): boolean => 'post_number' in row && 'topic_id' in row && ('cooked' in row || 'raw' in row);

function read(value: unknown): readonly RawFact[] {
  if (isRow(value) && isTopic(value)) return topic(value);
  if (isRow(value) && isPost(value)) return alone(value, value.topic_id);
  return [leftOut('row', 'not-discourse', 'neither a topic nor a post of Discourse', value)];
}

function topic(row: Topic): readonly RawFact[] {
  const posts = row.post_stream.posts.filter(isRow);
  const odd = row.post_stream.posts.filter((one) => !isRow(one));
  const others = odd.map((one) => leftOut('comment', 'not-a-post', 'something else where a post should be', one));
  const id = row.id ?? posts.find(({ topic_id }) => isSaid(topic_id))?.topic_id;
  const first = posts.find(isFirst);
  const rest = posts.filter((post) => post !== first);
  const listed = rest.filter(isText).map((post) => listedOf(post, id));
  const facts = first
    ? nested(headOf(row, first, rest, id), listed)
    : // The title alone would be taken for the text of the topic.
      looselyUnder(nameOf(id), listed);
  return [...facts, ...rest.filter((post) => !isText(post)).map(notice), ...others, ...notHere(row, posts, first)];
}

/** A post by itself, or one of those that are fetched after a topic. */
function alone(post: Row, id: unknown): readonly RawFact[] {
  if (isFirst(post))
    return [{ kind: 'post', post: headOf({ title: post.topic_title }, post, [], id), comments: [], list: 'thread' }];
  return isText(post) ? looselyUnder(nameOf(id), [listedOf(post, id)]) : [notice(post)];
}

const isFirst = ({ post_number }: Row): boolean => Number(asText(post_number)) === 1;
/** 1 is a person's post; others say what moderators did, or are for the staff alone. */
const isText = ({ post_type }: Row): boolean => !isSaid(post_type) || Number(asText(post_type)) === 1;
const isGone = (post: Row): boolean => post.user_deleted === true || post.hidden === true || isSaid(post.deleted_at);

const nameOf = (topicId: unknown): string | null => (isSaid(topicId) ? `dc_${asText(topicId)}` : null);
const nameOfPost = (topicId: unknown, number: unknown): string | null =>
  isSaid(number) && isSaid(topicId) ? `dcp_${asText(topicId)}_${asText(number)}` : null;

function headOf(row: Row, first: Row, rest: readonly Row[], id: unknown): RawPost {
  const { accepted_answer } = row;
  const number = isRow(accepted_answer)
    ? accepted_answer.post_number
    : rest.find((post) => post.accepted_answer === true)?.post_number;
  return {
    id: nameOf(id),
    title: row.title,
    ...(isGone(first) ? {} : textOf(first)),
    author: first.username,
    date: first.created_at ?? row.created_at,
    accepted: nameOfPost(id, number),
  };
}

function listedOf(post: Row, id: unknown): Listed {
  const { username, created_at, reply_to_post_number: answered } = post;
  const name = nameOfPost(id, post.post_number ?? post.id);
  const comment: RawComment = {
    ...textOf(post),
    votes: likesOf(post),
    id: name,
    author: username,
    date: created_at,
    deleted: isGone(post),
  };
  const parent = isSaid(answered) && Number(asText(answered)) > 1 ? nameOfPost(id, answered) : null;
  return { id: name, parent, comment };
}

const textOf = ({ raw, cooked }: Row): { text: unknown; html: boolean } =>
  isSaid(raw) ? { text: raw, html: false } : { text: cooked, html: true };

/** The site leaves out the count of likes where there are none. */
function likesOf({ actions_summary, like_count, reaction_users_count }: Row): unknown {
  const actions = Array.isArray(actions_summary) ? actions_summary.filter(isRow) : null;
  const likes = actions?.find(({ id }) => Number(asText(id)) === 2)?.count;
  return likes ?? like_count ?? reaction_users_count ?? (actions ? 0 : undefined);
}

function notice(post: Row): RawFact {
  const reason = 'a note of the site or of its moderators and no post, left out';
  return leftOut('comment', 'site-notice', reason, post.raw ?? post.cooked ?? post.action_code ?? post.id);
}

/** Posts that the topic only names. */
function notHere(row: Topic, posts: readonly Row[], first: Row | undefined): readonly RawFact[] {
  const { stream } = row.post_stream;
  if (!Array.isArray(stream)) return [];
  const here = new Set(posts.map(({ id }) => asText(id)));
  const missing = stream.filter((id) => !here.has(asText(id)));
  const count = missing.length - (first ? 0 : 1);
  const reason = 'not in the file, which has the first posts of a longer topic only';
  return count > 0 ? [leftOut('comment', 'not-in-file', reason, `post ${asText(missing.at(-1))}`, count)] : [];
}
