import type { Comment, RankedList } from '../contract/records.ts';
import { type ReadingStore, rows } from './connection.ts';
import { furtherEntries, listsOf, thread } from './lists.ts';

/** What is read of a thread that may have hundreds of thousands of comments: what orders all of them, and the texts of some. */

/** The numbers of a post's comments in the order they came, the place of each in its list, and the lists. */
export function listedComments(
  store: ReadingStore,
  postId: number,
): {
  readonly ids: readonly number[];
  readonly ranks: readonly (number | null)[];
  readonly lists: readonly RankedList[];
} {
  const own = rows<Pick<Comment, 'id' | 'rank' | 'votes'> & { readonly list: number }>(
    store,
    `SELECT id, rank, votes, coalesce(list, ${thread}) AS list FROM comments WHERE post_id = ? ORDER BY id`,
    postId,
  );
  return { ids: own.map(({ id }) => id), ...listsOf(own, furtherEntries(store, postId)) };
}

const columns = 'id, text, votes, author, created_at AS createdAt, link';

/** What an export says of a comment itself. key: the id that its file gave it. */
export type CommentText = Pick<Comment, 'id' | 'text' | 'votes' | 'author' | 'createdAt' | 'link'> & {
  readonly key: string | null;
};

/** Some comments by their numbers; those that are gone are left out. */
export function commentTexts(store: ReadingStore, ids: readonly number[]): ReadonlyMap<number, CommentText> {
  const found = rows<CommentText>(
    store,
    `SELECT ${columns}, key FROM comments WHERE id IN (SELECT value FROM json_each(?))`,
    JSON.stringify(ids),
  );
  return new Map(found.map((comment) => [comment.id, comment]));
}

/** The same without the places that lists give them. */
export function someComments(store: ReadingStore, ids: readonly number[]): ReadonlyMap<number, Omit<Comment, 'rank'>> {
  const found = rows<Omit<Comment, 'rank' | 'accepted'> & { readonly accepted: 0 | 1 }>(
    store,
    `SELECT ${columns}, post_id AS postId,
       key IS NOT NULL AND EXISTS (SELECT 1 FROM posts WHERE posts.id = post_id AND accepted = comments.key) AS accepted
     FROM comments WHERE id IN (SELECT value FROM json_each(?))`,
    JSON.stringify(ids),
  );
  return new Map(
    found.map(({ accepted, ...comment }) => [comment.id, accepted ? { ...comment, accepted: true } : comment]),
  );
}
