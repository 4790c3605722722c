import { row, statement, type WritingStore } from './connection.ts';

/** What became of a context: it was added, was there already, or met another one, which stays; or there is no such post. */
export type JoinedContext = 'added' | 'same' | 'other' | 'no-post';

/** Gives the post with this key its context, where it has none. */
export function joinContext(store: WritingStore, key: string, context: string, importId: number): JoinedContext {
  const post = row<{ id: number; context: string | null }>(store, 'SELECT id, context FROM posts WHERE key = ?', key);
  return post ? fillContext(store, post, context, importId) : 'no-post';
}

/** The same for a post at hand. */
export function fillContext(
  store: WritingStore,
  post: { readonly id: number; readonly context: string | null },
  context: string,
  importId: number | null,
): Exclude<JoinedContext, 'no-post'> {
  if (post.context !== null) return post.context === context ? 'same' : 'other';
  statement(store, 'UPDATE posts SET context = ?, context_import_id = ? WHERE id = ?').run(context, importId, post.id);
  // What a model that reads the post said without it is not what it says now.
  statement(store, `${outdated} WHERE post_id = ?)`).run(post.id);
  return 'added';
}

/** Takes the contexts away that an import gave to posts of others, and says how many those were. */
export function removeContexts(store: WritingStore, importId: number): number {
  statement(store, `${outdated} JOIN posts ON posts.id = post_id WHERE context_import_id = ?)`).run(importId);
  return statement(store, 'UPDATE posts SET context = NULL, context_import_id = NULL WHERE context_import_id = ?').run(
    importId,
  ).changes;
}

const outdated = `DELETE FROM rewards WHERE model_id IN (SELECT id FROM models WHERE context = 'post')
  AND comment_id IN (SELECT comments.id FROM comments`;
