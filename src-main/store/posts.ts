import { hash } from 'node:crypto';
import { TiebreakError } from '../contract/errors.ts';
import type { Comment, Post, PostWithComments, Split } from '../contract/records.ts';
import { type ReadingStore, row, rows, type WritingStore } from './connection.ts';
import { furtherEntries, haveFurtherLists, listsOf, thread } from './lists.ts';
import { removePost } from './post-texts.ts';

const postColumns = `posts.id, posts.key, posts.title, posts.text, posts.context, posts."group", posts.split, posts.author,
  posts.created_at AS createdAt, posts.link`;
const pageSize = 256;

/** Posts by their numbers: above `after`, up to and with `last`. */
export type PostRange = { readonly after: number; readonly last: number };

/** A post of an import that has come to fewer than two comments. line: where in the file it began. */
export type LonePost = {
  readonly line: number;
  /** Its only comment; null where it has none. */
  readonly comment: string | null;
  /** Whether it is an answered comment, and its comment the answer. */
  readonly reply: boolean;
  /** Whether answers to its comments stay, as comments of posts of their own. */
  readonly answered: boolean;
  /** Whether its title and text wait for more comments. */
  readonly waits: boolean;
  /** Whether its comment has votes or a place. */
  readonly hasFigure: boolean;
};

/** Takes away the posts of an import that came to fewer than two comments. */
export function dropLonePosts(store: WritingStore, importId: number, { after, last }: PostRange): readonly LonePost[] {
  type Row = Pick<LonePost, 'line' | 'comment'> & Record<'reply' | 'answered' | 'waits' | 'hasFigure', 0 | 1>;
  const lone = rows<Row & { id: number }>(
    store,
    `SELECT posts.id, coalesce(line, 0) AS line, (SELECT text FROM comments WHERE post_id = posts.id) AS comment,
       under_id IS NOT NULL AS reply,
       EXISTS (WITH RECURSIVE below (id) AS (
           SELECT id FROM posts AS first WHERE first.under_id = posts.id
           UNION SELECT next.id FROM posts AS next JOIN below ON next.under_id = below.id)
         SELECT 1 FROM below JOIN post_counts AS counts ON counts.post_id = below.id WHERE counts.comments > 1) AS answered,
       text_import_id IS NOT NULL AND under_id IS NULL AS waits,
       EXISTS (SELECT 1 FROM comments WHERE post_id = posts.id AND (votes IS NOT NULL OR rank IS NOT NULL)) AS hasFigure
     FROM posts JOIN post_counts ON post_id = posts.id
     WHERE posts.import_id = ? AND posts.id > ? AND posts.id <= ? AND comments < 2 ORDER BY line`,
    importId,
    after,
    last,
  );
  for (const { id } of lone) removePost(store, id);
  return lone.map(({ line, comment, reply, answered, waits, hasFigure }) => ({
    line,
    comment,
    reply: reply === 1,
    answered: answered === 1,
    waits: waits === 1,
    hasFigure: hasFigure === 1,
  }));
}

/** How many of the posts that an import made have no text. */
export function textlessPosts(store: ReadingStore, importId: number, { after, last }: PostRange): number {
  const sql = "SELECT count(*) AS count FROM posts WHERE import_id = ? AND id > ? AND id <= ? AND text = ''";
  return row<{ count: number }>(store, sql, importId, after, last)!.count;
}

/** How many posts that other imports made without a text have one by this import. */
export function filledOfOthers(store: ReadingStore, importId: number): number {
  const sql = 'SELECT count(*) AS count FROM posts WHERE text_import_id = ? AND import_id IS NOT text_import_id';
  return row<{ count: number }>(store, sql, importId)!.count;
}

export type PostFilter = {
  readonly split?: Split | undefined;
  /** Only posts with at least one answer that counts, skips and flags left out. */
  readonly answered?: boolean | undefined;
  /**
   * How many comments of a post are wanted at most, for making pairs. Of a longer thread so many are drawn that have a place or votes, the same
   * ones however its file was written; those that people answered on are always among them.
   */
  readonly most?: ((post: Post) => number) | undefined;
};

/** Posts with their comments in the order they came, a page at a time: the store may be written to in between. */
export function* postsWithComments(store: ReadingStore, filter: PostFilter = {}): Generator<PostWithComments> {
  for (const page of pagesOfPosts(store, filter)) {
    const further = haveFurtherLists(store, page[0]!.id, page.at(-1)!.id);
    for (const post of page) {
      const drawn = filter.most && drawnComments(store, post.id, filter.most(post));
      yield { ...post, ...commentsAndLists(store, post.id, further, drawn) };
    }
  }
}

/** Posts without their comments, a page at a time: the store may be written to in between. */
export function* postsAlone(store: ReadingStore, filter: Pick<PostFilter, 'split' | 'answered'> = {}): Generator<Post> {
  for (const page of pagesOfPosts(store, filter)) yield* page;
}

function* pagesOfPosts(
  store: ReadingStore,
  { split, answered }: Pick<PostFilter, 'split' | 'answered'>,
): Generator<readonly Post[]> {
  const isAnswered = `AND EXISTS (SELECT 1 FROM labels WHERE labels.post_id = posts.id
    AND NOT EXISTS (SELECT 1 FROM revocations WHERE label_id = labels.id))`;
  const sql = `SELECT ${postColumns} FROM posts WHERE posts.id > ? ${split ? 'AND split = ?' : ''} ${answered ? isAnswered : ''}
    ORDER BY posts.id LIMIT ${pageSize}`;
  for (let last = 0; ; ) {
    const page = rows<Post>(store, sql, last, ...(split ? [split] : []));
    if (page.length > 0) yield page;
    if (page.length < pageSize) return;
    last = page.at(-1)!.id;
  }
}

/** The numbers of so many comments of a post that has more, as a list in JSON; undefined where it hasn't. */
function drawnComments(store: ReadingStore, postId: number, most: number): string | undefined {
  const sql = 'SELECT comments AS count FROM post_counts WHERE post_id = ?';
  if ((row<{ count: number }>(store, sql, postId)?.count ?? 0) <= most) return undefined;
  // The order of hashes is one by chance, and the table's own index has it.
  const drawn = rows<{ id: number }>(
    store,
    `SELECT id FROM (SELECT id FROM comments WHERE post_id = ? AND (rank IS NOT NULL OR votes IS NOT NULL)
       ORDER BY text_hash LIMIT ?)
     UNION SELECT left_id FROM labels WHERE post_id = ? UNION SELECT right_id FROM labels WHERE post_id = ?`,
    postId,
    most,
    postId,
    postId,
  );
  return JSON.stringify(drawn.map(({ id }) => id));
}

/** How many comments a split has, of each post no more than `most`. */
export function countComments(store: ReadingStore, split: Split, most = Number.MAX_SAFE_INTEGER): number {
  const sql = `SELECT coalesce(sum(min(comments, ?)), 0) AS count FROM posts CROSS JOIN post_counts ON post_id = posts.id
    WHERE split = ?`;
  return row<{ count: number }>(store, sql, most, split)!.count;
}

/** Whether anything is known of who wrote a post or a comment, when, or where it stands on the web. */
export function saysOrigins(store: ReadingStore): boolean {
  const known = 'author IS NOT NULL OR created_at IS NOT NULL OR link IS NOT NULL';
  const sql = `SELECT EXISTS (SELECT 1 FROM posts WHERE ${known}) OR EXISTS (SELECT 1 FROM comments WHERE ${known}) AS found`;
  return row<{ found: number }>(store, sql)!.found === 1;
}

/** The comments of a post, in the order they came. */
export function commentsOfPost(store: ReadingStore, postId: number): readonly Comment[] {
  return commentsAndLists(store, postId).comments;
}

function commentsAndLists(
  store: ReadingStore,
  postId: number,
  further = true,
  drawn?: string,
): Pick<PostWithComments, 'comments' | 'lists'> {
  const wanted = drawn === undefined ? '' : 'AND id IN (SELECT value FROM json_each(?))';
  const values = drawn === undefined ? [postId] : [postId, drawn];
  const own = rows<Omit<Comment, 'accepted'> & { readonly list: number; readonly accepted: 0 | 1 }>(
    store,
    `SELECT id, text, rank, votes, author, created_at AS createdAt, link, coalesce(list, ${thread}) AS list,
       key IS NOT NULL AND EXISTS (SELECT 1 FROM posts WHERE posts.id = post_id AND accepted = comments.key) AS accepted
     FROM comments WHERE post_id = ? ${wanted} ORDER BY id`,
    ...values,
  );
  const { lists, ranks } = listsOf(own, further ? furtherEntries(store, postId, drawn) : []);
  const comments = own.map(({ id, text, votes, author, createdAt, link, accepted }, at): Comment => {
    const comment = { id, postId, text, rank: ranks[at]!, votes, author, createdAt, link };
    return accepted ? { ...comment, accepted: true } : comment;
  });
  return { comments, lists };
}

/** A post without its comments, by its number or by the key its file gave it (the key first); says so where there is none. */
export function findPostAlone(store: ReadingStore, idOrKey: number | string): Post {
  const byKey = row<Post>(store, `SELECT ${postColumns} FROM posts WHERE key = ?`, String(idOrKey));
  const id = Number(idOrKey);
  const post =
    (typeof idOrKey === 'string' ? byKey : undefined) ?? (Number.isSafeInteger(id) ? postById(store, id) : null);
  if (!post) throw new TiebreakError('not-found', `There is no post ${idOrKey}.`);
  return post;
}

/** The post of this number without its comments; null where it is gone. */
export function postById(store: ReadingStore, id: number): Post | null {
  return row<Post>(store, `SELECT ${postColumns} FROM posts WHERE id = ?`, id) ?? null;
}

/** A post with its comments, by its number or by the key its file gave it (the key first); says so where there is none. */
export function findPost(store: ReadingStore, idOrKey: number | string): PostWithComments {
  const post = findPostAlone(store, idOrKey);
  return { ...post, ...commentsAndLists(store, post.id) };
}

/** The split of a post; undefined where it is gone. */
export function splitOfPost(store: ReadingStore, id: number): Split | undefined {
  return row<{ split: Split }>(store, 'SELECT split FROM posts WHERE id = ?', id)?.split;
}

/** The name of the file that brought a post, or null. */
export function importOfPost(store: ReadingStore, id: number): string | null {
  const sql = 'SELECT file FROM imports JOIN posts ON import_id = imports.id WHERE posts.id = ?';
  return row<{ file: string }>(store, sql, id)?.file ?? null;
}

/** The post with exactly this key, or null. */
export function postByKey(store: ReadingStore, key: string): Post | null {
  return row<Post>(store, `SELECT ${postColumns} FROM posts WHERE key = ?`, key) ?? null;
}

/** The comment of a post whose text is known by this (hashOf), or null. */
export function commentByHash(
  store: ReadingStore,
  postId: number,
  textHash: Buffer,
): Pick<Comment, 'id' | 'text'> | null {
  const sql = 'SELECT id, text FROM comments WHERE post_id = ? AND text_hash = ?';
  return row<Pick<Comment, 'id' | 'text'>>(store, sql, postId, textHash) ?? null;
}

/** The number of the comment of a post with exactly this text, or null. */
export function commentIdByText(store: ReadingStore, postId: number, text: string): number | null {
  const sql = 'SELECT id FROM comments WHERE post_id = ? AND text_hash = ?';
  return row<{ id: number }>(store, sql, postId, hashOf(text))?.id ?? null;
}

/** What a text is known by. */
export function hashOf(text: string): Buffer {
  return hash('sha256', text, 'buffer').subarray(0, 16);
}
