import { hash } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { useEncoder } from '../../src-main/contract/engine.ts';
import { toEnd } from '../../src-main/evaluation/steps.ts';
import { addPost } from '../../src-main/store/add-post.ts';
import { addAnswer, revokeAnswer } from '../../src-main/store/answers.ts';
import { countEmbeddings, embeddingOf } from '../../src-main/store/embeddings.ts';
import { startImport } from '../../src-main/store/imports.ts';
import { migrations } from '../../src-main/store/migrations.ts';
import { closeStore, integrityCheck, openStore, type WritingStore } from '../../src-main/store/open.ts';
import { findPost, hashOf } from '../../src-main/store/posts.ts';
import { undoImport } from '../../src-main/store/undo-import.ts';
import { addedPost } from '../support/added-post.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** What triggers have counted beside what is there, post by post, and the number of pairs. */
function countsOf({ db }: WritingStore) {
  const counted = db
    .prepare(
      `SELECT posts.id AS post_id, (SELECT count(*) FROM comments WHERE post_id = posts.id) AS comments,
         (SELECT count(*) FROM labels WHERE labels.post_id = posts.id
            AND id NOT IN (SELECT label_id FROM revocations)) AS labels
       FROM posts ORDER BY posts.id`,
    )
    .all() as { comments: number }[];
  return {
    kept: {
      posts: db.prepare('SELECT post_id, comments, labels FROM post_counts ORDER BY post_id').all(),
      pairs: db.prepare('SELECT pairs FROM pair_count').pluck().all(),
    },
    counted: {
      posts: counted,
      pairs: [counted.reduce((sum, { comments: n }) => sum + (n * (n - 1)) / 2, 0)],
    },
  };
}

/** Posts with this word; and the index compared with the posts it is of. */
function found({ db }: WritingStore, word: string): unknown[] {
  db.exec("INSERT INTO posts_search (posts_search, rank) VALUES ('integrity-check', 1)");
  return db.prepare('SELECT rowid FROM posts_search WHERE posts_search MATCH ? ORDER BY rowid').pluck().all(word);
}

/** A database as the first version left it: three posts, one without comments, labels of which one was revoked. */
function firstVersion(path: string): void {
  const db = new Database(path);
  db.pragma('foreign_keys = ON');
  db.exec(migrations[0]!);
  db.pragma('user_version = 1');
  db.exec(`
    INSERT INTO imports (id, file, format, started_at, posts, comments) VALUES (1, 'a.jsonl', 'cupit', '2025-01-01', 3, 5);
    INSERT INTO groups VALUES ('g', 'train');
    INSERT INTO posts (id, key, title, text, "group", split, import_id) VALUES
      (1, 'a', 'Über Katzen', 'they sleep', 'g', 'train', 1), (2, 'b', NULL, 'Dogs bark', 'g', 'train', 1),
      (3, 'c', NULL, 'nobody answered', 'g', 'train', NULL);
  `);
  const comment = db.prepare('INSERT INTO comments (id, post_id, text, text_hash) VALUES (?, ?, ?, ?)');
  for (const [id, post] of [1, 1, 1, 2, 2].entries())
    comment.run(id + 1, post, `c${id}`, hash('md5', `c${id}`, 'buffer'));
  db.exec(`
    INSERT INTO labels (id, key, post_id, left_id, right_id, outcome, annotator, origin, created_at) VALUES
      (1, 'x', 1, 1, 2, 'left', 'ann', 'terminal', '2025-01-02'), (2, 'y', 1, 2, 3, 'tie', 'ann', 'import', '2025-01-02');
    INSERT INTO revocations VALUES (2, '2025-01-03');
    INSERT INTO models (name, kind, folder, created_at, metrics) VALUES ('reward-1', 'reward', 'models/reward-1', '2025', '{}');
    INSERT INTO runs (kind, status, config, model_id, started_at) VALUES ('reward', 'done', '{"context":"none"}', 1, '2025');
    UPDATE models SET run_id = 1;
    INSERT INTO rewards VALUES (1, 1, 0.5);
  `);
  db.close();
}

test('vectors from before there were several encoders are those of the first one', () => {
  const path = join(temporaryFolder(), 'a.db');
  const db = new Database(path);
  for (const step of migrations.slice(0, 9)) db.exec(step);
  db.pragma('user_version = 9');
  const vector = Float32Array.from({ length: 512 }, (_, i) => i / 512);
  db.prepare('INSERT INTO embeddings (text_hash, vector) VALUES (?, ?)').run(
    hashOf('A text'),
    Buffer.from(vector.buffer),
  );
  db.close();
  const store = openStore(path);
  onTestFinished(() => closeStore(store));
  expect(embeddingOf(store, useEncoder.name, 'A text')).toEqual(vector);
  expect(embeddingOf(store, 'all-MiniLM-L6-v2', 'A text')).toBeNull();
  expect(countEmbeddings(store)).toEqual(new Map([[useEncoder.name, 1]]));
  expect(integrityCheck(store)).toEqual([]);
});

test('a database of the first version arrives with counts, search, and labels that stay', () => {
  const path = join(temporaryFolder(), 'a.db');
  firstVersion(path);
  const store = openStore(path);
  onTestFinished(() => closeStore(store));
  expect(store.db.pragma('user_version', { simple: true })).toBe(migrations.length);
  expect(integrityCheck(store)).toEqual([]);
  const { kept, counted } = countsOf(store);
  expect(kept).toEqual(counted);
  expect(kept).toMatchObject({ posts: [{ comments: 3, labels: 1 }, { comments: 2 }, { comments: 0 }], pairs: [4] });
  expect(found(store, 'katz*')).toEqual([1]);
  expect(found(store, 'uber')).toEqual([1]);
  expect(found(store, 'd*')).toEqual([2]);
  expect(store.db.prepare('SELECT both_bad, import_id, note, again FROM labels').all()).toEqual([
    { both_bad: 0, import_id: null, note: '', again: 0 },
    { both_bad: 0, import_id: null, note: '', again: 0 },
  ]);
  expect(store.db.pragma('foreign_key_check')).toEqual([]);
  const models = store.db.prepare(
    'SELECT name, kind, method, context, run_id, reward FROM models JOIN rewards ON model_id = id',
  );
  expect(models.all()).toEqual([
    { name: 'reward-1', kind: 'reward', method: 'gpt', context: 'none', run_id: 1, reward: 0.5 },
  ]);
  expect(() => store.db.exec('DELETE FROM models')).toThrow('FOREIGN KEY');
  expect(() => store.db.exec('DELETE FROM labels')).toThrow('labels are never deleted');
  expect(() => store.db.exec('DELETE FROM revocations')).toThrow('revocations are never deleted');
  // Only the post without labels goes, since nothing says which labels came with the file.
  expect(toEnd(undoImport(store, 1))).toEqual({
    posts: 1,
    comments: 2,
    answers: 0,
    contexts: 0,
    rewards: 0,
    postsKept: 1,
  });
  expect(found(store, 'bark OR katz*')).toEqual([1]);
  expect(countsOf(store).kept).toEqual(countsOf(store).counted);
});

/** A database as the version before lists left it: places that came from votes, and those that a file gave. */
function versionBeforeLists(path: string): void {
  const db = new Database(path);
  db.pragma('foreign_keys = ON');
  for (const step of migrations.slice(0, 8)) db.exec(step);
  db.pragma('user_version = 8');
  db.exec(`
    INSERT INTO imports (id, file, format, started_at, posts, comments) VALUES (1, 'a.jsonl', 'cupit', '2025-01-01', 2, 6);
    INSERT INTO groups VALUES ('g', 'train');
    INSERT INTO posts (id, key, text, "group", split, import_id) VALUES (1, 'voted', 'v', 'g', 'train', 1), (2, 'placed', 'p', 'g', 'train', 1);
  `);
  const comment = db.prepare(
    'INSERT INTO comments (post_id, text, text_hash, rank, votes, import_id) VALUES (?, ?, ?, ?, ?, 1)',
  );
  const add = (post: number, text: string, rank: number | null, votes: number | null) =>
    comment.run(post, text, hashOf(text), rank, votes);
  for (const [text, rank, votes] of [
    ['a', 0, 9],
    ['b', 1, 5],
    ['c', 1, 5],
  ] as const)
    add(1, text, rank, votes);
  for (const [text, rank] of [
    ['a', 0],
    ['b', 4],
    ['c', null],
  ] as const)
    add(2, text, rank, null);
  db.close();
}

test('a database from before there were lists keeps its places, and newer votes take their place', () => {
  const path = join(temporaryFolder(), 'a.db');
  versionBeforeLists(path);
  const store = openStore(path);
  onTestFinished(() => closeStore(store));
  expect(store.db.pragma('user_version', { simple: true })).toBe(migrations.length);
  expect(integrityCheck(store)).toEqual([]);
  const ranks = (key: string) => findPost(store, key).comments.map(({ rank, votes }) => [rank, votes]);
  const before = {
    voted: [
      [0, 9],
      [1, 5],
      [1, 5],
    ],
    placed: [
      [0, null],
      [4, null],
      [null, null],
    ],
  };
  expect(ranks('voted')).toEqual(before.voted);
  expect(ranks('placed')).toEqual(before.placed);
  const again = (key: string, text: string, figures: readonly (readonly [number | null, number | null])[]) => {
    const importId = startImport(store, 'file', 'cupit');
    const comments = figures.map(([rank, votes], at) => ({ text: 'abcd'[at]!, rank, votes }));
    const head = { key, title: null, text, context: null, group: 'g', split: 'train' as const };
    return [importId, addPost(store, { ...head, comments }, { importId, line: 1, list: 'row' }).comments] as const;
  };
  expect(
    again('voted', 'v', [
      [null, 9],
      [null, 5],
      [null, 5],
    ])[1],
  ).toEqual(['known', 'known', 'known']);
  expect(
    again('placed', 'p', [
      [0, null],
      [4, null],
    ])[1],
  ).toEqual(['known', 'known']);
  const [newer, outcomes] = again('voted', 'v', [
    [null, 9],
    [null, 50],
    [null, 5],
    [null, 7],
  ]);
  expect(outcomes).toEqual(['known', 'updated', 'known', 'new']);
  expect(ranks('voted')).toEqual([
    [1, 9],
    [0, 50],
    [3, 5],
    [2, 7],
  ]);
  toEnd(undoImport(store, newer));
  expect(ranks('voted')).toEqual(before.voted);
  // What only votes had made into places goes with the old ones when its import does.
  toEnd(undoImport(store, 1));
  expect(store.db.prepare('SELECT count(*) FROM posts').pluck().get()).toBe(0);
});

test('labels given here are never deleted; those of a file only with it', () => {
  const store = openStore(join(temporaryFolder(), 'a.db'));
  onTestFinished(() => closeStore(store));
  const importId = startImport(store, 'a', 'pairs');
  const comments = ['a', 'b'].map((text) => ({ text, rank: null, votes: null }));
  const head = { key: 'k', title: null, text: 'p', context: null, group: 'g', split: 'train' as const };
  const postId = addedPost(store, { ...head, comments }, { importId, line: 1 });
  const label = { postId, leftId: 1, rightId: 2, choice: 'left', annotator: 'ann' } as const;
  addAnswer(store, { ...label, origin: 'compare', key: 'here' });
  addAnswer(store, { ...label, origin: 'import', key: 'file', importId });
  expect(() => store.db.exec("DELETE FROM labels WHERE key = 'here'")).toThrow('labels are never deleted');
  store.db.exec("DELETE FROM labels WHERE key = 'file'");
  expect(countsOf(store).kept.posts).toEqual([{ post_id: postId, comments: 2, labels: 1 }]);
});

test('counts and search are right after anything that can happen', () => {
  const store = openStore(join(temporaryFolder(), 'a.db'));
  onTestFinished(() => closeStore(store));
  const number = fc.integer({ min: 0, max: 5 });
  const step = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), post: number, texts: fc.array(number, { maxLength: 6 }) }),
    fc.record({
      kind: fc.constantFrom('label' as const, 'revoke' as const, 'drop' as const, 'cut' as const),
      at: fc.nat(),
    }),
    fc.record({ kind: fc.constant('undo' as const), at: fc.nat() }),
  );
  const choose = (sql: string, at: number): Record<string, number> | undefined => {
    const all = store.db.prepare(sql).all() as Record<string, number>[];
    return all[at % all.length];
  };
  const perform = (action: typeof step extends fc.Arbitrary<infer T> ? T : never): void => {
    if (action.kind === 'add') {
      const importId = startImport(store, 'file', 'cupit');
      const comments = action.texts.map((text) => ({ text: `c${text}`, rank: null, votes: null }));
      const key = `p${action.post}`;
      const head = { key, title: null, text: `word${action.post}`, context: null, group: key, split: 'train' as const };
      addPost(store, { ...head, comments }, { importId, line: 1 });
    } else if (action.kind === 'label') {
      const pair = choose(
        'SELECT a.post_id, a.id AS a, b.id AS b FROM comments a JOIN comments b ON a.post_id = b.post_id AND a.id < b.id',
        action.at,
      );
      if (!pair) return;
      const newest = choose('SELECT max(id) AS id FROM imports', 0)!.id!;
      const label = {
        postId: pair.post_id!,
        leftId: pair.a!,
        rightId: pair.b!,
        choice: 'tie',
        annotator: 'a',
      } as const;
      if (action.at % 4 === 0) addAnswer(store, { ...label, origin: 'compare' });
      else addAnswer(store, { ...label, origin: 'import', importId: newest });
    } else if (action.kind === 'revoke') {
      const label = choose('SELECT key FROM labels', action.at);
      if (label) revokeAnswer(store, String(label.key));
    } else if (action.kind === 'undo') {
      const known = choose('SELECT id FROM imports WHERE undone_at IS NULL', action.at);
      if (!known) return;
      // Some are broken off, and go on when it is their turn again.
      const steps = undoImport(store, known.id!);
      if (action.at % 2 === 0) toEnd(steps);
      else for (let left = action.at % 5; left >= 0 && !steps.next().done; left--);
    } else if (action.kind === 'drop') {
      const post = choose('SELECT id FROM posts WHERE id NOT IN (SELECT post_id FROM labels)', action.at);
      if (post) store.db.prepare('DELETE FROM posts WHERE id = ?').run(post.id);
    } else {
      const comment = choose('SELECT id FROM comments WHERE post_id NOT IN (SELECT post_id FROM labels)', action.at);
      if (comment) store.db.prepare('DELETE FROM comments WHERE id = ?').run(comment.id);
    }
  };
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (actions) => {
      for (const action of actions) perform(action);
      const { kept, counted } = countsOf(store);
      expect(kept).toEqual(counted);
      const posts = store.db.prepare('SELECT id FROM posts ORDER BY id').pluck().all();
      expect(found(store, 'word*')).toEqual(posts);
    }),
  );
  expect(integrityCheck(store)).toEqual([]);
  const seen = store.db.prepare('SELECT count(*) FROM imports WHERE undone_at IS NOT NULL').pluck().get();
  expect(seen).toBeGreaterThan(0);
});

test('a model on the comment alone from before it was told apart is among those that read the post no more', () => {
  const path = join(temporaryFolder(), 'a.db');
  const db = new Database(path);
  for (const step of migrations.slice(0, 11)) db.exec(step);
  db.pragma('user_version = 11');
  const run = db.prepare(
    `INSERT INTO runs (id, kind, status, config, started_at) VALUES (?, 'reward', 'done', ?, '2026-01-01')`,
  );
  const model = db.prepare(
    `INSERT INTO models (name, kind, folder, run_id, created_at, metrics, method, context)
     VALUES (?, 'reward', ?, ?, '2026-01-01', '{}', 'together', ?)`,
  );
  for (const [id, readsPost] of [0, 1].entries()) {
    run.run(id + 1, JSON.stringify({ method: 'together', context: 'post', readsPost }));
    model.run(`model-${readsPost}`, `models/${readsPost}`, id + 1, 'post');
  }
  model.run('from-elsewhere', 'models/elsewhere', null, 'none');
  db.close();
  const store = openStore(path);
  onTestFinished(() => closeStore(store));
  expect(store.db.prepare('SELECT name, method, context FROM models ORDER BY id').raw().all()).toEqual([
    ['model-0', 'alone', 'nothing'],
    ['model-1', 'together', 'post'],
    ['from-elsewhere', 'together', 'none'],
  ]);
  const contexts = store.db.prepare("SELECT config ->> 'context' FROM runs ORDER BY id").pluck().all();
  expect(contexts).toEqual(['nothing', 'post']);
  expect(integrityCheck(store)).toEqual([]);
});
