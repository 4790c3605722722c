import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { App } from '../../../src-main/app.ts';
import { useEncoder } from '../../../src-main/contract/engine.ts';
import { nouns } from '../../../src-main/contract/reading.ts';
import { totals } from '../../../src-main/store/counts.ts';
import { keepEmbeddings } from '../../../src-main/store/embeddings.ts';
import { closeStore, integrityCheck, openStore } from '../../../src-main/store/open.ts';
import { scratchFolder } from '../../support/run-cli.ts';
import { clientOf, give, openWithFakeEngine, resultOf } from '../../support/served.ts';

/** What a person wants to be forgotten: a comment, and the title and text of a post. Their odd words stand nowhere else. */
const secret = 'Zanzibarquokka, phone 0049-8812345';
const [title, text] = ['Wobblefjord times', 'How is the xylophonist?'];

let scratch: ReturnType<typeof scratchFolder>;
let home: string;
let app: App;

/** Four posts with three comments each; Adabert wrote a post and a comment of another, and Bob the rest. */
function content(): string {
  const lines = [0, 1, 2, 3].map((n) => {
    const comments = ['first', 'second', 'third'].map((word, at) => ({
      id: `c${n}-${at}`,
      text: n === 1 && at === 0 ? secret : `The ${word} comment of ${n}`,
      author: n === 1 && at === 0 ? 'Adabert' : 'Bob',
      votes: 9 - at,
    }));
    const head = n === 2 ? { title, text } : { title: `Post ${n}`, text: `What about ${n}?` };
    return JSON.stringify({ id: `p${n}`, ...head, author: n === 2 ? 'Adabert' : 'Bob', comments });
  });
  return `${lines.join('\n')}\n`;
}

beforeEach(() => {
  scratch = scratchFolder();
  home = join(scratch.folder, 'home');
  app = openWithFakeEngine(home);
});
afterEach(async () => {
  await app.close();
  scratch.remove();
});

const importIt = () => app.import({ files: [scratch.write('posts.jsonl', content())], split: 'train' });

/** Reads or changes the database beside the app. */
function inStore<T>(work: (store: ReturnType<typeof openStore>) => T): T {
  const store = openStore(join(home, 'tiebreak.sqlite'));
  try {
    return work(store);
  } finally {
    closeStore(store);
  }
}

function idOf(table: 'posts' | 'comments', text: string): number {
  const sql = `SELECT id FROM ${table} WHERE text = ?`;
  return inStore((store) => (store.db.prepare(sql).get(text) as { id: number }).id);
}

/** Files of the data folder, models aside, that have these bytes in them. */
function filesWith(bytes: string, folder = home): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return path === join(home, 'models') ? [] : filesWith(bytes, path);
    return readFileSync(path).toString('latin1').toLowerCase().includes(bytes.toLowerCase()) ? [path] : [];
  });
}

/** The counts that triggers keep, against what they count. */
function expectCounted(): void {
  inStore(({ db }) => {
    const wrong = db
      .prepare(
        `SELECT post_id FROM post_counts WHERE comments <> (SELECT count(*) FROM comments WHERE comments.post_id = post_counts.post_id)
           OR labels <> (SELECT count(*) FROM labels WHERE labels.post_id = post_counts.post_id
             AND NOT EXISTS (SELECT 1 FROM revocations WHERE label_id = labels.id))`,
      )
      .all();
    expect(wrong).toEqual([]);
    const pairs = db.prepare('SELECT coalesce(sum(comments * (comments - 1) / 2), 0) FROM post_counts').pluck().get();
    expect(db.prepare('SELECT pairs FROM pair_count').pluck().get()).toBe(pairs);
  });
  expect(inStore(integrityCheck)).toEqual([]);
}

test('a comment goes from every file of the data folder, with the answers on it, and no import brings it back', async () => {
  await importIt();
  const client = clientOf(app);
  await give(app, 'upload.jsonl', content());
  const comment = idOf('comments', secret);
  const [other, third] = ['The second comment of 1', 'The third comment of 1'].map((text) => idOf('comments', text));
  const post = idOf('posts', 'What about 1?');
  for (const [rejectedId, annotator] of [
    [other!, 'Bob'],
    [third!, 'Eve'],
  ] as const) {
    await app.addAnswer({ post: String(post), chosen: comment, rejected: rejectedId, annotator });
  }
  await app.addAnswer({ post: String(post), chosen: other!, rejected: third!, annotator: 'Bob' });
  inStore((store) => {
    keepEmbeddings(store, useEncoder.name, [secret], new Float32Array(512));
    store.db
      .prepare("INSERT INTO runs (kind, status, config, started_at) VALUES ('reward', 'interrupted', '{}', '2025')")
      .run();
    const shown = JSON.stringify([
      { post: 'Post 1', chosen: secret, rejected: 'x', chosenReward: 1, rejectedReward: 0 },
    ]);
    store.db.prepare('INSERT INTO run_samples (run_id, step, samples) VALUES (1, 1, ?)').run(shown);
    store.db
      .prepare(
        `INSERT INTO questions (key, post_id, kind, shown, pressed, annotator, created_at) VALUES ('k', ?, 'best', ?, ?, 'Bob', '2025')`,
      )
      .run(post, JSON.stringify([comment, other, third]), JSON.stringify([[comment], [other, third]]));
  });
  mkdirSync(join(home, 'runs', '1'), { recursive: true });
  writeFileSync(
    join(home, 'runs', '1', 'train.jsonl'),
    `${JSON.stringify({ texts: [{ post: 'Post 1', comment: secret }], pairs: [] })}\n`,
  );
  expect(filesWith('0049-8812345').length).toBeGreaterThan(2);
  // Its words are in the index of comments.
  expect(await client.rankings.across({ order: 'came', search: 'zanzibarq' })).toMatchObject({ total: 1, unread: 0 });

  const plan = await app.planErasure({ kind: 'comment', id: comment });
  expect(plan).toMatchObject({ posts: 0, texts: 0, comments: 1, answers: 2, first: [secret], runs: [1], models: [] });
  const { task } = await client.erasing.erase({ kind: 'comment', id: comment });
  expect(await resultOf(app, 'erase', task)).toMatchObject({ comments: 1, answers: 2, wiped: true, runs: [1] });

  expect(filesWith('0049-8812345')).toEqual([]);
  expect(filesWith('anzibarquokka')).toEqual([]);
  expectCounted();
  inStore(({ db }) => {
    expect(db.prepare('SELECT count(*) FROM embeddings').pluck().get()).toBe(0);
    expect(db.prepare('SELECT shown, pressed FROM questions').get()).toEqual({
      shown: JSON.stringify([other, third]),
      pressed: JSON.stringify([[other, third]]),
    });
  });
  expect(app.runs()[0]!.config).toMatchObject({ erased: 1 });

  const again = await importIt();
  expect(again).toMatchObject({ comments: 0 });
  expect(again.reported).toContainEqual(
    expect.objectContaining({
      kind: 'erased',
      of: 'comment',
      left: true,
      count: 1,
      reason: 'erased on request, left out',
    }),
  );
  expect(inStore(totals).comments).toBe(11);

  await app.allowErased({ erasure: app.erasures()[0]!.id });
  expect(await importIt()).toMatchObject({ comments: 1 });
});

test('a person goes with posts, comments and answers, and what others wrote under them stays', async () => {
  await importIt();
  const post = String(idOf('posts', 'What about 0?'));
  const [first, second] = ['first', 'second'].map((word) => idOf('comments', `The ${word} comment of 0`));
  await app.addAnswer({ post, chosen: first!, rejected: second!, annotator: 'Adabert' });
  await app.addAnswer({ post, chosen: first!, rejected: second!, annotator: 'Bob' });

  const person = { kind: 'person', name: 'Adabert' } as const;
  expect(await app.planErasure(person)).toMatchObject({ posts: 0, texts: 1, comments: 1, answers: 1 });
  expect(await app.erase(person)).toMatchObject({ posts: 0, texts: 1, comments: 1, answers: 1, wiped: true });

  // Not even in the index of words, which cuts them and writes them small.
  for (const trace of ['Zanzibarquokka', 'Wobblefjord', 'xylophonist', 'Adabert']) expect(filesWith(trace)).toEqual([]);
  expectCounted();
  expect(inStore(totals)).toMatchObject({ posts: 4, comments: 11 });
  expect((await app.people()).people.map(({ annotator }) => annotator)).toEqual(['Bob']);

  const again = await importIt();
  expect(again).toMatchObject({ comments: 0, posts: 0, filled: 0 });
  expect(again.reported).toContainEqual(expect.objectContaining({ kind: 'text-erased', of: 'row', left: false }));
  for (const noun of nouns) {
    const left = again.reported.filter((one) => one.of === noun && one.left).reduce((sum, { count }) => sum + count, 0);
    expect({ noun, left }).toEqual({ noun, left: again.read[noun] - again.imported[noun] });
  }
  await expect(app.erase(person)).rejects.toMatchObject({ code: 'nothing-to-do' });
  expect(inStore(({ db }) => db.prepare("SELECT count(*) FROM posts WHERE text = ''").pluck().get())).toBe(1);
});

test('a post goes with its comments, and its row is left out of the next import', async () => {
  await importIt();
  const post = idOf('posts', text);
  await app.train({ kind: 'reward', config: { epochs: 1, heldOut: 0 }, compare: false });
  expect(await app.planErasure({ kind: 'post', id: post })).toMatchObject({ models: ['reward-1'] });
  expect(await app.erase({ kind: 'post', id: post })).toMatchObject({ posts: 1, comments: 3, wiped: true });
  expect([...filesWith('Wobblefjord'), ...filesWith('xylophonist')]).toEqual([]);
  expectCounted();
  expect(app.models()[0]).toMatchObject({ erased: { posts: 1, comments: 3, answers: 0 } });
  const again = await importIt();
  expect(again).toMatchObject({ posts: 0, comments: 0 });
  expect(again.reported).toContainEqual(expect.objectContaining({ kind: 'erased', of: 'row', count: 1 }));
  expect(again.read.comment - again.imported.comment).toBe(3);
  const [line] = (await clientOf(app).data.imports()).imports.toReversed();
  const { task } = await clientOf(app).data.undoImport({ import: line!.id });
  expect(await resultOf(app, 'undo-import', task)).toMatchObject({ posts: 3, comments: 9 });
});

test('a text that is corrected goes for good, and the old file neither brings it back nor doubles the comment', async () => {
  await importIt();
  const [comment, post] = [idOf('comments', secret), idOf('posts', text)];
  await app.correct({ of: 'comment', id: comment, text: 'Call me' });
  await app.correct({ of: 'post', id: post, title: 'Hello', text: 'As a post' });
  for (const trace of ['Zanzibarquokka', 'Wobblefjord', 'xylophonist']) expect(filesWith(trace)).toEqual([]);
  const again = await importIt();
  expect(again).toMatchObject({ posts: 0, comments: 0 });
  expect(again.imported.comment).toBe(12);
  expect(idOf('comments', 'Call me')).toBe(comment);
  expect(idOf('posts', 'As a post')).toBe(post);
  const refused = app.correct({ of: 'comment', id: comment, text: 'The second comment of 1' });
  await expect(refused).rejects.toThrow('has this text already');
});
