import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, type TestContext, test } from 'vitest';
import { extensionOf } from '../../src-main/common/file-kinds.ts';
import { addPost } from '../../src-main/store/add-post.ts';
import { addAnswer } from '../../src-main/store/answers.ts';
import type { WritingStore } from '../../src-main/store/open.ts';
import { findPost } from '../../src-main/store/posts.ts';
import { type ExportOptions, exportFile } from '../../src-main/transfer/export-file.ts';
import { pythonFor, pythonPatience, runPython } from '../support/python.ts';
import { temporaryFolder, temporaryStore } from '../support/temporary.ts';

/** Files that were exported, read by the programs they are for. */
const script = fileURLToPath(new URL('real-readers.py', import.meta.url));

const texts = ['=1+1', "'=x", '"quoted", and; so', 'two\nlines', 'null', ' 漢字 😀 ', '+49 30', '12'];
const votes = [1204.5, 12, 9, 8, 7, 0.25, null, -3];

function sampleStore(): WritingStore {
  const store = temporaryStore();
  const comments = texts.map((text, rank) => ({ text, rank, votes: votes[rank]! }));
  const post = { title: 'A "title"', text: 'What?', context: null, group: 'g', split: 'train' as const, comments };
  const { postId } = addPost(store, { key: 'k', ...post }, { importId: null, line: null });
  const [first, second] = findPost(store, postId!).comments.map(({ id }) => id);
  for (const [annotator, choice] of [
    ['3', 'left'],
    ['ann@example.org', 'right'],
    ['Ben', 'tie'],
    ['Cid', 'bad'],
  ] as const) {
    const said = { postId: postId!, leftId: second!, rightId: first!, annotator, choice, origin: 'compare' as const };
    addAnswer(store, { ...said, durationMs: 1500 });
  }
  return store;
}

async function read<T>(
  context: TestContext,
  modules: readonly string[],
  options: ExportOptions,
  kind: string,
  ...how: readonly string[]
): Promise<T> {
  const python = pythonFor(context, ...modules);
  const path = join(temporaryFolder(), `out${extensionOf(options.format)}`);
  await exportFile(sampleStore(), path, options);
  const said = runPython(python, [script, kind, ...(kind === 'datasets' ? [...how, path] : [path, ...how])]);
  return JSON.parse(said.trim().split('\n').at(-1)!) as T;
}

const rows = texts.map((text, rank) => [text, rank, votes[rank]]);
/** Where a spreadsheet would take it for a formula, CSV has an apostrophe in front. */
const guarded = rows.map(([text, ...rest]) => [/^'*[=+]/.test(text as string) ? `'${text}` : text, ...rest]);

test.for([
  ['en-GB', ',', '.'],
  ['de-DE', ';', ','],
] as const)('pandas reads CSV for %s', { timeout: pythonPatience }, async ([locale, ...form], context) => {
  expect(await read(context, ['pandas'], { format: 'csv', locale }, 'pandas-csv', ...form)).toEqual(guarded);
});

test('openpyxl reads a workbook: texts are texts', { timeout: pythonPatience }, async (context) => {
  expect(await read(context, ['openpyxl'], { format: 'xlsx' }, 'openpyxl')).toEqual(rows);
});

test('pandas, pyarrow and datasets read Parquet with its types', { timeout: pythonPatience }, async (context) => {
  const parquet = { format: 'parquet' } as const;
  expect(await read(context, ['pandas', 'pyarrow'], parquet, 'pandas-parquet')).toEqual(rows);
  const { types, comments } = await read<{ types: Record<string, string>; comments: string[] }>(
    context,
    ['pyarrow'],
    parquet,
    'pyarrow',
  );
  expect(comments).toEqual(texts);
  expect(types).toMatchObject({ comment: 'string', score: 'int32', reward: 'double', votes: 'double' });
  const loaded = await read<Record<string, unknown>[]>(context, ['datasets'], parquet, 'datasets', 'parquet');
  expect(loaded.map((row) => [row.comment, row.score, row.votes])).toEqual(rows);
});

test.for(['pairs', 'conversations', 'argilla', 'arena', 'labels', 'cupit'] as const)(
  'datasets loads %s as JSON Lines',
  { timeout: pythonPatience },
  async (format, context) => {
    const loaded = await read<Record<string, unknown>[]>(context, ['datasets'], { format }, 'datasets', 'json');
    const path = join(temporaryFolder(), 'out.jsonl');
    const { rows } = await exportFile(sampleStore(), path, { format });
    expect(loaded).toHaveLength(rows);
    const [first] = readFileSync(path, 'utf8').split('\n');
    const fields = Object.keys(JSON.parse(first!) as object);
    expect(Object.keys(loaded[0]!).toSorted()).toEqual(fields.toSorted());
  },
);

test.for(['pairs', 'conversations'] as const)(
  "TRL's trainer takes %s as they are and trains a step",
  { timeout: pythonPatience },
  async (format, context) => {
    const found = await read<{ rows: number; steps: number; changed: boolean; loss: number }>(
      context,
      ['trl', 'torch', 'transformers', 'datasets'],
      { format },
      'trl',
    );
    // All pairs of eight comments, but the one of which people say as often this as that.
    expect(found).toMatchObject({ rows: 27, steps: 1, changed: true });
    expect(found.loss).toBeGreaterThan(0);
  },
);

test("Label Studio's converter reads the tasks", { timeout: pythonPatience }, async (context) => {
  const found = await read<Record<string, unknown>[]>(
    context,
    ['label_studio_sdk'],
    { format: 'label-studio' },
    'label-studio',
  );
  expect(found).toHaveLength(4);
  for (const row of found) expect(row).toMatchObject({ text1: texts[0], text2: texts[1] });
  const said = found.map(({ pw, tie, annotator }) => [annotator, pw ?? tie]);
  expect(said).toEqual(
    expect.arrayContaining([
      // The first comment stood on the right.
      [3, [{ selected: 'right' }]],
      ['ann@example.org', [{ selected: 'left' }]],
      ['Ben', 'Tie'],
      ['Cid', 'Both bad'],
    ]),
  );
});
