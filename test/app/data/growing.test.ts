import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { App } from '../../../src-main/app.ts';
import { closeStore, openStore } from '../../../src-main/store/open.ts';
import { scratchFolder } from '../../support/run-cli.ts';
import { clientOf, openWithFakeEngine, resultOf } from '../../support/served.ts';

const scratch = scratchFolder();
const home = join(scratch.folder, 'home');
const file = join(scratch.folder, 'nightly.jsonl');
let app: App;
beforeAll(() => {
  app = openWithFakeEngine(home);
});
afterAll(async () => {
  await app.close();
  scratch.remove();
});

const post = (id: string, votes: readonly number[]): string =>
  JSON.stringify({
    id,
    text: `Post ${id}`,
    comments: votes.map((ups, at) => ({ text: `Comment ${at} of ${id}`, ups })),
  });

/** Every comment with the votes that count, as it stands in the store. */
function standing(): readonly unknown[] {
  const store = openStore(join(home, 'tiebreak.sqlite'));
  try {
    const sql = 'SELECT comments.text, comments.votes, comments.rank FROM comments ORDER BY comments.text';
    return store.db.prepare(sql).all();
  } finally {
    closeStore(store);
  }
}

test('a file that grew brings what is new and newer votes, and undoing that import takes back exactly that', async () => {
  writeFileSync(file, [post('a', [5, 3]), post('b', [1, 2])].join('\n'));
  expect(await app.import({ files: [file] })).toMatchObject({ posts: 2, comments: 4, updated: 0 });
  const before = standing();
  expect(await app.import({ files: [file] })).toMatchObject({ posts: 0, comments: 0, updated: 0 });
  expect(standing()).toEqual(before);

  writeFileSync(file, [post('a', [5, 9, 4]), post('b', [1, 2]), post('c', [7, 6])].join('\n'));
  expect(await app.import({ files: [file] })).toMatchObject({ posts: 1, comments: 3, updated: 1 });
  expect(standing()).not.toEqual(before);

  const client = clientOf(app);
  const { imports } = await client.data.imports();
  await resultOf(app, 'undo-import', (await client.data.undoImport({ import: imports[0]!.id })).task);
  expect(standing()).toEqual(before);
});
