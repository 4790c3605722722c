import { TiebreakError } from '../contract/errors.ts';
import { keyUnder } from './add-comment.ts';
import { inTransaction, row, statement, type WritingStore } from './connection.ts';
import { eraseVectors } from './erase.ts';
import { markErased } from './erased.ts';
import { addErasedFromModels } from './erased-from-models.ts';
import { postOfComment } from './find-erasable.ts';
import { rootIdOf, setThoseUnder } from './post-texts.ts';
import { hashOf } from './posts.ts';

/**
 * Puts another text in the place of a comment's, for good. Answers on it stay; rewards go, since models read another text. The old text is
 * known again when it is imported, as this comment.
 */
export function correctComment(store: WritingStore, erasure: number, id: number, text: string): void {
  inTransaction(store, () => {
    const comment = row<{ postId: number; key: string | null; text: string; postKey: string }>(
      store,
      `SELECT post_id AS postId, comments.key, comments.text, posts.key AS postKey
       FROM comments JOIN posts ON posts.id = post_id WHERE comments.id = ?`,
      id,
    );
    if (!comment) throw new TiebreakError('not-found', `There is no comment ${id}. Nothing was changed.`);
    const { postId, key, postKey } = comment;
    const other = row<{ id: number }>(
      store,
      'SELECT id FROM comments WHERE post_id = ? AND text_hash = ? AND id <> ?',
      postId,
      hashOf(text),
      id,
    );
    if (other) {
      const message = `Comment ${other.id} of the same post has this text already, and a post has each text once: delete one of the two. Nothing was changed.`;
      throw new TiebreakError('bad-input', message);
    }
    addErasedFromModels(store, erasure, { comment: id });
    markErased(store, erasure, 'comment-text', [postKey, hashOf(comment.text).toString('hex')], id);
    const answered = postOfComment(store, id);
    statement(store, 'UPDATE comments SET text = ?, text_hash = ? WHERE id = ?').run(text, hashOf(text), id);
    statement(store, 'DELETE FROM rewards WHERE comment_id = ?').run(id);
    eraseVectors(store, [comment.text]);
    if (answered === null) return;
    const root = row<{ key: string }>(store, 'SELECT key FROM posts WHERE id = ?', rootIdOf(store, postId))!.key;
    if (key === null) {
      // It is named by its text.
      markErased(store, erasure, 'post', [keyUnder(root, comment)]);
      statement(store, 'UPDATE posts SET key = ? WHERE id = ?').run(keyUnder(root, { key, text }), answered);
    }
    changePost(store, erasure, answered, null, text);
  });
}

/** The same for a post. Without a title it keeps the one it has. */
export function correctPost(
  store: WritingStore,
  erasure: number,
  id: number,
  said: { readonly title?: string | null; readonly text: string },
): void {
  inTransaction(store, () => {
    const post = row<{ title: string | null; under: number | null }>(
      store,
      'SELECT title, under_id AS under FROM posts WHERE id = ?',
      id,
    );
    if (!post) throw new TiebreakError('not-found', `There is no post ${id}. Nothing was changed.`);
    if (post.under !== null) {
      const message = `Post ${id} is a comment that was answered: correct that comment, and the post follows. Nothing was changed.`;
      throw new TiebreakError('bad-input', message);
    }
    addErasedFromModels(store, erasure, { post: id });
    changePost(store, erasure, id, said.title === undefined ? post.title : said.title, said.text);
  });
}

function changePost(store: WritingStore, erasure: number, id: number, title: string | null, text: string): void {
  const old = row<{ key: string; title: string | null; text: string; under: number | null }>(
    store,
    'SELECT key, title, text, under_id AS under FROM posts WHERE id = ?',
    id,
  )!;
  markErased(store, erasure, 'earlier-post', [old.key, old.text]);
  const titled = old.under === null ? title : old.title;
  statement(store, 'UPDATE posts SET title = ?, text = ? WHERE id = ?').run(titled, text, id);
  setThoseUnder(store, id, titled, text);
}
