import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../../src-main/app.ts';
import { rows, scratchFolder } from '../../support/run-cli.ts';
import { clientOf, give, openWithFakeEngine, resultOf } from '../../support/served.ts';

const scratch = scratchFolder();
let app: App;
beforeAll(() => {
  app = openWithFakeEngine(join(scratch.folder, 'home'));
});
afterAll(async () => {
  await app.close();
  scratch.remove();
});

/** A folder with these files. */
function folderOf(name: string, files: Readonly<Record<string, string>>): string {
  const folder = join(scratch.folder, name);
  mkdirSync(folder);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}
const context = '{"id": "p1", "context": "An article"}\n{"id": "p2", "context": "Another"}';

describe('a folder', () => {
  test('comes in file by file, contexts last, and what was left alone is said', async () => {
    const folder = folderOf('mixed', {
      'a-articles.jsonl': context,
      'b.jsonl': rows(0, 5),
      'README.md': '# Data',
      '.c.jsonl': rows(50, 5),
    });
    mkdirSync(join(folder, 'more'));
    const summary = await app.import({ files: [folder] });
    expect(summary).toMatchObject({ posts: 5, contexts: 2, unmatched: 0 });
    expect(summary.readings.map(({ file }) => file)).toEqual(['b.jsonl', 'a-articles.jsonl']);
    expect(summary.failed).toBeUndefined();
    expect(summary.leftAlone).toEqual([
      { file: join(folder, '.c.jsonl'), why: expect.stringMatching(/hidden/) },
      { file: join(folder, 'README.md'), why: expect.stringMatching(/does not end/) },
      { file: join(folder, 'more'), why: expect.stringMatching(/a folder of its own/) },
    ]);
  });

  test('without files that hold data is refused, with what it holds', async () => {
    const empty = folderOf('empty', {});
    const others = folderOf('others', { 'notes.md': 'x' });
    await expect(app.import({ files: [empty] })).rejects.toThrow(
      /has no files with data.*It is empty\. Nothing came in/,
    );
    await expect(app.import({ files: [others] })).rejects.toThrow(/It holds notes\.md\. Nothing came in/);
  });
});

describe('one bad file', () => {
  test('costs the others nothing, and its error is told at the end', async () => {
    const files = [
      scratch.write('good.jsonl', rows(100, 3)),
      scratch.write('bad.jsonl', '{"nothing": 1}\n'),
      join(scratch.folder, 'none.jsonl'),
      scratch.write('last.jsonl', rows(110, 4)),
    ];
    const summary = await app.import({ files });
    expect(summary).toMatchObject({ posts: 7 });
    expect(summary.failed).toEqual([
      { file: files[1], message: expect.stringMatching(/\.$/) },
      { file: files[2], message: expect.stringMatching(/none\.jsonl/) },
    ]);
  });

  test('alone is an error as before, and so are several of which none came in', async () => {
    const bad = scratch.write('bad.jsonl', '{"nothing": 1}\n');
    await expect(app.import({ files: [bad] })).rejects.toMatchObject({ name: 'TiebreakError' });
    await expect(app.import({ files: [bad, join(scratch.folder, 'none.jsonl')] })).rejects.toThrow(
      /^None of 2 files came in\. .*bad\.jsonl: .*none\.jsonl: /,
    );
  });

  test('in the app as well', async () => {
    const client = clientOf(app);
    const handles = [await give(app, 'bad.jsonl', 'x'), await give(app, 'new.jsonl', rows(200, 2))];
    const { task } = await client.data.import({ files: handles.map(({ handle }) => handle) });
    const result = await resultOf(app, 'import', task);
    expect(result).toMatchObject({ posts: 2, failed: [{ file: 'bad.jsonl' }] });
    expect(JSON.stringify(result)).not.toContain(scratch.folder);
  });

  test('a cancel ends all', async () => {
    const stop = new AbortController();
    const files = [scratch.write('one.jsonl', rows(300, 2)), scratch.write('two.jsonl', rows(310, 2))];
    const importing = app.import({ files }, { signal: stop.signal, onProgress: () => stop.abort() });
    await expect(importing).rejects.toMatchObject({ code: 'cancelled' });
    rmSync(files[0]!);
  });
});
