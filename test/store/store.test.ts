import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { choices, type NewPost } from '../../src-main/contract/records.ts';
import { addPost } from '../../src-main/store/add-post.ts';
import { addAnswer, findAnswer, revokeAnswer } from '../../src-main/store/answers.ts';
import { countsByAnnotator, sharedAnswers, totals } from '../../src-main/store/counts.ts';
import { allAnswers, answersOfPost } from '../../src-main/store/labels.ts';
import { addModel, findModel, newestModel, nextModelName } from '../../src-main/store/models.ts';
import { closeStore, inTransaction, integrityCheck, openStore } from '../../src-main/store/open.ts';
import { findPost, postsWithComments } from '../../src-main/store/posts.ts';
import { commentsWithoutReward, countWithoutReward, rankingOfPost, setRewards } from '../../src-main/store/rewards.ts';
import {
  addCurvePoint,
  addRun,
  addSamples,
  curveOfRun,
  endRun,
  interruptDeadRuns,
  listRuns,
  removeRun,
  resumeRun,
  runById,
  samplesOfRun,
  setRunStep,
} from '../../src-main/store/runs.ts';
import { addedPost } from '../support/added-post.ts';
import { temporaryFolder, temporaryStore } from '../support/temporary.ts';

function post(key: string, texts: readonly string[] = ['one', 'two', 'three'], more: Partial<NewPost> = {}): NewPost {
  const comments = texts.map((text, rank) => ({ text, rank, votes: null }));
  return { key, title: null, text: `Post ${key}`, context: null, group: key, split: 'train', comments, ...more };
}

describe('opening', () => {
  test('a new file is sound, and opens again with what was in it', () => {
    const path = join(temporaryFolder(), 'deep', 'down', 'a.db');
    const store = openStore(path);
    addPost(store, post('a'), { importId: null, line: null });
    expect(integrityCheck(store)).toEqual([]);
    closeStore(store);
    const again = openStore(path);
    expect(findPost(again, 'a').comments).toHaveLength(3);
    closeStore(again);
  });

  test('a file from a newer version is refused and not touched', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'a.db');
    closeStore(openStore(path));
    const newer = new Database(path);
    newer.pragma('user_version = 99');
    newer.close();
    const before = readFileSync(path);
    expect(() => openStore(path)).toThrow(expect.objectContaining({ code: 'newer-database' }));
    expect(() => openStore(path)).toThrow(/ was written by a newer Tiebreak [^.]*; nothing was changed\.$/);
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(['a.db']);
  });

  test('a newer version that stands only in the write-ahead log is refused as well', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'a.db');
    closeStore(openStore(path));
    const script = `const d = new (require('better-sqlite3'))(${JSON.stringify(path)});
      d.pragma('wal_autocheckpoint = 0'); d.pragma('user_version = 99'); process.kill(process.pid, 'SIGKILL')`;
    spawnSync(process.execPath, ['-e', script]);
    const before = readFileSync(path);
    expect(before.readUInt32BE(60)).not.toBe(99);
    expect(() => openStore(path)).toThrow(expect.objectContaining({ code: 'newer-database' }));
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test('what is no database, a torn one, or another program’s is refused and not touched', () => {
    const folder = temporaryFolder();
    const foreign = join(folder, 'foreign.db');
    const database = new Database(foreign);
    database.exec('CREATE TABLE theirs (a)');
    database.close();
    const text = join(folder, 'text.db');
    writeFileSync(text, 'This is a letter to my aunt. '.repeat(50));
    const torn = join(folder, 'torn.db');
    writeFileSync(torn, readFileSync(foreign).subarray(0, 60));
    for (const path of [foreign, text, torn]) {
      const before = readFileSync(path);
      expect(() => openStore(path)).toThrow(expect.objectContaining({ code: 'damaged' }));
      expect(readFileSync(path).equals(before)).toBe(true);
    }
  });

  test('a process that is killed in the middle of a transaction leaves all of the earlier ones and nothing of this one', () => {
    const path = join(temporaryFolder(), 'a.db');
    const room = join(import.meta.dirname, '../../src-main/store');
    const script = `
      import { openStore, inTransaction } from ${JSON.stringify(join(room, 'open.ts'))};
      import { addPost } from ${JSON.stringify(join(room, 'add-post.ts'))};
      const store = openStore(${JSON.stringify(path)});
      const add = (key) => addPost(store, { key, title: null, text: key, context: null, group: key, split: 'train',
        comments: [{ text: 'a', rank: 0, votes: null }, { text: 'b', rank: 1, votes: null }] }, { importId: null, line: null });
      inTransaction(store, () => { add('first'); add('second'); });
      inTransaction(store, () => { for (let n = 0; n < 5000; n += 1) add('lost' + n); process.kill(process.pid, 'SIGKILL'); });`;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(child.signal, child.stderr).toBe('SIGKILL');
    const store = openStore(path);
    expect([...postsWithComments(store)].map((found) => found.key)).toEqual(['first', 'second']);
    expect(integrityCheck(store)).toEqual([]);
    closeStore(store);
  });
});

describe('posts', () => {
  test('of a long thread so many comments are drawn for pairs as are wanted, those that people answered on always among them', () => {
    const store = temporaryStore();
    const texts = Array.from({ length: 40 }, (_, i) => `comment ${i}`);
    const drawnOf = (comments: readonly string[], most: number) => {
      const into = temporaryStore();
      addPost(into, post('a', comments), { importId: null, line: null });
      return [...postsWithComments(into, { most: () => most })][0]!;
    };
    addPost(store, post('a', texts), { importId: null, line: null });
    const { id, comments } = findPost(store, 'a');
    const [left, right] = [comments[38]!, comments[39]!];
    const sides = { postId: id, leftId: left.id, rightId: right.id } as const;
    addAnswer(store, { ...sides, choice: 'left', annotator: 'ann', origin: 'compare' });
    const [drawn] = [...postsWithComments(store, { most: () => 10 })];
    const own = drawn!.comments.map((comment) => comment.id);
    expect(own).toEqual(expect.arrayContaining([left.id, right.id]));
    expect(own.length).toBeLessThanOrEqual(12);
    expect(drawn!.lists[0]!.entries.map(({ commentId }) => commentId)).toEqual(own);
    // Their order in the file says nothing of which they are; all are there where they are not too many.
    const named = (found: typeof drawn) => found!.comments.map(({ text }) => text).toSorted();
    expect(named(drawnOf(texts, 10))).toEqual(named(drawnOf(texts.toReversed(), 10)));
    expect(drawnOf(texts, 40).comments).toHaveLength(40);
  });

  test('adding the same post again adds nothing, and fills in what was missing', () => {
    const store = temporaryStore();
    const unranked = post('a', ['one', 'two']);
    addPost(
      store,
      { ...unranked, comments: unranked.comments.map((c) => ({ ...c, rank: null })) },
      { importId: null, line: null },
    );
    expect(addPost(store, unranked, { importId: null, line: null })).toMatchObject({
      outcome: 'known',
      comments: ['updated', 'updated'],
    });
    expect(findPost(store, 'a').comments.map((comment) => comment.rank)).toEqual([0, 1]);
    expect(addPost(store, post('a', ['four']), { importId: null, line: null })).toMatchObject({
      outcome: 'known',
      comments: ['new'],
    });
    expect(addPost(store, { ...post('a', ['five']), text: 'other' }, { importId: null, line: null })).toMatchObject({
      outcome: 'conflict',
    });
    expect(totals(store)).toMatchObject({ posts: 1, comments: 3 });
  });

  test('a group is never divided between splits', () => {
    const store = temporaryStore();
    addPost(store, post('a', ['x', 'y'], { group: 'g', split: 'test' }), { importId: null, line: null });
    addPost(store, post('b', ['x', 'y'], { group: 'g', split: 'train' }), { importId: null, line: null });
    expect(findPost(store, 'b').split).toBe('test');
    expect(() => store.db.exec(`UPDATE posts SET split = 'train' WHERE key = 'b'`)).toThrow('FOREIGN KEY');
  });

  test('posts are read page by page while the store is written to', () => {
    const store = temporaryStore();
    inTransaction(store, () => {
      for (let n = 0; n < 700; n += 1)
        addPost(store, post(`p${n}`, ['a', 'b'], { split: n % 7 ? 'train' : 'test' }), { importId: null, line: 1 });
    });
    let count = 0;
    for (const found of postsWithComments(store, { split: 'train' })) {
      count += 1;
      expect(found.comments).toHaveLength(2);
      if (count % 300 === 0)
        addPost(store, post(`late${count}`, ['a', 'b'], { split: 'test' }), { importId: null, line: null });
    }
    expect(count).toBe(600);
    expect(() => findPost(store, 'nowhere')).toThrow(expect.objectContaining({ code: 'not-found' }));
    expect(findPost(store, 1).key).toBe('p0');
  });
});

describe('answers', () => {
  test('models and a margin are kept beside an answer, and nothing where there are none', () => {
    const store = temporaryStore();
    const postId = addedPost(store, post('a'));
    const pair = { postId, leftId: 1, rightId: 2, choice: 'left', annotator: 'ann', origin: 'import' } as const;
    const models = ['gpt-2', null] as const;
    const { answer } = addAnswer(store, { ...pair, key: 'one', models, margin: 1.5 });
    expect(answer).toMatchObject({ models, margin: 1.5 });
    expect(findAnswer(store, 'one')).toMatchObject({ models, margin: 1.5 });
    addAnswer(store, { ...pair, key: 'two' });
    addAnswer(store, { ...pair, key: 'three', choice: 'skip' });
    expect(answersOfPost(store, postId)).toMatchObject([
      { models, margin: 1.5 },
      { models: null, margin: null },
    ]);
    expect(findAnswer(store, 'three')).toMatchObject({ models: null, margin: null });
  });

  test('an answer is revoked, never changed or deleted', () => {
    const store = temporaryStore();
    const postId = addedPost(store, post('a'));
    const [left, right] = findPost(store, 'a').comments;
    const said = {
      postId,
      leftId: left!.id,
      rightId: right!.id,
      choice: 'left',
      annotator: 'ann',
      origin: 'compare',
    } as const;
    const { answer } = addAnswer(store, { ...said, durationMs: 1200 });
    expect(answer).toMatchObject({ ...said, durationMs: 1200, revokedAt: null, again: false });
    expect(answersOfPost(store, postId)).toEqual([answer]);
    expect([...postsWithComments(store, { answered: true })]).toHaveLength(1);
    revokeAnswer(store, answer.key);
    const revoked = findAnswer(store, answer.key)!;
    expect(revoked.revokedAt).not.toBeNull();
    revokeAnswer(store, answer.key, '2100-01-01T00:00:00.000Z');
    expect(findAnswer(store, answer.key)).toEqual(revoked);
    expect(answersOfPost(store, postId)).toEqual([]);
    expect([...allAnswers(store)]).toEqual([]);
    expect([...allAnswers(store, { revoked: true })]).toEqual([revoked]);
    expect([...postsWithComments(store, { answered: true })]).toEqual([]);
    for (const table of ['labels', 'revocations']) {
      expect(() => store.db.exec(`DELETE FROM ${table}`)).toThrow('never deleted');
    }
    expect(() => store.db.exec(`UPDATE labels SET outcome = 'tie'`)).toThrow('never changed');
  });

  test('every choice comes back as it was given, from the table it belongs into', () => {
    const store = temporaryStore();
    const postId = addedPost(store, post('a'));
    const [left, right] = findPost(store, 'a').comments;
    for (const choice of choices) {
      const sides = { postId, leftId: left!.id, rightId: right!.id, annotator: choice, origin: 'compare' } as const;
      const { answer } = addAnswer(store, {
        ...sides,
        choice,
        note: 'why',
        again: choice === 'bad' || choice === 'skip',
      });
      expect(answer).toMatchObject({ ...sides, choice, note: 'why', again: choice === 'bad' || choice === 'skip' });
      expect(findAnswer(store, answer.key)).toEqual(answer);
    }
    const labels = store.db.prepare('SELECT annotator, outcome, both_bad, again FROM labels ORDER BY id').all();
    expect(labels).toEqual([
      { annotator: 'left', outcome: 'left', both_bad: 0, again: 0 },
      { annotator: 'right', outcome: 'right', both_bad: 0, again: 0 },
      { annotator: 'tie', outcome: 'tie', both_bad: 0, again: 0 },
      { annotator: 'bad', outcome: 'tie', both_bad: 1, again: 1 },
    ]);
    expect(store.db.prepare('SELECT kind, again FROM marks ORDER BY id').all()).toEqual([
      { kind: 'skip', again: 1 },
      { kind: 'flag', again: 0 },
    ]);
    expect(answersOfPost(store, postId).map(({ choice }) => choice)).toEqual(['left', 'right', 'tie', 'bad']);
  });

  test('an answer needs two different comments of its post, and a known key adds nothing', () => {
    const store = temporaryStore();
    const a = addedPost(store, post('a'));
    addPost(store, post('b'), { importId: null, line: null });
    const [one, two] = findPost(store, 'a').comments.map((comment) => comment.id);
    const other = findPost(store, 'b').comments[0]!.id;
    const said = {
      postId: a,
      leftId: one!,
      rightId: two!,
      choice: 'tie',
      annotator: 'ann',
      origin: 'terminal',
    } as const;
    expect(() => addAnswer(store, { ...said, rightId: one! })).toThrow(expect.objectContaining({ code: 'bad-input' }));
    expect(() => addAnswer(store, { ...said, rightId: other })).toThrow(expect.objectContaining({ code: 'bad-input' }));
    expect(addAnswer(store, { ...said, key: 'k' }).added).toBe(true);
    expect(addAnswer(store, { ...said, key: 'k' }).added).toBe(false);
    addAnswer(store, { ...said, annotator: 'bob' });
    expect(sharedAnswers(store)).toHaveLength(2);
    expect(countsByAnnotator(store)).toMatchObject([
      { annotator: 'ann', labels: 1, ties: 1, revoked: 0 },
      { annotator: 'bob', labels: 1 },
    ]);
  });
});

describe('runs, models and rewards', () => {
  test('a run left by a dead process becomes interrupted, one of a living process stays', () => {
    const store = temporaryStore();
    const dead = addRun(store, { kind: 'reward', config: { seed: 1 }, base: null });
    const alive = addRun(store, { kind: 'sft', config: {}, base: 'sft-1', steps: 10 });
    store.db.exec(`UPDATE runs SET pid = 1 WHERE id = ${alive.id}`);
    setRunStep(store, dead.id, 3, 20);
    expect(interruptDeadRuns(store, (pid) => pid === 1).map((run) => run.id)).toEqual([dead.id]);
    expect(runById(store, dead.id)).toMatchObject({ status: 'interrupted', step: 3, steps: 20, config: { seed: 1 } });
    expect(runById(store, alive.id)).toMatchObject({ status: 'running', base: 'sft-1', steps: 10 });
    expect(resumeRun(store, dead.id)).toMatchObject({ status: 'running', endedAt: null, error: null });
    endRun(store, dead.id, { status: 'failed', error: 'The engine ended.' });
    expect(listRuns(store)[1]).toMatchObject({ status: 'failed', error: 'The engine ended.' });
  });

  test('a curve keeps one point per step', () => {
    const store = temporaryStore();
    const { id } = addRun(store, { kind: 'sft', config: {}, base: null });
    const at = (step: number, loss: number) => ({ step, loss, learningRate: 0.1, gradientNorm: 1 });
    for (const point of [at(2, 5), at(1, 6), at(2, 4)]) addCurvePoint(store, id, point);
    expect(curveOfRun(store, id)).toEqual([at(1, 6), at(2, 4)]);
  });

  test('a long curve stays small, and a resumed run writes it anew from where it goes on', () => {
    const store = temporaryStore();
    const { id } = addRun(store, { kind: 'reward', config: {}, base: null });
    const names = Array.from({ length: 30 }, (_, index) => `grouped/sk_ndcg/k=${index}`);
    const at = (step: number) => ({
      step,
      loss: Math.sin(step),
      learningRate: 0.1 / step,
      gradientNorm: 1 / step,
      validationLoss: Math.cos(step),
      validationAccuracy: 1 / step,
      metrics: Object.fromEntries(names.map((name, index) => [name, Math.sin(step * index)])),
    });
    const write = (from: number, to: number) =>
      inTransaction(store, () => {
        for (let step = from; step <= to; step++) addCurvePoint(store, id, at(step));
      });
    write(1, 10_000);
    const curve = curveOfRun(store, id);
    // All of it would be ten times as much.
    expect(JSON.stringify(curve).length).toBeLessThan(JSON.stringify(at(1)).length * 1_100);
    expect(curve.slice(-400)).toEqual(Array.from({ length: 400 }, (_, index) => at(9_601 + index)));

    write(6_001, 6_001);
    expect(curveOfRun(store, id).at(-1)).toEqual(at(6_001));
    write(6_002, 10_000);
    const again = curveOfRun(store, id);
    const steps = (points: typeof curve) => points.reduce((sum, { standsFor = 1 }) => sum + standsFor, 0);
    expect(steps(curve)).toBe(10_000);
    // Only the window that the two parts share may be missing.
    expect(steps(again)).toBeGreaterThan(10_000 - 32);
    expect(again.slice(-400)).toEqual(curve.slice(-400));
  });

  test('the samples of a run are kept by step, the newest said, and go with it', () => {
    const store = temporaryStore();
    const { id } = addRun(store, { kind: 'reward', config: {}, base: null });
    const other = addRun(store, { kind: 'reward', config: {}, base: null });
    const at = (chosenReward: number) => [{ post: 'p', chosen: 'c', rejected: 'r', chosenReward, rejectedReward: 0 }];
    addSamples(store, id, 20, at(2));
    addSamples(store, id, 10, at(1));
    addSamples(store, id, 20, at(3));
    addSamples(store, other.id, 5, at(9));
    expect(samplesOfRun(store, id)).toEqual([
      { step: 10, samples: at(1) },
      { step: 20, samples: at(3) },
    ]);
    removeRun(store, id);
    expect(samplesOfRun(store, id)).toEqual([]);
    expect(samplesOfRun(store, other.id)).toHaveLength(1);
  });

  test('models are found by name or number, and named in turn', () => {
    const store = temporaryStore();
    expect(nextModelName(store, 'reward')).toBe('reward-1');
    const add = (name: string, kind: 'sft' | 'reward') =>
      addModel(store, { name, kind, folder: `models/${name}`, base: null, runId: null, metrics: { accuracy: 0.5 } });
    const first = add('reward-9', 'reward');
    add('sft-1', 'sft');
    expect(nextModelName(store, 'reward')).toBe('reward-10');
    expect(newestModel(store, 'reward')).toEqual(first);
    expect(findModel(store, first.id)).toEqual(findModel(store, 'reward-9'));
    expect(() => findModel(store, 'reward-2')).toThrow('There is no model reward-2.');
  });

  test('comments wait for a reward until they have one, and are ranked by it', () => {
    const store = temporaryStore();
    const postId = addedPost(store, post('a'));
    addPost(store, post('b', ['x', 'y'], { split: 'test' }), { importId: null, line: null });
    const { id } = addModel(store, {
      name: 'reward-1',
      kind: 'reward',
      folder: 'm',
      base: null,
      runId: null,
      metrics: {},
    });
    expect(countWithoutReward(store, id)).toBe(5);
    const waiting = [...commentsWithoutReward(store, id, { postId })];
    expect(waiting.map((comment) => comment.text)).toEqual(['one', 'two', 'three']);
    setRewards(
      store,
      id,
      waiting.slice(0, 2).map(({ commentId }, index) => ({ commentId, reward: index - 1.5 })),
    );
    expect(rankingOfPost(store, id, postId).map((c) => [c.text, c.reward, c.position])).toEqual([
      ['two', -0.5, 0],
      ['one', -1.5, 1],
      ['three', null, null],
    ]);
    expect(countWithoutReward(store, id, { split: 'train' })).toBe(1);
    expect([...commentsWithoutReward(store, id, { split: 'test' })]).toHaveLength(2);
  });

  test('equal rewards do not keep the order of the file', () => {
    const store = temporaryStore();
    const { id } = addModel(store, {
      name: 'reward-1',
      kind: 'reward',
      folder: 'm',
      base: null,
      runId: null,
      metrics: {},
    });
    let firstStayed = 0;
    for (let n = 0; n < 200; n += 1) {
      const postId = addedPost(store, post(`p${n}`, [`a${n}`, `b${n}`]));
      setRewards(
        store,
        id,
        findPost(store, postId).comments.map((c) => ({ commentId: c.id, reward: 1 })),
      );
      if (rankingOfPost(store, id, postId)[0]!.rank === 0) firstStayed += 1;
    }
    expect(firstStayed).toBeGreaterThan(70);
    expect(firstStayed).toBeLessThan(130);
  });
});
