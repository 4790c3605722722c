import { row, rows, statement, type WritingStore } from './connection.ts';

/**
 * What became of a context: it was added, was there already, or met another one, which stays; or there is no such post, or more
 * than one.
 */
export type JoinedContext = 'added' | 'same' | 'other' | 'no-post' | 'several-posts';

/** Gives the post with this key its context, where it has none. */
export function joinContext(store: WritingStore, key: string, context: string, importId: number): JoinedContext {
  const post = row<{ id: number; context: string | null }>(store, 'SELECT id, context FROM posts WHERE key = ?', key);
  return post ? fillContext(store, post, context, importId) : 'no-post';
}

/** The same for the post that has exactly this text, and exactly this title where one is given: where it is the only one. */
export function joinContextByText(
  store: WritingStore,
  { text, title }: { readonly text: string; readonly title: string | null },
  context: string,
  importId: number,
): JoinedContext {
  indexTexts(store);
  const [post, another] = rows<{ id: number; context: string | null }>(
    store,
    `SELECT id, context FROM posts WHERE length(text) = length(@text) AND substr(text, -40) = substr(@text, -40)
       AND text = @text AND (@title IS NULL OR title = @title) LIMIT 2`,
    { text, title },
  );
  if (another) return 'several-posts';
  return post ? fillContext(store, post, context, importId) : 'no-post';
}

/**
 * Posts by their text: its length and its end tell nearly all of them apart, and take little room. It is there from the first file on that joins
 * contexts so.
 */
function indexTexts(store: WritingStore): void {
  statement(store, "SELECT 1 FROM sqlite_schema WHERE name = 'posts_by_text'").get() ??
    store.db.exec('CREATE INDEX posts_by_text ON posts (length(text), substr(text, -40))');
}

/** The same for a post at hand. */
export function fillContext(
  store: WritingStore,
  post: { readonly id: number; readonly context: string | null },
  context: string,
  importId: number | null,
): 'added' | 'same' | 'other' {
  if (post.context !== null) return post.context === context ? 'same' : 'other';
  statement(store, 'UPDATE posts SET context = ?, context_import_id = ? WHERE id = ?').run(context, importId, post.id);
  // What a model that reads the post said without it is not what it says now.
  statement(store, `${outdated} WHERE post_id = ?)`).run(post.id);
  return 'added';
}

/**
 * Takes away contexts that an import gave to posts of others, with the rewards that are void by that: about `most` rows, and one
 * post at least. Says how many contexts those were; 0 where none are left.
 */
export function removeContexts(store: WritingStore, importId: number, most: number): number {
  const posts = rows<{ id: number }>(
    store,
    'SELECT id FROM posts WHERE context_import_id = ? ORDER BY id LIMIT ?',
    importId,
    most,
  );
  let removed = 0;
  for (let [at, changed] = [0, 0]; at < posts.length && changed < most; at++) {
    const { id } = posts[at]!;
    changed += 1 + statement(store, `${outdated} WHERE post_id = ?)`).run(id).changes;
    statement(store, 'UPDATE posts SET context = NULL, context_import_id = NULL WHERE id = ?').run(id);
    removed += 1;
  }
  return removed;
}

const outdated = `DELETE FROM rewards WHERE model_id IN (SELECT id FROM models WHERE context = 'post')
  AND comment_id IN (SELECT comments.id FROM comments`;
