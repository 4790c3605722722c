import { asText } from '../as-text.ts';
import type { RawComment, RawFact } from '../facts.ts';
import { isSaid, leftOut, sure } from './entries.ts';
import { type Listed, nested } from './nest.ts';
import { isRow, type Row } from './row.ts';
import type { Shape } from './shape.ts';

/** YouTube: the info.json of yt-dlp with its comments, and what the API gives: threads of comments, comments alone, and videos. */
export const youtube: Shape = {
  name: 'youtube',
  title: 'YouTube: videos and comments',
  fits: (sample) => sure(sample, 0.96, (row) => isInfo(row) || kindOf(row) !== null),
  open: () => read,
};

/** yt-dlp writes of every site alike; comments of one name the one that they answer, or 'root'. */
function isInfo(row: Row): boolean {
  if (!('id' in row) || !('title' in row)) return false;
  const comments = Array.isArray(row.comments) ? row.comments.filter(isRow) : [];
  if (comments.length > 0) return comments.every((one) => 'parent' in one && 'text' in one);
  return 'webpage_url' in row && ('extractor' in row || 'extractor_key' in row);
}

type Kind = 'thread' | 'comment' | 'video';

function kindOf(row: Row): Kind | null {
  const { snippet } = row;
  if (!isRow(snippet)) return null;
  if (isRow(snippet.topLevelComment)) return 'thread';
  if ('textDisplay' in snippet || 'textOriginal' in snippet) return 'comment';
  return row.kind === 'youtube#video' && 'title' in snippet ? 'video' : null;
}

function read(value: unknown): readonly RawFact[] {
  if (!isRow(value)) return [notYoutube(value)];
  const kind = kindOf(value);
  if (kind === 'thread') return thread(value.snippet as Row, value.replies);
  if (kind === 'comment') return [alone(value)];
  if (kind === 'video') return [video(value)];
  return isInfo(value) ? info(value) : [notYoutube(value)];
}

const notYoutube = (value: unknown): RawFact =>
  leftOut('row', 'not-youtube', 'neither a video nor a comment of YouTube', value);

const nameOf = (id: unknown): string | null => (isSaid(id) ? `yt_${asText(id)}` : null);
const pageOf = (id: unknown): string | null => (isSaid(id) ? `https://www.youtube.com/watch?v=${asText(id)}` : null);

function info(row: Row): readonly RawFact[] {
  const { id, title, description, uploader, channel, timestamp, upload_date, webpage_url, comments } = row;
  const post = {
    id: nameOf(id),
    title,
    text: description,
    author: uploader ?? channel,
    date: timestamp ?? dayOf(upload_date),
    link: webpage_url ?? pageOf(id),
  };
  const given = Array.isArray(comments) ? comments : [];
  const odd = given.filter((one) => !isRow(one));
  return [
    ...nested(post, given.filter(isRow).map(listedOf)),
    ...odd.map((one) => leftOut('comment', 'not-a-comment', 'something else where a comment should be', one)),
  ];
}

/** Days are written 20240131. */
function dayOf(day: unknown): unknown {
  const digits = typeof day === 'string' ? /^(\d{4})(\d\d)(\d\d)$/.exec(day) : null;
  return digits ? digits.slice(1).join('-') : day;
}

function listedOf({ id, text, html, like_count, author, timestamp, parent }: Row): Listed {
  const name = nameOf(id);
  const comment: RawComment = {
    id: name,
    ...(isSaid(text) || !isSaid(html) ? { text } : { text: html, html: true }),
    votes: like_count,
    author,
    date: timestamp,
  };
  return { id: name, parent: parent === 'root' ? null : nameOf(parent), comment };
}

function thread(snippet: Row, replies: unknown): readonly RawFact[] {
  const top = snippet.topLevelComment as Row;
  const given = isRow(replies) && Array.isArray(replies.comments) ? replies.comments.filter(isRow) : [];
  const post = nameOf(snippet.videoId ?? snippetOf(top).videoId ?? snippet.channelId);
  const comment = { ...commentOf(top), replies: given.map(commentOf) };
  const missing = Number(asText(snippet.totalReplyCount ?? 0)) - given.length;
  const reason = 'not in the file: the API gives a few replies with each comment, and the others when asked';
  return [
    { kind: 'comment', post, parent: post, comment },
    ...(missing > 0 ? [leftOut('reply', 'not-in-file', reason, snippetOf(top).textOriginal, missing)] : []),
  ];
}

const snippetOf = ({ snippet }: Row): Row => (isRow(snippet) ? snippet : {});

function alone(row: Row): RawFact {
  const { videoId, parentId } = snippetOf(row);
  const post = nameOf(videoId);
  return { kind: 'comment', post, parent: nameOf(parentId) ?? post, comment: commentOf(row) };
}

function commentOf(row: Row): RawComment {
  const { textOriginal, textDisplay, likeCount, authorDisplayName, publishedAt, moderationStatus } = snippetOf(row);
  return {
    id: nameOf(row.id),
    ...(isSaid(textOriginal) ? { text: textOriginal } : { text: textDisplay, html: true }),
    votes: likeCount,
    author: authorDisplayName,
    date: publishedAt,
    deleted: moderationStatus === 'rejected',
  };
}

function video(row: Row): RawFact {
  const { title, description, channelTitle, publishedAt } = snippetOf(row);
  const { id } = row;
  const post = { id: nameOf(id), title, text: description, author: channelTitle, date: publishedAt, link: pageOf(id) };
  return { kind: 'post', post, comments: [], list: 'thread' };
}
