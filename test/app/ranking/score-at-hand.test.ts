import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { addModel } from '../../../src-main/store/models.ts';
import { openHouse } from '../../support/house-with-posts.ts';
import { temporaryFile } from '../../support/temporary.ts';

const post = { title: null, text: '', context: null };

/** A house with a model whose rewards are the lengths of comments, and without a post. */
function withModel() {
  const house = openHouse();
  const model = { kind: 'reward', base: null, runId: null, metrics: {} } as const;
  addModel(house.store, { ...model, name: 'reward-1', folder: 'models/reward-1' });
  return house;
}

test('comments at hand get rewards, and nothing of them is stored', async () => {
  const { api, store } = withModel();
  const scored = await api.rankings.scoreTexts({ post, comments: ['four', 'a', 'ccc'] });
  expect(scored).toEqual({ model: 'reward-1', rewards: [4, 1, 3], temperature: 1 });
  for (const table of ['posts', 'comments', 'rewards', 'embeddings'])
    expect(store.db.prepare(`SELECT count(*) FROM ${table}`).pluck().get(), table).toBe(0);
});

test('without a model the way out is said, and more than one call takes is refused', async () => {
  const { api } = openHouse();
  await expect(api.rankings.scoreTexts({ post, comments: ['a'] })).rejects.toThrow('train one first');
  const many = Array.from({ length: 129 }, (_, n) => `${n}`);
  await expect(api.rankings.scoreTexts({ post, comments: many })).rejects.toThrow();
});

test('a file is read as an import would read it, posts by posts, and says what is left out', async () => {
  const { api, app, store } = withModel();
  const table = 'Body,Reply,Karma\nQ,one,3\nQ,,1\nR,"two, too",2\nQ,one,5\n';
  const { handle } = await app.files.takePath(temporaryFile(table, 'mine.csv'));
  expect(await api.rankings.textsOf({ file: handle })).toEqual({
    posts: [
      { title: null, text: 'Q', context: null, comments: ['one'] },
      { title: null, text: 'R', context: null, comments: ['two, too'] },
    ],
    leftOut: 1,
    more: false,
  });
  expect(store.db.prepare('SELECT count(*) FROM imports').pluck().get()).toBe(0);
  const noise = await app.files.takePath(temporaryFile(Buffer.from([0x89, 0x50, 0, 1]), 'picture.png'));
  await expect(api.rankings.textsOf({ file: noise.handle })).rejects.toThrow('picture.png');
});

test('the table of scored comments holds them as a spreadsheet shows them, and no formula', async () => {
  const { api, app } = withModel();
  const rows = [{ post: 'Q', place: 1, reward: 0.5, comment: '=1+1' }];
  const { handle } = await api.rankings.offerScored({ rows });
  expect(readFileSync(app.files.find(handle).path, 'utf8')).toBe(
    "\uFEFFpost,place,reward,comment\r\nQ,1,0.5,'=1+1\r\n",
  );
});
