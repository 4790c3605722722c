import type { NewComment, NewPost } from '../contract/records.ts';
import { addComments, type KnownPost, knownPost, makePost } from './add-post.ts';
import type { AddedUnder, CommentUnder, From } from './adding.ts';
import { row, rows, statement, type WritingStore } from './connection.ts';
import { isErased } from './erased.ts';
import { noteKey } from './other-keys.ts';
import { dropEmptyGroup, fillPost, removePost, rootIdOf } from './post-texts.ts';
import { hashOf } from './posts.ts';
import { waitingPost } from './waiting-posts.ts';

/** Comments of files that name what each stands under: posts and comments come in any order, and some never come. */

/** What a comment stands under. */
type Place = {
  readonly post: KnownPost;
  readonly made: AddedUnder['post'];
  /** The key of the comment that it answers; null where it answers the post. */
  readonly answers: string | null;
};

/** Adds a comment to what it stands under. A post that is not there is made, with the text that waits for it or without one. */
export function addCommentUnder(store: WritingStore, given: CommentUnder, from: From): AddedUnder {
  const place = placeOf(store, given, from);
  const { comment, replies } = given;
  const nothing = { reply: false, postId: null, post: 'known', head: 'known', ...none } as const;
  if (place === null) return { ...nothing, outcome: 'nowhere' };
  if (place === 'erased') return { ...nothing, outcome: 'erased' };
  const { post, made, answers } = place;
  // Where a file says of each comment its post, a comment is never taken for one.
  const loose = given.post === null;
  const so = { ...nothing, reply: answers !== null, postId: post.id, post: made };
  const key = comment.key ?? null;
  const deleted = comment.text === '';
  if (deleted || (answers !== null && replies === 'leave')) {
    if (key !== null && (deleted || loose)) noteKey(store, key, post.id, null, from.importId);
    const turned = turnAway(store, post, key, loose, replies, from);
    return { ...so, outcome: deleted ? 'deleted' : 'left', ...turned };
  }
  if (answers === null) {
    const { comments } = addComments(store, post.id, [comment], from, false);
    return { ...so, outcome: comments[0]!, ...turn(store, post, key, loose, replies, from) };
  }
  const under = answeredPost(store, post, answers, from);
  if (under === null) {
    // Nor does it stay for who answers it.
    if (key !== null) noteKey(store, key, post.id, null, from.importId);
    return { ...so, outcome: 'left', ...turnAway(store, post, key, loose, replies, from) };
  }
  const { comments } = addComments(store, under.post.id, [comment], from, false);
  const turned = turn(store, under.post, key, loose, replies, from);
  return { ...so, outcome: comments[0]!, postId: under.post.id, post: under.made, head: made, ...turned };
}

function placeOf(
  store: WritingStore,
  { post, parent, group, split }: CommentUnder,
  from: From,
): Place | 'erased' | null {
  const key = post ?? parent;
  if (key === null) return null;
  if (isErased(store, 'post', key)) return 'erased';
  const answers = post !== null && parent !== null && parent !== post ? parent : null;
  const known = knownPost(store, key);
  if (known) return { post: known, made: 'known', answers };
  if (post === null && !waitingPost(store, key)) {
    const answered = postOfComment(store, key);
    if (answered) return { post: answered, made: 'known', answers: key };
  }
  const name = group ?? key;
  const { filled } = makePost(store, { key, group: name, split: split(name) }, from);
  return { post: knownPost(store, key)!, made: filled ? 'made-with-text' : 'made', answers };
}

/** The post among whose comments one has this key, or had it before it was left out. */
function postOfComment(store: WritingStore, key: string): KnownPost | undefined {
  const found =
    row<{ key: string }>(
      store,
      `SELECT posts.key FROM comments JOIN posts ON posts.id = post_id WHERE comments.key = ? ORDER BY posts.id DESC LIMIT 1`,
      key,
    ) ??
    row<{ key: string }>(
      store,
      `SELECT posts.key FROM other_keys JOIN posts ON posts.id = post_id WHERE other_keys.key = ? ORDER BY posts.id DESC LIMIT 1`,
      key,
    );
  return found && knownPost(store, found.key);
}

type Answered = Pick<NewComment, 'text' | 'author' | 'createdAt' | 'link'> & {
  readonly key: string | null;
  readonly postId: number;
  readonly importId: number | null;
};

/**
 * The post that an answered comment is, made where it is not there yet: without its text where the comment comes later. null for a deleted
 * comment: nobody can compare what answers nothing.
 */
function answeredPost(
  store: WritingStore,
  post: KnownPost,
  answers: string,
  from: From,
): { readonly post: KnownPost; readonly made: AddedUnder['post'] } | null {
  const root = rootOf(store, post);
  const other = row<{ id: number | null }>(
    store,
    'SELECT comment_id AS id FROM other_keys WHERE key = ? AND post_id IN (?, ?)',
    answers,
    post.id,
    root.id,
  );
  if (other && other.id === null) return null;
  const columns =
    'comments.text, comments.author, comments.created_at AS createdAt, comments.link, comments.key, post_id AS postId, comments.import_id AS importId';
  const comment = other
    ? row<Answered>(store, `SELECT ${columns} FROM comments WHERE id = ?`, other.id)
    : row<Answered>(
        store,
        `SELECT ${columns} FROM comments JOIN posts ON posts.id = post_id
         WHERE comments.key = ? AND (posts.id = ? OR posts.key >= ? AND posts.key < ?) ORDER BY posts.id DESC LIMIT 1`,
        ...[answers, root.id, `${root.key}/`, `${root.key}0`],
      );
  const key = keyUnder(root.key, comment ?? { key: answers, text: '' });
  const known = knownPost(store, key);
  if (known) return { post: known, made: 'known' };
  if (isErased(store, 'post', key)) return null;
  const { group, split } = root;
  const { id } = makePost(store, { key, group, split, under: comment?.postId ?? root.id }, from);
  if (comment) fillAnswered(store, id, comment, from.line);
  return { post: knownPost(store, key)!, made: comment ? 'made-with-text' : 'made' };
}

/** The post at the head of the answered comments. */
function rootOf(store: WritingStore, post: KnownPost): KnownPost {
  if (post.under === null) return post;
  const key = row<{ key: string }>(store, 'SELECT key FROM posts WHERE id = ?', rootIdOf(store, post.id))!.key;
  return knownPost(store, key)!;
}

/** The key of the post that an answered comment is. */
export function keyUnder(root: string, { key, text }: { readonly key: string | null; readonly text: string }): string {
  return `${root}/${key ?? hashOf(text).toString('hex')}`;
}

/** Gives the post of an answered comment its text, which is the comment's, and what it shows of the post above. */
function fillAnswered(store: WritingStore, id: number, comment: Answered, line: number | null): void {
  const { title, text } = row<{ title: string | null; text: string }>(
    store,
    'SELECT title, text FROM posts WHERE id = ?',
    comment.postId,
  )!;
  fillPost(store, id, { ...comment, title }, comment.importId, line);
  statement(
    store,
    `UPDATE posts SET under_id = ?, context = nullif(?, '') WHERE id = ? AND context_import_id IS NULL`,
  ).run(comment.postId, text, id);
}

type Turned = Pick<AddedUnder, 'turned' | 'gone' | 'figuresGone' | 'postsTaken'>;
const none: Turned = { turned: 0, gone: 0, figuresGone: 0, postsTaken: 0 };

/** Looks, when a comment has come, whether others came before it that answer it. */
function turn(
  store: WritingStore,
  post: KnownPost,
  key: string | null,
  loose: boolean,
  replies: CommentUnder['replies'],
  from: From,
): Turned {
  if (key === null) return none;
  if (replies === 'leave') return turnAway(store, post, key, loose, replies, from);
  const root = rootOf(store, post);
  const comment = row<Answered>(
    store,
    `SELECT text, author, created_at AS createdAt, link, key, post_id AS postId, import_id AS importId FROM comments
     WHERE key = ? AND post_id = ?`,
    key,
    post.id,
  );
  if (!comment) return none;
  const name = keyUnder(root.key, { key, text: '' });
  const waits = knownPost(store, name);
  if (waits) {
    if (waits.text === '' && !isAbove(store, waits.id, post.id)) fillAnswered(store, waits.id, comment, from.line);
    return none;
  }
  const taken = loose ? loosePost(store, root, key, from) : undefined;
  if (!taken) return none;
  // What stands under it has keys that begin with its own.
  statement(
    store,
    `WITH RECURSIVE those (id) AS (
       SELECT id FROM posts WHERE under_id = ?1 UNION SELECT posts.id FROM posts JOIN those ON under_id = those.id)
     UPDATE OR IGNORE posts SET key = ?2 || substr(key, ?3), "group" = ?4, split = ?5 WHERE id IN (SELECT id FROM those)`,
  ).run({ 1: taken.id, 2: root.key, 3: taken.key.length + 1, 4: root.group, 5: root.split });
  statement(store, 'UPDATE posts SET key = ?, "group" = ?, split = ? WHERE id = ?').run(
    name,
    root.group,
    root.split,
    taken.id,
  );
  dropEmptyGroup(store, taken.group);
  fillAnswered(store, taken.id, comment, from.line);
  return { ...none, turned: countComments(store, taken.id) };
}

/** The same, where the comment stays out: so do those. */
function turnAway(
  store: WritingStore,
  post: KnownPost,
  key: string | null,
  loose: boolean,
  replies: CommentUnder['replies'],
  from: From,
): Turned {
  if (key === null) return none;
  const root = rootOf(store, post);
  const waits = replies === 'under' ? knownPost(store, keyUnder(root.key, { key, text: '' })) : undefined;
  const wait =
    waits?.text === '' && !isAbove(store, waits.id, post.id) && isOwn(store, waits.id, from) ? waits : undefined;
  const lost = loose ? loosePost(store, root, key, from) : undefined;
  const taken = [wait, lost].filter((one) => one !== undefined);
  const below = taken.flatMap((one) => ownBelow(store, one.id, post, from));
  const away = { turned: 0, gone: 0, figuresGone: 0 };
  for (const { id } of [...taken, ...below]) {
    const comments = countComments(store, id);
    away.gone += comments;
    // The others were replies all along.
    if (id === lost?.id) away.turned += comments;
    away.figuresGone += countFigures(store, id);
    // Who answers one of these is no comment of a post either.
    statement(
      store,
      `INSERT INTO other_keys (key, post_id, comment_id, import_id)
       SELECT key, ?, NULL, ? FROM comments WHERE post_id = ? AND key IS NOT NULL ON CONFLICT DO NOTHING`,
    ).run(post.id, from.importId ?? 0, id);
    statement(store, 'UPDATE OR IGNORE other_keys SET post_id = ?, comment_id = NULL WHERE post_id = ?').run(
      post.id,
      id,
    );
    removePost(store, id);
  }
  return { ...away, postsTaken: taken.length + below.length };
}

/** Whether a post is another one, or that stands under it: comments of a broken file answer each other in a circle. */
function isAbove(store: WritingStore, id: number, other: number): boolean {
  return (
    row(
      store,
      `WITH RECURSIVE up (id) AS (SELECT ? UNION SELECT under_id FROM posts JOIN up ON posts.id = up.id WHERE under_id IS NOT NULL)
       SELECT 1 FROM up WHERE id = ?`,
      other,
      id,
    ) !== undefined
  );
}

/** A post that this import made for comments of which only this key was known, and which may be a comment. */
function loosePost(store: WritingStore, root: KnownPost, key: string, from: From): KnownPost | undefined {
  const found = knownPost(store, key);
  if (!found || found.id === root.id || found.text !== '' || found.title !== null || found.under !== null)
    return undefined;
  return isOwn(store, found.id, from) ? found : undefined;
}

/** Whether nobody else has anything in a post. */
/** Posts of answered comments under this one, however far, that are of this import alone: not itself, though a broken file has circles. */
function ownBelow(store: WritingStore, id: number, post: KnownPost, from: From): readonly KnownPost[] {
  const below = rows<{ key: string }>(
    store,
    `WITH RECURSIVE below (id) AS (
       SELECT id FROM posts WHERE under_id = ? UNION SELECT posts.id FROM posts JOIN below ON posts.under_id = below.id)
     SELECT key FROM posts JOIN below USING (id) WHERE posts.id <> ?`,
    id,
    id,
  );
  return below
    .map(({ key }) => knownPost(store, key)!)
    .filter((one) => !isAbove(store, one.id, post.id) && isOwn(store, one.id, from));
}

function isOwn(store: WritingStore, postId: number, { importId }: From): boolean {
  return (
    row<{ own: 0 | 1 }>(
      store,
      `SELECT import_id IS ? AND NOT EXISTS (SELECT 1 FROM comments WHERE post_id = posts.id AND import_id IS NOT ?)
         AND NOT EXISTS (SELECT 1 FROM labels WHERE post_id = posts.id)
         AND NOT EXISTS (SELECT 1 FROM marks WHERE post_id = posts.id)
         AND NOT EXISTS (SELECT 1 FROM curations WHERE post_id = posts.id) AS own FROM posts WHERE id = ?`,
      importId,
      importId,
      postId,
    )?.own === 1
  );
}

function countFigures(store: WritingStore, postId: number): number {
  const sql = 'SELECT count(*) AS count FROM comments WHERE post_id = ? AND (votes IS NOT NULL OR rank IS NOT NULL)';
  return row<{ count: number }>(store, sql, postId)!.count;
}

function countComments(store: WritingStore, postId: number): number {
  return row<{ comments: number }>(store, 'SELECT comments FROM post_counts WHERE post_id = ?', postId)?.comments ?? 0;
}

/**
 * The post that a comment is, where it was answered and a record has the answers within it: to be added with those. For answers of answers,
 * give it the head that this gave, with its number. A comment without an id is named by its text.
 */
export function replyHead(
  post: { readonly id: number; readonly root?: string } & Pick<NewPost, 'key' | 'title' | 'text' | 'group' | 'split'>,
  comment: Pick<NewComment, 'text' | 'key' | 'author' | 'createdAt' | 'link'>,
): Omit<NewPost, 'comments'> & { readonly under: number; readonly root: string } {
  const { text, key = null, author = null, createdAt = null, link = null } = comment;
  const root = post.root ?? post.key;
  const { id: under, title, group, split } = post;
  const context = post.text === '' ? null : post.text;
  return {
    key: keyUnder(root, { key, text }),
    title,
    text,
    context,
    group,
    split,
    author,
    createdAt,
    link,
    under,
    root,
  };
}
