import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ImportSummary } from '../../../src-main/contract/reports.ts';
import { toEnd } from '../../../src-main/evaluation/steps.ts';
import { addModel } from '../../../src-main/store/models.ts';
import { setRewards } from '../../../src-main/store/rewards.ts';
import { undoImport } from '../../../src-main/store/undo-import.ts';
import { importPosts, type OpenHouse, openHouse } from '../../support/house-with-posts.ts';
import { temporaryFile } from '../../support/temporary.ts';

/** A post with four comments, whose rewards fall in this order. */
async function ranked(): Promise<OpenHouse> {
  const house = openHouse();
  await importPosts(house.app, [{ id: 'a', title: 'Soup', comments: ['best', 'good', 'fair', 'bad'] }]);
  const { id } = addModel(house.store, {
    name: 'reward-1',
    kind: 'reward',
    folder: 'x',
    base: null,
    runId: null,
    metrics: {},
  });
  setRewards(
    house.store,
    id,
    [4, 3, 2, 1].map((reward, i) => ({ commentId: i + 1, reward })),
  );
  return house;
}

const lines = (path: string): readonly string[] => readFileSync(path, 'utf8').trim().split(/\r?\n/);

test('a pinned comment stands first and an excluded one last, each with its own place, and taking it back puts all as it was', async () => {
  const { api } = await ranked();
  const before = await api.rankings.post({ post: 1 });
  expect(await api.rankings.curate({ comment: 4, kind: 'pinned' })).toEqual({ before: null });
  await api.rankings.curate({ comment: 1, kind: 'excluded' });
  const after = await api.rankings.post({ post: 1 });
  expect(after.comments.map(({ text, place, curation }) => [text, place, curation?.kind ?? null])).toEqual([
    ['bad', 3, 'pinned'],
    ['good', 1, null],
    ['fair', 2, null],
    ['best', 0, 'excluded'],
  ]);
  expect(after.comments[0]!.curation).toMatchObject({ annotator: 'me', createdAt: expect.any(String) });
  // The model's opinion is the same.
  const opinion = ({ comments }: typeof before) =>
    comments
      .toSorted((a, b) => a.id - b.id)
      .map(({ id, place, rewards, positions, places, beatsNext }) => ({
        id,
        place,
        rewards,
        positions,
        places,
        beatsNext,
      }));
  expect(opinion(after)).toEqual(opinion(before));
  expect(after.joined).toEqual(before.joined);
  // One beyond the first that are asked for comes as well.
  expect((await api.rankings.post({ post: 1, limit: 1 })).comments[0]!.text).toBe('bad');
  expect(await api.rankings.curate({ comment: 4, kind: 'excluded' })).toEqual({ before: 'pinned' });
  expect(await api.rankings.curate({ comment: 4, kind: null })).toEqual({ before: 'excluded' });
  await api.rankings.curate({ comment: 1, kind: null });
  expect(await api.rankings.post({ post: 1 })).toEqual(before);
  await expect(api.rankings.curate({ comment: 99, kind: 'pinned' })).rejects.toThrow('There is no comment 99.');
});

test('exports say it beside the place and the chance, and leave out what is excluded only where that is wanted', async () => {
  const { app, api, home } = await ranked();
  const write = async (name: string, withoutExcluded = false): Promise<readonly string[]> => {
    const file = join(home, '..', `${Math.random()}-${name}`);
    const locale = name.endsWith('.csv') ? 'en' : undefined;
    const format = name === 'table.csv' ? ('table' as const) : undefined;
    await app.export({ file, format, locale, ...(withoutExcluded ? { withoutExcluded } : {}) });
    return lines(file);
  };
  expect((await write('table.csv'))[0]).not.toContain('by hand');
  await app.curate({ comments: [4], kind: 'pinned' });
  await app.curate({ comments: [1], kind: 'excluded' });
  const [head, ...rows] = await write('table.csv');
  expect(head).toContain('place,comment,author,score,chance against the next,by hand,won');
  expect(rows.map((row) => row.split(',').slice(2, 8))).toEqual([
    ['4', 'bad', '', '1.00', '', 'pinned'],
    ['2', 'good', '', '3.00', '0.73', ''],
    ['3', 'fair', '', '2.00', '0.73', ''],
    ['1', 'best', '', '4.00', '0.73', 'excluded'],
  ]);
  expect(await write('table.csv', true)).toHaveLength(4);
  // What programs read stands by its place.
  const cupit = async (without: boolean) =>
    (JSON.parse((await write('a.jsonl', without))[0]!) as { comments: { text: string; by_hand?: string }[] }).comments;
  expect((await cupit(false)).map(({ text, by_hand }) => [text, by_hand])).toEqual([
    ['best', 'excluded'],
    ['good', undefined],
    ['fair', undefined],
    ['bad', 'pinned'],
  ]);
  expect((await cupit(true)).map(({ text }) => text)).toEqual(['good', 'fair', 'bad']);
  const csv = await write('b.csv');
  expect(csv[0]).toMatch(/,by_hand$/);
  expect(csv.slice(1).map((row) => row.split(',').at(-1))).toEqual(['excluded', '', '', 'pinned']);
  const preview = await api.rankings.preview({ format: 'table', withoutExcluded: true });
  expect(preview.table!.rows.map((row) => row[3])).toEqual(['bad', 'good', 'fair']);
  expect(preview.curated).toEqual({ pinned: 1, excluded: 1 });
  await expect(app.export({ file: join(home, 'p.jsonl'), format: 'pairs', withoutExcluded: true })).rejects.toThrow(
    'Leaving out what was excluded is for rankings',
  );
});

test('an import says of every format that what was pinned and excluded where it was written is not so here', async () => {
  const { app, home } = await ranked();
  await app.curate({ comments: [4], kind: 'pinned' });
  await app.curate({ comments: [1], kind: 'excluded' });
  const said = ({ reported }: Pick<ImportSummary, 'reported'>) =>
    reported.flatMap(({ kind, of, left, count, examples }) =>
      kind === 'pinned' || kind === 'excluded' ? [[kind, of, left, count, examples.map(({ text }) => text)]] : [],
    );
  const expected = [
    ['excluded', 'comment', false, 1, ['best']],
    ['pinned', 'comment', false, 1, ['bad']],
  ];
  for (const [name, format] of [
    ['a.jsonl', 'cupit'],
    ['a.csv', 'csv'],
    ['table.csv', 'table'],
    ['a.xlsx', 'xlsx'],
    ['a.parquet', 'parquet'],
  ] as const) {
    const file = join(home, '..', `${Math.random()}-${name}`);
    await app.export({ file, format });
    // What 'score' is in the table for people, only they can say.
    const call = { files: [file], score: 'votes' as const };
    const { files } = await app.previewImport(call);
    expect(said(files[0]!).toSorted(), format).toEqual(expected);
    const other = openHouse();
    expect(said(await other.app.import(call)).toSorted(), format).toEqual(expected);
    expect(other.store.db.prepare('SELECT count(*) FROM curations').pluck().get()).toBe(0);
  }
  // Of a column of somebody else's nothing is known.
  const others = temporaryFile('post,comment,by_hand\nSoup,salt it,yes\nSoup,boil it,pinned up\n', 'b.csv');
  expect(said((await app.previewImport({ files: [others] })).files[0]!)).toEqual([]);
});

test('pairs to learn from are the same, whatever is pinned or excluded', async () => {
  const { app, home } = await ranked();
  const pairs = async (n: number): Promise<readonly string[]> => {
    const file = join(home, '..', `${n}-${Math.random()}.jsonl`);
    await app.export({ file, format: 'pairs' });
    return lines(file);
  };
  const before = await pairs(1);
  await app.curate({ comments: [1, 2], kind: 'excluded' });
  expect(await pairs(2)).toEqual(before);
});

test('a post with a pinned comment stays when its import is undone, and goes once it is not pinned; an erased person leaves no pin', async () => {
  const { app, store } = await ranked();
  await app.curate({ comments: [4], kind: 'pinned', annotator: 'Ann' });
  expect(await app.planErasure({ kind: 'person', name: 'Ann', wrote: false, answered: true })).toMatchObject({
    answers: 1,
  });
  expect(toEnd(undoImport(store, 1))).toMatchObject({ posts: 0, postsKept: 1 });
  await app.erase({ kind: 'person', name: 'Ann', wrote: false, answered: true });
  expect(store.db.prepare('SELECT count(*) FROM curations').pluck().get()).toBe(0);
});

test('a pinned comment that is deleted takes its pin along', async () => {
  const { app, store } = await ranked();
  await app.curate({ comments: [4, 3], kind: 'pinned' });
  await app.erase({ kind: 'comment', id: 4 });
  expect(store.db.prepare('SELECT comment_id FROM curations').pluck().all()).toEqual([3]);
  await app.erase({ kind: 'post', id: 1 });
  expect(store.db.prepare('SELECT count(*) FROM curations').pluck().get()).toBe(0);
});
