import { describe, expect, test } from 'vitest';
import type { UndoneImport } from '../../src-main/contract/views.ts';
import { toEnd } from '../../src-main/evaluation/steps.ts';
import { addAnswer, revokeAnswer } from '../../src-main/store/answers.ts';
import { findImport, listImports } from '../../src-main/store/imports.ts';
import { addModel } from '../../src-main/store/models.ts';
import { closeStore, integrityCheck, openStore, type WritingStore } from '../../src-main/store/open.ts';
import { commentsOfPost, postByKey } from '../../src-main/store/posts.ts';
import { setRewards } from '../../src-main/store/rewards.ts';
import { beginUndo, undoImport } from '../../src-main/store/undo-import.ts';
import { importFile } from '../../src-main/transfer/import-file.ts';
import { temporaryFile, temporaryStore } from '../support/temporary.ts';

const post = (key: string, comments: readonly string[], more: object = {}): string =>
  JSON.stringify({ id: key, text: `post ${key}`, comments: comments.map((text, score) => ({ text, score })), ...more });
const texts = (count: number, word = 'c'): string[] => Array.from({ length: count }, (_, i) => `${word}${i}`);
const file = (...lines: string[]): string => temporaryFile(lines.join('\n'));

/** Gives the key of an answer on the first two comments of a post. */
function answer(store: WritingStore, key: string, importId: number | null): string {
  const { id } = postByKey(store, key)!;
  const [left, right] = commentsOfPost(store, id);
  const from = importId === null ? { origin: 'compare' as const } : { origin: 'import' as const, importId };
  const sides = { postId: id, leftId: left!.id, rightId: right!.id, choice: 'left', annotator: 'ann' } as const;
  return addAnswer(store, { ...sides, ...from }).answer.key;
}

/** Two imports that share posts, answers of a file and of a person, contexts and rewards. Gives the number of the second import. */
async function filled(store: WritingStore): Promise<number> {
  const shared = Array.from({ length: 40 }, (_, i) => post(`s${i}`, texts(3)));
  await importFile(store, file(...shared, post('wide', texts(3))));
  const { importId } = await importFile(
    store,
    file(
      // Posts of its own: of some comments, of very many, two of one group, and some that are kept.
      ...Array.from({ length: 300 }, (_, i) => post(`o${i}`, texts(4))),
      post('huge', texts(1500)),
      post('g1', texts(2), { group: 'g' }),
      post('g2', texts(2), { group: 'g' }),
      ...['kept1', 'kept2'].map((key) => post(key, texts(300))),
      // Comments and contexts for posts of the first.
      ...Array.from({ length: 40 }, (_, i) => post(`s${i}`, texts(2, 'more'), { context: `context ${i}` })),
      post('wide', texts(700, 'more')),
    ),
  );
  for (const key of ['kept1', 'kept2', 's7']) answer(store, key, null);
  for (const key of Array.from({ length: 260 }, (_, i) => `o${i}`)) answer(store, key, importId);
  revokeAnswer(store, answer(store, 's3', importId));
  const model = addModel(store, {
    name: 'm',
    kind: 'reward',
    folder: 'models/m',
    base: null,
    runId: null,
    metrics: {},
    context: 'post',
  });
  const all = store.db.prepare('SELECT id FROM comments').pluck().all() as number[];
  setRewards(
    store,
    model.id,
    all.map((commentId) => ({ commentId, reward: 1 })),
  );
  return importId;
}

/** 300 + huge + 2 posts of its own; their comments, and those on shared posts, but s7's. */
const whole: UndoneImport = {
  posts: 303,
  comments: 1200 + 1500 + 4 + 39 * 2 + 700,
  answers: 261,
  contexts: 40,
  rewards: 0,
  postsKept: 3,
};

/** All that undoing must leave in one state, whichever way it went. */
const content = ({ db }: WritingStore) =>
  [
    'SELECT key, context, import_id, split FROM posts ORDER BY key',
    'SELECT posts.key, comments.text, comments.import_id FROM comments JOIN posts ON posts.id = post_id ORDER BY 1, 2',
    'SELECT post_id, left_id, right_id, import_id FROM labels ORDER BY id',
    'SELECT label_id FROM revocations ORDER BY 1',
    'SELECT name FROM groups ORDER BY 1',
    'SELECT comment_id, reward FROM rewards ORDER BY 1',
    'SELECT post_id, comments, labels FROM post_counts ORDER BY 1',
    'SELECT pairs FROM pair_count',
    'SELECT import_id FROM undoings',
  ].map((sql) => db.prepare(sql).all());

function expectSound(store: WritingStore): void {
  expect(integrityCheck(store)).toEqual([]);
  const { db } = store;
  const counted = db
    .prepare(
      `SELECT posts.id AS post_id, (SELECT count(*) FROM comments WHERE post_id = posts.id) AS comments,
         (SELECT count(*) FROM labels WHERE post_id = posts.id
           AND id NOT IN (SELECT label_id FROM revocations)) AS labels FROM posts ORDER BY 1`,
    )
    .all() as { comments: number }[];
  expect(db.prepare('SELECT * FROM post_counts ORDER BY 1').all()).toEqual(counted);
  const pairs = counted.reduce((sum, { comments }) => sum + (comments * (comments - 1)) / 2, 0);
  expect(db.prepare('SELECT pairs FROM pair_count').pluck().get()).toBe(pairs);
}

describe('undoing an import in small transactions', () => {
  test('comes to the same as at once, and each takes out few rows', async () => {
    const store = temporaryStore();
    const id = await filled(store);
    const rowsNow = () =>
      store.db
        .prepare(
          'SELECT (SELECT count(*) FROM comments) + (SELECT count(*) FROM posts) + (SELECT count(*) FROM labels)',
        )
        .pluck()
        .get() as number;
    const steps = undoImport(store, id);
    let before = rowsNow();
    let told = 0;
    for (let count = 1; ; count++) {
      const step = steps.next();
      if (step.done) {
        expect(step.value).toEqual(whole);
        expect(count).toBeGreaterThan(15);
        break;
      }
      expect(before - rowsNow()).toBeLessThanOrEqual(501);
      before = rowsNow();
      expect(step.value.done).toBeGreaterThanOrEqual(told);
      expect(step.value.done).toBeLessThanOrEqual(step.value.total);
      told = step.value.done;
      expect(findImport(store, id)).toMatchObject({ undoneAt: null, undoBegunAt: expect.any(String) });
    }
    expectSound(store);
    expect(findImport(store, id)).toMatchObject({ undoneAt: expect.any(String), undoBegunAt: null });
    expect(postByKey(store, 's0')).toMatchObject({ context: null });
    expect(store.db.prepare("SELECT count(*) FROM groups WHERE name = 'g'").pluck().get()).toBe(0);
    expect(() => toEnd(undoImport(store, id))).toThrow(expect.objectContaining({ code: 'nothing-to-do' }));
    expect(() => beginUndo(store, id)).toThrow(expect.objectContaining({ code: 'nothing-to-do' }));
    expect(() => beginUndo(store, 99)).toThrow(expect.objectContaining({ code: 'not-found' }));
  });

  test('broken off after any of them it is whole, and going on comes to the same', async () => {
    const uncut = temporaryStore();
    toEnd(undoImport(uncut, await filled(uncut)));
    const wanted = content(uncut);
    const { path } = temporaryStore();
    let store = openStore(path);
    try {
      const id = await filled(store);
      let ended: UndoneImport | null = null;
      for (let cuts = 0; !ended; cuts++) {
        // The steps that come after a crash are those of another process: nothing is left but what is in the file.
        closeStore(store);
        store = openStore(path);
        const steps = undoImport(store, id);
        const step = steps.next();
        if (step.done) {
          ended = step.value;
          expect(cuts).toBeGreaterThan(15);
        } else expectSound(store);
        expect(listImports(store)[0]).toMatchObject(
          ended ? { undoBegunAt: null } : { undoneAt: null, undoBegunAt: expect.any(String) },
        );
      }
      expect(ended).toEqual(whole);
      expect(content(store)).toEqual(wanted);
    } finally {
      closeStore(store);
    }
  });

  test('what people say of a post meanwhile keeps it', async () => {
    const store = temporaryStore();
    const { importId } = await importFile(
      store,
      file(...Array.from({ length: 200 }, (_, i) => post(`p${i}`, texts(3)))),
    );
    const steps = undoImport(store, importId);
    steps.next();
    expect(postByKey(store, 'p0')).toBe(null);
    answer(store, 'p199', null);
    expect(toEnd(steps)).toMatchObject({ posts: 199, comments: 597, postsKept: 1 });
    expect(commentsOfPost(store, postByKey(store, 'p199')!.id)).toHaveLength(3);
    expectSound(store);
  });

  test('a file that comes again while an undo waits to go on is not taken out with it', async () => {
    const store = temporaryStore();
    const lines = file(...Array.from({ length: 200 }, (_, i) => post(`p${i}`, texts(3))));
    const { importId } = await importFile(store, lines);
    undoImport(store, importId).next();
    const gone = 200 - (store.db.prepare('SELECT count(*) FROM posts').pluck().get() as number);
    expect(gone).toBeGreaterThan(0);
    expect(await importFile(store, lines)).toMatchObject({ posts: gone, comments: 3 * gone });
    expect(toEnd(undoImport(store, importId))).toMatchObject({ posts: 200, comments: 600, postsKept: 0 });
    expect(store.db.prepare('SELECT count(*) FROM posts').pluck().get()).toBe(gone);
    expectSound(store);
  });
});

test('no transaction takes more than half a megabyte of texts out, or a comment: each step is a moment', async () => {
  const store = temporaryStore();
  const long = Array.from({ length: 60 }, (_, i) => `${i} ${'some words of it '.repeat(6_000)}`);
  const { importId } = await importFile(
    store,
    file(post('long', long.slice(0, 30)), ...long.slice(30).map((text, i) => post(`p${i}`, [text, `short ${i}`]))),
  );
  const count = (): number => store.db.prepare('SELECT sum(octet_length(text)) FROM comments').pluck().get() as number;
  let [left, most] = [count(), 0];
  for (const _ of undoImport(store, importId)) {
    const now = count();
    most = Math.max(most, left - now);
    left = now;
  }
  expect(count()).toBeNull();
  expect(most).toBeLessThan(700_000);
  closeStore(store);
});
