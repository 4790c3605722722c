import type { NewPost, Split } from '../contract/records.ts';
import type { ContextRow, LabelRow, PairRow, PostHead, Row, Skip } from '../dataset/row.ts';
import { splitOf } from '../dataset/split.ts';
import { addPost } from '../store/add-post.ts';
import type { From } from '../store/adding.ts';
import { addAnswer } from '../store/answers.ts';
import { joinContext, joinContextByText } from '../store/contexts.ts';
import type { WritingStore } from '../store/open.ts';
import { commentIdByText, postByKey } from '../store/posts.ts';

const skipsListed = 10_000;

/** What the rows of a file have come to. */
export type Tally = {
  posts: number;
  comments: number;
  labels: number;
  contexts: number;
  unmatched: number;
  ambiguous: number;
  contextsKept: number;
  skippedCount: number;
  looksLikeHtml: number;
  keptWithGroup: number;
  skipped: { line: number; reason: string }[];
};

export function emptyTally(): Tally {
  const counts = { posts: 0, comments: 0, labels: 0, contexts: 0, unmatched: 0, ambiguous: 0, contextsKept: 0 };
  return { ...counts, skippedCount: 0, looksLikeHtml: 0, keptWithGroup: 0, skipped: [] };
}

/** Adds what a row brings to the store and to the tally. */
export function take(store: WritingStore, importId: number, row: Row, split: Split | undefined, tally: Tally): void {
  if ('html' in row && row.html) tally.looksLikeHtml += 1;
  if (row.kind === 'skip') skip(tally, row);
  else if (row.kind === 'context') takeContext(store, importId, row, tally);
  else if (row.kind === 'label') takeLabel(store, importId, row, split, tally);
  else if (row.kind === 'pair') takePair(store, importId, row, split, tally);
  else {
    const list = row.kind === 'post' ? 'row' : 'thread';
    takePost(store, { importId, line: row.line, list }, { ...placed(row.post, split), comments: row.comments }, tally);
  }
}

/** The number of the post, or null where its key belongs to another one. */
function takePost(store: WritingStore, from: From, post: NewPost, tally: Tally): number | null {
  const added = addPost(store, post, from);
  if (added.outcome === 'conflict') {
    skip(tally, {
      kind: 'skip',
      line: from.line ?? 0,
      reason: `another post with the id ${shown(post.key)} has a different text`,
    });
    return null;
  }
  const isNew = added.outcome === 'new';
  if (isNew) tally.posts += 1;
  if (isNew && added.split !== post.split) tally.keptWithGroup += 1;
  tally.comments += added.comments.filter((outcome) => outcome === 'new').length;
  if (added.context === 'added') tally.contexts += 1;
  if (added.context === 'other') tally.contextsKept += 1;
  return added.postId;
}

function takeContext(store: WritingStore, importId: number, { line, post, context }: ContextRow, tally: Tally): void {
  const joined =
    'id' in post ? joinContext(store, post.id, context, importId) : joinContextByText(store, post, context, importId);
  const leaveOut = (reason: string): void => skip(tally, { kind: 'skip', line, reason });
  if (joined === 'added') tally.contexts += 1;
  if (joined === 'no-post') {
    tally.unmatched += 1;
    leaveOut(`there is no post with ${nameOf(post)}`);
  }
  if (joined === 'several-posts') {
    tally.ambiguous += 1;
    leaveOut(`there is more than one post with ${nameOf(post)}`);
  }
  if (joined === 'other') {
    tally.contextsKept += 1;
    const which = 'id' in post ? shown(post.id) : `with ${nameOf(post)}`;
    leaveOut(`the post ${which} has another context already, which stays`);
  }
}

function nameOf(post: ContextRow['post']): string {
  if ('id' in post) return `the id ${shown(post.id)}`;
  const title = post.title === null ? '' : `the title ${JSON.stringify(shown(post.title))} and `;
  return `${title}the text ${JSON.stringify(shown(post.text))}`;
}

function takePair(store: WritingStore, importId: number, row: PairRow, split: Split | undefined, tally: Tally): void {
  const comments = [row.chosen, row.rejected].map((text) => ({ text, rank: null, votes: null }));
  const postId = takePost(store, { importId, line: row.line }, { ...placed(row.post, split), comments }, tally);
  if (postId === null) return;
  const { added } = addAnswer(store, {
    postId,
    leftId: commentIdByText(store, postId, row.chosen)!,
    rightId: commentIdByText(store, postId, row.rejected)!,
    choice: 'left',
    annotator: 'import',
    origin: 'import',
    key: row.labelKey,
    importId,
  });
  if (added) tally.labels += 1;
}

function takeLabel(store: WritingStore, importId: number, row: LabelRow, split: Split | undefined, tally: Tally): void {
  const comments = [row.left, row.right].map((text) => ({ text, rank: null, votes: null }));
  const known = postByKey(store, row.postKey);
  const postId = row.post
    ? takePost(store, { importId, line: row.line }, { ...placed(row.post, split), comments }, tally)
    : (known?.id ?? null);
  if (postId === null) {
    if (!row.post) skip(tally, { kind: 'skip', line: row.line, reason: `there is no post ${shown(row.postKey)}` });
    return;
  }
  const leftId = commentIdByText(store, postId, row.left);
  const rightId = commentIdByText(store, postId, row.right);
  if (leftId === null || rightId === null) {
    const side = leftId === null ? 'left' : 'right';
    skip(tally, { kind: 'skip', line: row.line, reason: `the post has no comment with the text of ${side}` });
    return;
  }
  const { added } = addAnswer(store, { ...row, postId, leftId, rightId, key: row.labelKey, importId });
  if (added) tally.labels += 1;
}

function placed(post: PostHead, split: Split | undefined): Omit<NewPost, 'comments'> {
  return { ...post, split: split ?? post.split ?? splitOf(post.group) };
}

/** Counts a row that is left out; the first ones are listed. */
export function skip(tally: Tally, { line, reason }: Skip): void {
  tally.skippedCount += 1;
  if (tally.skipped.length < skipsListed) tally.skipped.push({ line, reason });
}

function shown(key: string): string {
  return key.length > 80 ? `${key.slice(0, 80)}...` : key;
}
