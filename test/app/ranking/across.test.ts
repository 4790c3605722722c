import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openApp } from '../../../src-main/app.ts';
import type { CallProgress } from '../../../src-main/contract/calls.ts';
import type { AcrossPage, TextPart } from '../../../src-main/contract/views.ts';
import { toEnd } from '../../../src-main/evaluation/steps.ts';
import { addPost } from '../../../src-main/store/add-post.ts';
import { addAnswer } from '../../../src-main/store/answers.ts';
import { countUnread, readSomeWords } from '../../../src-main/store/comment-words.ts';
import { placesAcross } from '../../../src-main/store/comments-across.ts';
import { startImport } from '../../../src-main/store/imports.ts';
import { addModel } from '../../../src-main/store/models.ts';
import { closeStore, openStore, type WritingStore } from '../../../src-main/store/open.ts';
import { setRewards } from '../../../src-main/store/rewards.ts';
import { undoImport } from '../../../src-main/store/undo-import.ts';
import { heldByOther } from '../../support/held-by-other.ts';
import { importPosts, type OpenHouse, openHouse, type PostRow } from '../../support/house-with-posts.ts';
import { temporaryFolder, temporaryStore } from '../../support/temporary.ts';

/** A house with posts whose comments have these rewards from a model, in the order in which they came; null for none. */
async function scored(posts: readonly PostRow[], rewards: readonly (number | null)[]): Promise<OpenHouse> {
  const house = openHouse();
  await importPosts(house.app, posts);
  const model = addModel(house.store, {
    name: 'reward-1',
    kind: 'reward',
    folder: 'x',
    base: null,
    runId: null,
    metrics: {},
  });
  setRewards(
    house.store,
    model.id,
    rewards.flatMap((reward, i) => (reward === null ? [] : [{ commentId: i + 1, reward }])),
  );
  return house;
}

const textOf = (parts: readonly TextPart[]): string =>
  parts.map(({ text, found }) => (found ? `[${text}]` : text)).join('');
const textsOf = ({ comments }: AcrossPage): readonly string[] => comments.map(({ parts }) => textOf(parts));

const two: readonly PostRow[] = [
  { id: 'a', title: 'Soup', comments: ['salt it', 'boil it', 'eat it'] },
  { id: 'b', text: 'Which bread?', comments: ['rye bread', 'none'] },
];

test('the best and the worst comments of all posts stand in one list, with what is known of each', async () => {
  const house = await scored(two, [1, -3, 2, 0.5, null]);
  const { api, store } = house;
  addAnswer(store, { postId: 1, leftId: 1, rightId: 2, choice: 'left', annotator: 'me', origin: 'compare' });
  addAnswer(store, { postId: 1, leftId: 2, rightId: 3, choice: 'left', annotator: 'Eve', origin: 'compare' });
  await api.rankings.curate({ comment: 2, kind: 'excluded' });
  const best = await api.rankings.across({});
  expect(textsOf(best)).toEqual(['eat it', 'salt it', 'rye bread', 'boil it']);
  expect(best).toMatchObject({ model: 'reward-1', total: 4, unscored: 1, after: null, before: null });
  expect(best.comments[1]).toMatchObject({ postId: 1, post: 'Soup', reward: 1, own: { wins: 1, losses: 0, ties: 0 } });
  expect(best.comments[2]).toMatchObject({
    post: 'Which bread?',
    own: { wins: 0, losses: 0, ties: 0 },
    curation: null,
  });
  expect(best.comments[3]).toMatchObject({ own: { wins: 0, losses: 1, ties: 0 }, curation: { kind: 'excluded' } });
  expect(textsOf(await api.rankings.across({ order: 'worst' }))).toEqual(['boil it', 'rye bread', 'salt it', 'eat it']);
  expect(textsOf(await api.rankings.across({ order: 'came' }))).toHaveLength(5);
});

test('without a model there is no best: comments stand as they came', async () => {
  const house = openHouse();
  await importPosts(house.app, two);
  const page = await house.api.rankings.across({ order: 'best' });
  expect(textsOf(page)).toEqual(['salt it', 'boil it', 'eat it', 'rye bread', 'none']);
  expect(page).toMatchObject({ model: null, unscored: 0, total: 5 });
});

test('pages lead through all of them, both ways, also where rewards are equal', async () => {
  const comments = Array.from({ length: 23 }, (_, i) => `word ${i}`);
  const { api } = await scored(
    [{ id: 'a', comments }],
    comments.map((_, i) => Math.floor(i / 3) % 4),
  );
  for (const order of ['best', 'worst', 'came'] as const) {
    for (const search of ['', 'word']) {
      const all = textsOf(await api.rankings.across({ order, search, limit: 200 }));
      expect(new Set(all).size).toBe(23);
      const pages: AcrossPage[] = [];
      for (let page = await api.rankings.across({ order, search, limit: 5 }); ; ) {
        pages.push(page);
        if (page.after === null) break;
        page = await api.rankings.across({ order, search, limit: 5, after: page.after });
      }
      expect(pages.flatMap(textsOf), `${order} ${search}`).toEqual(all);
      expect(pages[0]).toMatchObject({ before: null, total: 23 });
      const back = await api.rankings.across({ order, search, limit: 5, before: pages.at(-1)!.before! });
      expect(textsOf(back)).toEqual(textsOf(pages.at(-2)!));
    }
  }
});

test('comments are found by beginnings of words, which are marked, and what the text holds is never taken for a mark', async () => {
  const text = 'The <b>Café</b> [was] “shut”, and cafeterias too';
  const { api } = await scored([{ id: 'a', comments: [text, 'nothing', 'no cat'] }], [1, 2, 3]);
  const find = async (search: string) => textsOf(await api.rankings.across({ order: 'came', search }));
  expect(await find('cafe')).toEqual(['The <b>[Café]</b> [was] “shut”, and [cafeterias] too']);
  expect(await find('not')).toEqual(['[nothing]']);
  // Two letters begin too many words.
  expect(await find('no')).toEqual(['[no] cat']);
  expect(await find('no cat')).toEqual(['[no] [cat]']);
  expect(await find('quokka')).toEqual([]);
  expect(await find('"')).toEqual([]);
  expect((await api.rankings.across({ search: 'caf' })).comments.map(({ reward }) => reward)).toEqual([1]);
  expect((await api.rankings.across({ search: 'ca' })).comments).toEqual([]);
  await fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 60, unit: 'binary' }), async (search) => {
      const { comments } = await api.rankings.across({ search });
      expect(comments.length).toBeLessThanOrEqual(3);
    }),
    { numRuns: 20 },
  );
});

test('where another process writes, a search finds what was read before, and says how many comments wait', async () => {
  const house = await scored([{ id: 'a', comments: ['one', 'two'] }], [1, 2]);
  expect(await house.api.rankings.across({ search: 'two' })).toMatchObject({ total: 1, unread: 0 });
  await importPosts(house.app, [{ id: 'b', comments: ['two too', 'three'] }]);
  const letGo = heldByOther(house.home, 'import');
  expect(await house.api.rankings.across({ search: 'two' })).toMatchObject({ total: 1, unread: 2 });
  letGo();
  expect(await house.api.rankings.across({ order: 'came', search: 'two' })).toMatchObject({ total: 2, unread: 0 });
});

test('an open app reads the words of what came by itself', async () => {
  const home = temporaryFolder();
  const before = openHouse(home);
  await importPosts(before.app, two);
  await before.app.close();
  const app = openApp({ home, engineEntry: join(import.meta.dirname, '../../support/fake-engine.ts'), alone: true });
  onTestFinished(() => app.close());
  const store = openStore(join(home, 'tiebreak.sqlite'));
  onTestFinished(() => closeStore(store));
  await vi.waitFor(() => expect(countUnread(store)).toBe(0));
  await importPosts(app, [{ id: 'c', comments: ['later', 'latest'] }]);
  await vi.waitFor(() => expect(countUnread(store)).toBe(0));
  expect(placesAcross(store, { order: 'came', modelId: null, search: 'late' }, {}, 9)).toHaveLength(2);
});

/** A post with these comments, of an import of its own. */
function added(store: WritingStore, texts: readonly string[]): number {
  const importId = startImport(store, 'a file', 'posts');
  const comments = texts.map((text, rank) => ({ text, rank, votes: null }));
  addPost(
    store,
    { key: `k${importId}`, title: null, text: 'x', context: null, group: 'g', split: 'train', comments },
    { importId, line: 1, list: 'row' },
  );
  return importId;
}

const found = (store: WritingStore, search: string): readonly number[] =>
  placesAcross(store, { order: 'came', modelId: null, search }, {}, 50).map(({ commentId }) => commentId);

/** The index holds the words of the comments that don't wait, and no others. */
function expectWhole({ db }: WritingStore): void {
  const docs = db
    .prepare(
      `SELECT count(*) FROM comments WHERE id NOT IN (SELECT id FROM unread_comments)
         AND NOT EXISTS (SELECT 1 FROM comments_search WHERE comments_search MATCH 'common' AND rowid = comments.id)`,
    )
    .pluck()
    .get();
  expect(docs).toBe(0);
}

test('words come and go with comments: read or not, undone, corrected, under a number that was used before', () => {
  const store = temporaryStore();
  const first = added(store, ['common apple', 'common pear']);
  expect(readSomeWords(store, 1)).toBe(1);
  const second = added(store, ['common fig', 'common plum']);
  expect(found(store, 'common')).toEqual([1]);
  expect(readSomeWords(store, 100)).toBe(3);
  expect(found(store, 'common')).toEqual([1, 2, 3, 4]);
  expectWhole(store);
  const third = added(store, ['common kiwi', 'common lime']);
  toEnd(undoImport(store, second));
  toEnd(undoImport(store, third));
  expect(found(store, 'common')).toEqual([1, 2]);
  expect(found(store, 'fig')).toEqual([]);
  expect(countUnread(store)).toBe(0);
  // Their numbers are used again.
  added(store, ['common nut', 'common date']);
  readSomeWords(store, 100);
  expect(found(store, 'common')).toEqual([1, 2, 3, 4]);
  expect(found(store, 'fig')).toEqual([]);
  expect(found(store, 'nut')).toEqual([3]);
  store.db.prepare("UPDATE comments SET text = 'common grape' WHERE id = 1").run();
  expect(found(store, 'apple')).toEqual([]);
  readSomeWords(store, 100);
  expect(found(store, 'grape')).toEqual([1]);
  expectWhole(store);
  toEnd(undoImport(store, first));
  expect(found(store, 'grape')).toEqual([]);
  // Nothing of it is in the index: FTS5 holds the rows that are there against it.
  expect(() =>
    store.db.exec("INSERT INTO comments_search (comments_search, rank) VALUES ('integrity-check', 1)"),
  ).not.toThrow();
});

test('a command reads all words that wait, where a page reads some and says how many are left; beside another writer it says so too', async () => {
  const { app, api, home, store } = openHouse();
  added(
    store,
    Array.from({ length: 3_000 }, (_, i) => `common ${i}`),
  );
  const letGo = heldByOther(home, 'importing');
  expect(await app.findComments({ search: 'common' })).toMatchObject({ total: 0, unread: 3_000 });
  letGo();
  expect(await api.rankings.across({ search: 'common' })).toMatchObject({ total: 2_500, unread: 500 });
  const told: CallProgress[] = [];
  const page = await app.findComments({ search: 'common', count: 7 }, { onProgress: (one) => told.push(one) });
  expect(page).toMatchObject({ total: 3_000, unread: 0, model: null });
  expect(textsOf(page)).toEqual(Array.from({ length: 7 }, (_, i) => `[common] ${i}`));
  expect(told).toEqual([{ phase: 'embed', done: 500, total: 500, speed: null, secondsLeft: 0 }]);
});

test('no list is sorted, and no text is read to find its comments, however many there are', () => {
  const store = temporaryStore();
  const planOf = (order: 'best' | 'worst' | 'came'): string => {
    const seen: string[] = [];
    const spied = {
      ...store,
      statements: new Map(),
      db: {
        prepare: (sql: string) => {
          seen.push(sql);
          return store.db.prepare(sql);
        },
      } as unknown as WritingStore['db'],
    };
    placesAcross(spied, { order, modelId: 1, search: '' }, { after: { at: 1, commentId: 2 } }, 10);
    const values = order === 'came' ? [1, 1] : [1, 1, 1, 1];
    const steps = store.db.prepare(`EXPLAIN QUERY PLAN ${seen[0]}`).all(...values) as { detail: string }[];
    return steps.map(({ detail }) => detail).join('\n');
  };
  for (const order of ['best', 'worst'] as const) {
    expect(planOf(order)).toContain('USING COVERING INDEX rewards_by_model (model_id=?');
    expect(planOf(order)).not.toContain('TEMP B-TREE');
  }
  expect(planOf('came')).not.toContain('TEMP B-TREE');
});
