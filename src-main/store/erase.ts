import { keyUnder } from './add-comment.ts';
import { inTransaction, row, rows, statement, type WritingStore } from './connection.ts';
import { countErased, markErased } from './erased.ts';
import { addErasedFromModels } from './erased-from-models.ts';
import type { ToErase } from './find-erasable.ts';
import { keptJson, keptSchemas } from './kept-json.ts';
import { dropEmptyGroup, rootIdOf, setThoseUnder } from './post-texts.ts';
import { hashOf } from './posts.ts';

/**
 * Takes posts, comments and answers out for good. What others gave stays as it was, the counts that triggers keep stay right, and so does
 * what an import can still be undone of. Each transaction leaves the store whole; where it is broken off, calling it again goes on.
 */

/** Comments and answers of one transaction: some milliseconds. */
const atOnce = 100;

/** Answers go for nothing but this. */
function erasing<T>(store: WritingStore, work: () => T): T {
  return inTransaction(store, () => {
    statement(store, 'INSERT INTO erasing (id) VALUES (1) ON CONFLICT DO NOTHING').run();
    const result = work();
    statement(store, 'DELETE FROM erasing').run();
    return result;
  });
}

/** Takes out what was found, and yields after each transaction. */
export function* erase(store: WritingStore, erasure: number, { posts, texts, comments }: ToErase): Generator<void> {
  const left = [...comments];
  while (left.length > 0) {
    erasing(store, () => {
      for (const id of left.splice(0, atOnce)) eraseComment(store, erasure, id);
    });
    yield;
  }
  for (const id of texts) {
    erasing(store, () => eraseText(store, erasure, id));
    yield;
  }
  // Those that stand under others first: they go by the number of what they stand under.
  for (const id of [...posts].toReversed()) {
    // As long as what could be learned from it is there.
    inTransaction(store, () => addErasedFromModels(store, erasure, { post: id }));
    while (erasing(store, () => eraseSomeComments(store, erasure, id))) yield;
    erasing(store, () => erasePost(store, erasure, id));
    yield;
  }
}

function eraseComment(store: WritingStore, erasure: number, id: number): void {
  const comment = row<{ postId: number; key: string | null; text: string; hash: Buffer; postKey: string }>(
    store,
    `SELECT post_id AS postId, comments.key, comments.text, text_hash AS hash, posts.key AS postKey
     FROM comments JOIN posts ON posts.id = post_id WHERE comments.id = ?`,
    id,
  );
  if (!comment) return;
  addErasedFromModels(store, erasure, { comment: id });
  const { postId, key, text, postKey } = comment;
  if (key !== null) markErased(store, erasure, 'comment', [postKey, key]);
  for (const other of keysOf(store, id)) markErased(store, erasure, 'comment', [postKey, other]);
  markErased(store, erasure, 'comment-text', [postKey, comment.hash.toString('hex')]);
  // Where a file is read with the answers to it, it would be a post.
  const root = row<{ key: string }>(store, 'SELECT key FROM posts WHERE id = ?', rootIdOf(store, postId))!.key;
  markErased(store, erasure, 'post-text', [keyUnder(root, { key, text })]);
  const answers = eraseAnswers(store, erasure, 'post_id = ? AND ? IN (left_id, right_id)', [postId, id]);
  leaveOutOfQuestions(store, postId, id);
  eraseVectors(store, [text]);
  statement(store, 'DELETE FROM comments WHERE id = ?').run(id);
  countErased(store, erasure, { comments: 1, answers });
}

function keysOf(store: WritingStore, comment: number): readonly string[] {
  const sql = 'SELECT key FROM other_keys WHERE comment_id = ?';
  return rows<{ key: string }>(store, sql, comment).map(({ key }) => key);
}

/** Answers on several comments are kept with those that were shown: this one no longer was. */
function leaveOutOfQuestions(store: WritingStore, postId: number, id: number): void {
  statement(
    store,
    `UPDATE questions SET
       shown = (SELECT json_group_array(value) FROM json_each(shown) WHERE value <> @id),
       pressed = (SELECT json_group_array(json(places.kept)) FROM (
         SELECT (SELECT json_group_array(value) FROM json_each(place.value) WHERE value <> @id) AS kept
         FROM json_each(pressed) AS place) AS places WHERE places.kept <> '[]')
     WHERE post_id = @postId AND json_valid(shown) AND json_valid(pressed)
       AND EXISTS (SELECT 1 FROM json_each(shown) WHERE value = @id)`,
  ).run({ id, postId });
  statement(
    store,
    'DELETE FROM questions WHERE post_id = ? AND json_valid(shown) AND json_array_length(shown) < 2',
  ).run(postId);
}

/** Answers, skips and flags that meet a condition. @returns how many */
function eraseAnswers(store: WritingStore, erasure: number, condition: string, values: readonly unknown[]): number {
  const labels = rows<{ id: number }>(store, `SELECT id FROM labels WHERE ${condition}`, ...values);
  for (const { id } of labels) {
    addErasedFromModels(store, erasure, { label: id });
    statement(store, 'DELETE FROM revocations WHERE label_id = ?').run(id);
    statement(store, 'DELETE FROM labels WHERE id = ?').run(id);
  }
  return labels.length + statement(store, `DELETE FROM marks WHERE ${condition}`).run(...values).changes;
}

/** Takes a post's own words away; the comments under it stay. */
function eraseText(store: WritingStore, erasure: number, id: number): void {
  const post = row<{ key: string }>(store, 'SELECT key FROM posts WHERE id = ?', id);
  if (!post) return;
  addErasedFromModels(store, erasure, { post: id });
  markErased(store, erasure, 'post-text', [post.key]);
  statement(
    store,
    `UPDATE posts SET title = NULL, text = '', context = NULL, context_import_id = NULL, author = NULL, created_at = NULL, link = NULL,
       text_import_id = NULL, text_line = NULL WHERE id = ?`,
  ).run(id);
  statement(store, 'DELETE FROM waiting_posts WHERE key = ?').run(post.key);
  setThoseUnder(store, id, null, '');
  countErased(store, erasure, { texts: 1 });
}

/** Whether there were any. */
function eraseSomeComments(store: WritingStore, erasure: number, post: number): boolean {
  const some = rows<{ id: number; text: string }>(
    store,
    'SELECT id, text FROM comments WHERE post_id = ? LIMIT ?',
    post,
    atOnce,
  );
  let answers = 0;
  for (const { id } of some) {
    addErasedFromModels(store, erasure, { comment: id });
    answers += eraseAnswers(store, erasure, 'post_id = ? AND ? IN (left_id, right_id)', [post, id]);
    statement(store, 'DELETE FROM comments WHERE id = ?').run(id);
  }
  eraseVectors(
    store,
    some.map(({ text }) => text),
  );
  countErased(store, erasure, { comments: some.length, answers });
  return some.length > 0;
}

function erasePost(store: WritingStore, erasure: number, id: number): void {
  const post = row<{ key: string; group: string }>(store, 'SELECT key, "group" FROM posts WHERE id = ?', id);
  if (!post) return;
  markErased(store, erasure, 'post', [post.key]);
  const keys = rows<{ key: string }>(store, 'SELECT key FROM other_keys WHERE post_id = ? AND comment_id IS NULL', id);
  for (const { key } of keys) markErased(store, erasure, 'comment', [post.key, key]);
  statement(store, 'UPDATE posts SET under_id = 0 WHERE under_id = ?').run(id);
  statement(store, 'DELETE FROM waiting_posts WHERE key = ?').run(post.key);
  statement(store, 'DELETE FROM posts WHERE id = ?').run(id);
  dropEmptyGroup(store, post.group);
  countErased(store, erasure, { posts: 1 });
}

/** What encoders made of texts. Where another comment has such a text, it is computed again when it is needed. */
export function eraseVectors(store: WritingStore, texts: readonly string[]): void {
  for (const text of texts) {
    for (const table of ['embeddings', 'vectors']) {
      statement(store, `DELETE FROM ${table} WHERE text_hash = ?`).run(hashOf(text));
    }
  }
}

/** Takes out what a person answered, and lets no import bring it back. */
export function* eraseAnswersOf(store: WritingStore, erasure: number, name: string): Generator<void> {
  inTransaction(store, () => markErased(store, erasure, 'answered', [name]));
  for (let gone = atOnce; gone > 0; ) {
    erasing(store, () => {
      const some = `id IN (SELECT id FROM labels WHERE annotator = ? LIMIT ${atOnce})`;
      const labels = rows<{ id: number }>(store, `SELECT id FROM labels WHERE ${some}`, name);
      for (const { id } of labels) {
        addErasedFromModels(store, erasure, { label: id });
        statement(store, 'DELETE FROM revocations WHERE label_id = ?').run(id);
        statement(store, 'DELETE FROM labels WHERE id = ?').run(id);
      }
      gone = labels.length;
      countErased(store, erasure, { answers: gone });
    });
    yield;
  }
  inTransaction(store, () => {
    const marks = statement(store, 'DELETE FROM marks WHERE annotator = ?').run(name).changes;
    const answers = marks + statement(store, 'DELETE FROM curations WHERE annotator = ?').run(name).changes;
    statement(store, 'DELETE FROM questions WHERE annotator = ?').run(name);
    countErased(store, erasure, { answers });
  });
}

/** Lets no import bring in what a person wrote, and takes away what waits for comments. */
export function eraseWaitingOf(store: WritingStore, erasure: number, name: string): void {
  inTransaction(store, () => {
    markErased(store, erasure, 'wrote', [name]);
    const waiting = rows<{ key: string }>(store, 'SELECT key FROM waiting_posts WHERE author = ?', name);
    for (const { key } of waiting) {
      markErased(store, erasure, 'post-text', [key]);
      statement(store, 'DELETE FROM waiting_posts WHERE key = ?').run(key);
    }
    countErased(store, erasure, { posts: waiting.length });
  });
}

/** Takes out examples that trainings showed of their validation, where they hold what is erased. */
export function* eraseSamples(store: WritingStore, holds: (text: string) => boolean): Generator<void> {
  type Shown = { readonly post?: unknown; readonly chosen?: unknown; readonly rejected?: unknown };
  const steps = rows<{ run: number; step: number }>(store, 'SELECT run_id AS run, step FROM run_samples');
  for (const { run, step } of steps) {
    const sql = 'SELECT samples FROM run_samples WHERE run_id = ? AND step = ?';
    const samples = keptJson(keptSchemas.samples, row<{ samples: string }>(store, sql, run, step)?.samples ?? null, []);
    const kept = (samples as Shown[]).filter(
      ({ post, chosen, rejected }) => ![post, chosen, rejected].some((text) => typeof text === 'string' && holds(text)),
    );
    if (kept.length < samples.length) {
      const change = 'UPDATE run_samples SET samples = ? WHERE run_id = ? AND step = ?';
      statement(store, change).run(JSON.stringify(kept), run, step);
    }
    yield;
  }
}

/** Notes that a training can't go on, since its data are gone. */
export function setDataErased(store: WritingStore, run: number): void {
  const sql = "UPDATE runs SET config = json_set(config, '$.erased', 1) WHERE id = ? AND json_valid(config)";
  statement(store, sql).run(run);
}
