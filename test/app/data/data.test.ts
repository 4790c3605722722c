import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { App } from '../../../src-main/app.ts';
import type { Topic } from '../../../src-main/contract/views.ts';
import { countEmbeddings } from '../../../src-main/store/embeddings.ts';
import { closeStore, integrityCheck, openStore } from '../../../src-main/store/open.ts';
import { setRewards } from '../../../src-main/store/rewards.ts';
import { rows, scratchFolder } from '../../support/run-cli.ts';
import { clientOf, ended, give, openWithFakeEngine, resultOf } from '../../support/served.ts';

let scratch: ReturnType<typeof scratchFolder>;
let app: App;
let client: ReturnType<typeof clientOf>;

beforeEach(() => {
  scratch = scratchFolder();
  app = openWithFakeEngine(scratch.folder);
  client = clientOf(app);
});
afterEach(async () => {
  await app.close();
  scratch.remove();
});

async function bringIn(name: string, content: string) {
  const { handle } = await give(app, name, content);
  const { task } = await client.data.import({ files: [handle] });
  return { task, ...(await resultOf(app, 'import', task)) };
}

const undo = async (id: number) => resultOf(app, 'undo-import', (await client.data.undoImport({ import: id })).task);

/** What stands in the database, by a second connection. */
function look<T>(read: (store: ReturnType<typeof openStore>) => T): T {
  const store = openStore(join(scratch.folder, 'tiebreak.sqlite'));
  try {
    return read(store);
  } finally {
    closeStore(store);
  }
}
const sound = () => expect(look(integrityCheck)).toEqual([]);

/** The counts kept by triggers, beside those counted now. */
function counts() {
  return look(({ db }) => ({
    kept: db
      .prepare(
        'SELECT coalesce(sum(comments), 0) c, coalesce(sum(labels), 0) l, (SELECT pairs FROM pair_count) p FROM post_counts',
      )
      .get(),
    counted: db
      .prepare(
        `SELECT (SELECT count(*) FROM comments) c,
           (SELECT count(*) FROM labels WHERE id NOT IN (SELECT label_id FROM revocations)) l,
           (SELECT coalesce(sum(n * (n - 1) / 2), 0) FROM (SELECT count(*) n FROM comments GROUP BY post_id)) p`,
      )
      .get(),
  }));
}

describe('import', () => {
  test('files come in under their own names, as a task', async () => {
    const files = [
      await give(app, 'one.jsonl', rows(0, 3)),
      await give(app, 'two.jsonl', `${rows(3, 2)}\n{"text": 1}`),
    ];
    const { task } = await client.data.import({ files: files.map(({ handle }) => handle), split: 'test' });
    expect(app.tasks.find(task)).toMatchObject({ title: 'Importing 2 files', state: 'running' });
    const result = await resultOf(app, 'import', task);
    expect(result).toMatchObject({ posts: 5, comments: 15, skippedCount: 1, imports: [1, 2] });
    expect(result.skipped).toMatchObject([{ file: 'two.jsonl', line: 3 }]);
    const { imports } = await client.data.imports();
    expect(imports).toMatchObject([
      { id: 2, file: 'two.jsonl', posts: 2, skipped: 1, undoneAt: null },
      { id: 1, file: 'one.jsonl', posts: 3, skipped: 0, undoneAt: null },
    ]);
    expect(imports.every(({ finishedAt }) => finishedAt !== null)).toBe(true);
  });

  test('contexts chosen together with their posts come after them, and can be undone alone', async () => {
    const articles = await give(app, 'articles.jsonl', '{"id": "p1", "text": "An article"}\n{"id": "x", "text": "y"}');
    const posts = await give(app, 'posts.jsonl', rows(0, 3));
    const { task } = await client.data.import({ files: [articles.handle, posts.handle] });
    expect(await resultOf(app, 'import', task)).toMatchObject({ posts: 3, contexts: 1, unmatched: 1, skippedCount: 1 });
    const contexts = () =>
      look(({ db }) => db.prepare('SELECT key, context FROM posts WHERE context IS NOT NULL').all());
    expect(contexts()).toEqual([{ key: 'p1', context: 'An article' }]);
    const { imports } = await client.data.imports();
    expect(imports.map(({ file, format, contexts: count }) => [file, format, count])).toEqual([
      ['articles.jsonl', 'context', 1],
      ['posts.jsonl', 'posts', 0],
    ]);
    expect(await undo(imports[0]!.id)).toMatchObject({ contexts: 1, posts: 0 });
    expect(contexts()).toEqual([]);
    sound();
  });

  test('views hear of it, and other work goes on in between', async () => {
    const { handle } = await give(app, 'many.jsonl', rows(0, 3000));
    const stop = new AbortController();
    const heard = new Set<Topic>();
    const changes = await client.app.changes(undefined, { signal: stop.signal });
    const listening = (async () => {
      for await (const topics of changes) for (const topic of topics) heard.add(topic);
    })();
    const { task } = await client.data.import({ files: [handle] });
    const seen: number[] = [];
    while (app.tasks.find(task).state === 'running') {
      seen.push((await client.data.imports()).imports[0]?.comments ?? 0);
      await turn();
    }
    await resultOf(app, 'import', task);
    while (!heard.has('posts')) await turn();
    stop.abort();
    await listening;
    expect([...heard]).toEqual(expect.arrayContaining(['posts', 'imports', 'answers']));
    // Answered while some were in and others not.
    expect(seen.some((comments) => comments > 0 && comments < 9000)).toBe(true);
  });

  test('the sample', async () => {
    const { task } = await client.data.importSample();
    const { posts, skippedCount } = await resultOf(app, 'import', task);
    expect({ posts, skippedCount }).toEqual({ posts: 263 + 64 + 85, skippedCount: 0 });
    expect((await client.data.imports()).imports.map(({ file }) => file)).toContain('Sample: ukp-train.jsonl');
  });

  test.each([
    ['a picture', 'photo.png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3])],
    ['nothing', 'empty.jsonl', Buffer.alloc(0)],
    ['UTF-16', 'notepad.csv', Buffer.from('\ufefftext,comment\na,b', 'utf16le')],
    ['one list', 'list.json', Buffer.from('[{"text":"a"}]')],
  ])('%s is refused in a sentence that calls the file by its name', async (_, name, content) => {
    const { handle } = await give(app, name, content);
    const { task } = await client.data.import({ files: [handle] });
    const { state, error } = await ended(app, task);
    expect(state).toBe('failed');
    expect(error?.message).toContain(name);
    expect(error?.message).not.toContain(handle);
    expect(error?.message).not.toContain(scratch.folder);
    expect((await client.data.imports()).imports).toEqual([]);
  });

  test('a cancelled one keeps what came in, says so, and can be undone', async () => {
    const { handle } = await give(app, 'many.jsonl', rows(0, 20_000));
    const { task } = await client.data.import({ files: [handle] });
    while (((await client.data.imports()).imports[0]?.posts ?? 0) === 0) await turn();
    await client.tasks.cancel({ task });
    const { state, error } = await ended(app, task);
    expect(state).toBe('cancelled');
    expect(error?.message).toContain('undoing the import takes it out again');
    const [line] = (await client.data.imports()).imports;
    expect(line).toMatchObject({ finishedAt: null, undoneAt: null });
    expect(line!.posts).toBeGreaterThan(0);
    expect(error?.message).toContain(`${line!.posts} posts`);
    expect(look(({ db }) => db.prepare('SELECT count(*) FROM posts').pluck().get())).toBe(line!.posts);
    expect(await undo(line!.id)).toMatchObject({ posts: line!.posts, postsKept: 0 });
    sound();
  });

  test('rows that were left out can be saved as CSV, without formulas', async () => {
    const result = await bringIn('=cmd.jsonl', `${rows(0, 1)}\n{"text": 7}\nnonsense`);
    const { handle, name } = result.skippedFile!;
    expect(name).toBe('skipped-rows.csv');
    expect(readFileSync(app.files.find(handle).path, 'utf8').split('\r\n')).toEqual([
      'file,line,what,reason,text',
      expect.stringMatching(/^'=cmd\.jsonl,2,row,\S.+,\S+$/),
      "'=cmd.jsonl,3,row,not valid JSON,nonsense",
      '',
    ]);
    const many = await bringIn('many.jsonl', `${rows(1, 1)}\n${'nonsense\n'.repeat(200)}`);
    expect(many.skipped).toHaveLength(50);
    expect(readFileSync(app.files.find(many.skippedFile!.handle).path, 'utf8').split('\r\n')).toHaveLength(202);
  });
});

describe('undo', () => {
  const label = (key: string, post: number, better: string) => {
    const text = (word: string) => `It was ${word} in case ${post}`;
    const sides = { left: text('splendid'), right: text('awful'), outcome: better };
    return JSON.stringify({
      key,
      post: `p${post}`,
      ...sides,
      annotator: 'ann',
      created_at: '2025-01-02T03:04:05.000Z',
    });
  };

  test('takes out what an import brought, once; and importing again brings it back', async () => {
    await bringIn('first.jsonl', rows(0, 4));
    await bringIn('second.jsonl', rows(2, 6));
    expect(await undo(2)).toEqual({
      posts: 4,
      comments: 12,
      answers: 0,
      contexts: 0,
      rewards: 0,
      postsKept: 0,
    });
    expect((await client.data.imports()).imports[0]).toMatchObject({ id: 2, undoneAt: expect.any(String) });
    await expect(client.data.undoImport({ import: 2 })).rejects.toMatchObject({ code: 'nothing-to-do' });
    await expect(client.data.undoImport({ import: 9 })).rejects.toMatchObject({ code: 'not-found' });
    expect(app.stats().totals).toMatchObject({ posts: 4, comments: 12 });
    expect(await bringIn('second.jsonl', rows(2, 6))).toMatchObject({ posts: 4, comments: 12, imports: [3] });
    const { kept, counted } = counts();
    expect(kept).toEqual(counted);
    sound();
  });

  test('keeps posts on which people said something here, with all their comments', async () => {
    await bringIn('all.jsonl', rows(0, 5));
    const [chosen, rejected] = look(({ db }) =>
      db
        .prepare("SELECT comments.id FROM comments JOIN posts ON posts.id = post_id WHERE posts.key = 'p1'")
        .pluck()
        .all(),
    ) as number[];
    await app.addAnswer({ post: 'p1', chosen: chosen!, rejected: rejected! });
    look(({ db }) =>
      db.exec(`INSERT INTO marks (key, post_id, left_id, right_id, kind, annotator, created_at)
        SELECT 'm', post_id, min(comments.id), max(comments.id), 'flag', 'ann', '2025-01-01' FROM comments
        JOIN posts ON posts.id = post_id WHERE posts.key = 'p3'`),
    );
    expect(await undo(1)).toEqual({
      posts: 3,
      comments: 9,
      answers: 0,
      contexts: 0,
      rewards: 0,
      postsKept: 2,
    });
    expect(app.stats().totals).toMatchObject({ posts: 2, comments: 6, labels: 1 });
    expect(await bringIn('all.jsonl', rows(0, 5))).toMatchObject({ posts: 3, comments: 9 });
    sound();
  });

  test('takes out the labels of a file, revoked ones too, and leaves posts of other imports alone', async () => {
    await bringIn('posts.jsonl', rows(0, 3));
    const labels = [label('a', 0, 'left'), label('b', 1, 'right'), label('c', 2, 'tie')].join('\n');
    expect(await bringIn('labels.jsonl', labels)).toMatchObject({ labels: 3, skippedCount: 0 });
    look(({ db }) => db.exec("INSERT INTO revocations SELECT id, '2025-01-01' FROM labels WHERE key = 'b'"));
    expect(await undo(2)).toEqual({
      posts: 0,
      comments: 0,
      answers: 3,
      contexts: 0,
      rewards: 0,
      postsKept: 0,
    });
    expect(app.stats().totals).toMatchObject({ posts: 3, comments: 9, labels: 0 });
    const { kept, counted } = counts();
    expect(kept).toEqual(counted);
    expect(await bringIn('labels.jsonl', labels)).toMatchObject({ labels: 3 });
    // The labels that came later hold two comments of each post; the third one was of the first import alone.
    expect(await undo(1)).toEqual({
      posts: 0,
      comments: 3,
      answers: 0,
      contexts: 0,
      rewards: 0,
      postsKept: 3,
    });
    expect(app.stats().totals).toMatchObject({ posts: 3, comments: 6, labels: 3 });
    expect(counts().kept).toEqual(counts().counted);
    sound();
  });

  test('a post keeps the comments that came with another import', async () => {
    const post = (...texts: string[]) =>
      JSON.stringify({ id: 'p', text: 'What now?', comments: texts.map((text, score) => ({ text, score })) });
    await bringIn('a.jsonl', post('one', 'two'));
    await bringIn('b.jsonl', post('one', 'two', 'three'));
    await bringIn('c.jsonl', post('four', 'five'));
    const texts = () => look(({ db }) => db.prepare('SELECT text FROM comments ORDER BY text').pluck().all());
    // The second has all of it, and so all of it stays; the third is of the second one alone.
    expect(await undo(1)).toMatchObject({ posts: 0, comments: 0, postsKept: 1 });
    expect(texts()).toEqual(['five', 'four', 'one', 'three', 'two']);
    expect(await undo(3)).toMatchObject({ posts: 0, comments: 2, postsKept: 0 });
    expect(texts()).toEqual(['one', 'three', 'two']);
    expect(await undo(2)).toMatchObject({ posts: 1, comments: 3, postsKept: 0 });
    expect(app.stats().totals).toMatchObject({ posts: 0, comments: 0 });
    sound();
  });

  test('pairs that a tab had been given are forgotten with their posts', async () => {
    await bringIn('a.jsonl', rows(0, 3));
    await bringIn('b.jsonl', rows(3, 3));
    const { pairs } = await client.answers.nextPairs({ tab: 'tab', count: 12 });
    // Three posts have nine pairs, so that some of the twelve are about posts of the other import.
    expect(pairs).toHaveLength(12);
    await undo(2);
    const { pairs: left } = await client.answers.nextPairs({ tab: 'tab', count: 12 });
    expect(left).toHaveLength(9);
    expect(left.every(({ post }) => post.id <= 3)).toBe(true);
  });

  test('waits for work that is going on', async () => {
    await bringIn('a.jsonl', rows(0, 5));
    const { handle } = await give(app, 'b.jsonl', rows(5, 3000));
    const { task } = await client.data.import({ files: [handle] });
    await expect(client.data.undoImport({ import: 1 })).rejects.toMatchObject({
      code: 'busy',
      message: expect.stringContaining('Importing b.jsonl'),
    });
    await resultOf(app, 'import', task);
    expect(await undo(1)).toMatchObject({ posts: 5 });
  });

  /** Starts to undo a large import, and gives the number of the task once it has taken something away. */
  async function undoing(posts: number): Promise<number> {
    await bringIn('large.jsonl', rows(0, posts));
    const { task } = await client.data.undoImport({ import: 1 });
    while (app.tasks.find(task).progress === null) await turn();
    return task;
  }

  test('other work goes on in between, and sees how far it is; what works on comments waits', async () => {
    const task = await undoing(4000);
    expect(app.tasks.find(task)).toMatchObject({
      title: 'Undoing the import of large.jsonl',
      state: 'running',
      progress: { phase: 'undo', done: expect.any(Number), total: 16_000 },
    });
    expect((await client.data.imports()).imports).toMatchObject([{ id: 1, undoneAt: null, undo: 'going-on' }]);
    const { handle } = await give(app, 'b.jsonl', rows(9000, 3));
    for (const begin of [
      () => client.data.import({ files: [handle] }),
      () => client.data.undoImport({ import: 1 }),
      () => client.backup.create(),
    ]) {
      await expect(begin()).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining('large.jsonl') });
    }
    const seen = new Set<number>();
    while (app.tasks.find(task).state === 'running') {
      const { total } = await client.posts.list({ limit: 1 });
      seen.add(total);
      await turn();
    }
    // Answered while some were gone and others were not.
    expect([...seen].some((posts) => posts > 0 && posts < 4000)).toBe(true);
    expect(await resultOf(app, 'undo-import', task)).toMatchObject({ posts: 4000, comments: 12_000 });
    expect((await client.data.imports()).imports).toMatchObject([{ undoneAt: expect.any(String), undo: null }]);
  });

  test('a cancelled one says so, is marked after a restart as well, and goes on to the same end', async () => {
    const task = await undoing(4000);
    await client.tasks.cancel({ task });
    const { state, error } = await ended(app, task);
    expect({ state, message: error?.message }).toEqual({
      state: 'cancelled',
      message: expect.stringContaining('offers to go on'),
    });
    const left = app.stats().totals.posts;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(4000);
    sound();
    expect(counts().kept).toEqual(counts().counted);
    await app.close();
    app = openWithFakeEngine(scratch.folder);
    client = clientOf(app);
    expect((await client.data.imports()).imports).toMatchObject([{ undoneAt: null, undo: 'broken-off' }]);
    expect(app.stats().totals.posts).toBe(left);
    // Other work goes on beside one that waits.
    expect(await bringIn('b.jsonl', rows(9000, 3))).toMatchObject({ posts: 3 });
    const { handle } = await give(app, 'c.jsonl', rows(9500, 3000));
    const importing = (await client.data.import({ files: [handle] })).task;
    await expect(client.data.undoImport({ import: 1 })).rejects.toMatchObject({ code: 'busy' });
    await resultOf(app, 'import', importing);
    expect(await undo(1)).toEqual({ posts: 4000, comments: 12_000, answers: 0, contexts: 0, rewards: 0, postsKept: 0 });
    expect((await client.data.imports()).imports).toMatchObject([{ undo: null }, { undo: null }, { undo: null }]);
    expect(app.stats().totals).toMatchObject({ posts: 3003 });
    sound();
  });

  test('a model that reads a post while it is taken away gives no rewards to what is gone', () => {
    look((store) => {
      expect(setRewards(store, 1, [{ commentId: 77, reward: 1 }])).toBe(0);
      expect(integrityCheck(store)).toEqual([]);
    });
  });
});

describe('the page of statistics', () => {
  test('is made as a task and offered as a file, and can be cancelled', async () => {
    await bringIn('a.jsonl', rows(0, 12));
    const { task } = await client.data.statisticsPage({});
    const { file } = await resultOf(app, 'statistics-page', task);
    expect(file).toMatchObject({ name: 'statistics.html', bytes: expect.any(Number) });
    const page = readFileSync(app.files.find(file.handle).path, 'utf8');
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain('12 posts');
    expect(page).not.toContain('Map of posts and comments');

    const cancelled = (await client.data.statisticsPage({ map: true })).task;
    await client.tasks.cancel({ task: cancelled });
    expect(await ended(app, cancelled)).toMatchObject({ state: 'cancelled', result: null });
  });
});

describe('statistics', () => {
  test('are computed beside the main thread', async () => {
    const twice = JSON.stringify({
      id: 'copy',
      title: 'Case 1',
      text: 'How was case 1?',
      comments: [{ text: 'x' }, { text: 'y' }],
    });
    await bringIn('a.jsonl', `${rows(0, 1200)}\n${twice}`);
    await app.addAnswer({ post: 'p3', chosen: 10, rejected: 11, annotator: 'ann' });
    const { task } = await client.data.statistics();
    const found = await resultOf(app, 'statistics', task);
    const { totals, splits, texts } = app.stats();
    expect(found).toMatchObject({ totals, splits, texts });
    expect(found.duplicates).toEqual({ posts: 2, comments: 0 });
    expect(found.duplicatePosts).toEqual([{ excerpt: 'Case 1 How was case 1?', times: 2 }]);
    expect(found.answersPerDay).toEqual([
      { day: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), annotator: 'ann', answers: 1 },
    ]);
    for (const { edges, counts } of [found.characters, found.votes!]) expect(edges).toHaveLength(counts.length + 1);
    expect(found.characters.counts.reduce((sum, count) => sum + count)).toBe(totals.comments);
    expect(found.commentsPerPost.counts.reduce((sum, count) => sum + count)).toBe(totals.posts);
    expect(found.votes!.counts.reduce((sum, count) => sum + count)).toBe(3600);
  });

  test('of nothing, and cancelled', async () => {
    expect(await resultOf(app, 'statistics', (await client.data.statistics()).task)).toMatchObject({
      votes: null,
      totals: { posts: 0 },
    });
    const { task } = await client.data.statistics();
    await client.tasks.cancel({ task });
    expect(await ended(app, task)).toMatchObject({ state: 'cancelled', error: { code: 'cancelled' } });
  });
});

describe('the map of texts', () => {
  test('is drawn beside the main thread, kept until the data change, and leaves vectors behind', async () => {
    await bringIn('a.jsonl', rows(0, 60));
    const draw = async () => resultOf(app, 'map', (await client.data.map()).task);
    const map = await draw();
    expect(map).toMatchObject({ figures: [{ id: 'map', plot: { kind: 'map' } }] });
    const vectors = look(countEmbeddings);
    expect([...vectors.keys()]).toEqual(['all-MiniLM-L6-v2']);
    expect(vectors.get('all-MiniLM-L6-v2')).toBeGreaterThan(100);
    expect(await draw()).toBe(map);
    await bringIn('b.jsonl', rows(60, 1));
    expect(await draw()).not.toBe(map);
  });

  test('of nothing, and cancelled', async () => {
    expect(await resultOf(app, 'map', (await client.data.map()).task)).toMatchObject({
      note: expect.stringContaining('too few'),
      figures: [],
    });
    await bringIn('a.jsonl', rows(0, 60));
    const { task } = await client.data.map();
    await client.tasks.cancel({ task });
    expect(await ended(app, task)).toMatchObject({ state: 'cancelled', error: { code: 'cancelled' } });
    expect(await resultOf(app, 'map', (await client.data.map()).task)).toMatchObject({ figures: [{ id: 'map' }] });
  });
});
