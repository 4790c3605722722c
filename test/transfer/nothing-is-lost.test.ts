import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { XlsxStreamWriter } from 'hucre/xlsx';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { type Noun, nouns } from '../../src-main/contract/reading.ts';
import { totals } from '../../src-main/store/counts.ts';
import { closeStore } from '../../src-main/store/open.ts';
import { type ImportReport, importFile } from '../../src-main/transfer/import-file.ts';
import { storeInMemory } from '../support/new-store.ts';
import { temporaryFile } from '../support/temporary.ts';

/**
 * Whatever a file holds came in or is reported: of rows, comments, replies, votes and answers, as they were made up here, what was read is
 * what is in the file, and what came in is that less what is reported as left out.
 */

/** Texts as people have them, good and bad. */
const text = fc.oneof(
  { weight: 12, arbitrary: fc.stringMatching(/^[a-e]{1,3}( [f-j]{1,3})?$/) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('[deleted]', '[removed]', '', '  ', '"quoted"', "'=1+1", 'a;b', 'x,y', 'é ü', '2 < 3'),
  },
  { weight: 1, arbitrary: fc.constant('line one\nline two') },
);
const votes = fc.oneof(
  { weight: 10, arbitrary: fc.integer({ min: -3, max: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom('many', '1.2K', '', null) },
);
type MadeComment = {
  readonly text: string | null;
  readonly votes: number | string | null;
  readonly replies: readonly MadeComment[];
};
const leaf = fc.record({
  text: fc.oneof({ weight: 15, arbitrary: text }, { weight: 1, arbitrary: fc.constant(null) }),
  votes,
  replies: fc.constant([]),
});
const comment: fc.Arbitrary<MadeComment> = fc.record({
  text: fc.oneof({ weight: 15, arbitrary: text }, { weight: 1, arbitrary: fc.constant(null) }),
  votes,
  replies: fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(leaf, { maxLength: 3 }) },
  ),
});
const post = fc.record({ text: fc.stringMatching(/^post [a-z]{1,2}$/), comments: fc.array(comment, { maxLength: 6 }) });
const posts = fc.array(post, { minLength: 1, maxLength: 6 });
type MadePost = { readonly text: string; readonly comments: readonly MadeComment[] };

const isGiven = (value: unknown): boolean => value !== null && value !== '';

function truthOf(given: readonly MadePost[]): Record<Noun, number> {
  const truth = { row: given.length, comment: 0, reply: 0, vote: 0, answer: 0, context: 0, reward: 0 };
  const count = (comments: readonly MadeComment[], noun: 'comment' | 'reply'): void => {
    for (const one of comments) {
      truth[noun] += 1;
      if (isGiven(one.votes)) truth.vote += 1;
      count(one.replies, 'reply');
    }
  };
  for (const { comments } of given) count(comments, 'comment');
  return truth;
}

/** The report of an import; null where nothing came in, which is an error that says why. */
async function imported(
  content: string | Buffer,
  name: string,
  options = {},
): Promise<{ report: ImportReport; inStore: number } | null> {
  const store = storeInMemory();
  try {
    const report = await importFile(store, temporaryFile(content, name), options);
    return { report, inStore: totals(store).comments };
  } catch (error) {
    expect(error).toMatchObject({ code: expect.stringMatching(/nothing-to-do|bad-input/) });
    return null;
  } finally {
    closeStore(store);
  }
}

function expectWhole(
  { report, inStore }: { report: ImportReport; inStore: number },
  truth: Record<Noun, number>,
): void {
  expect(report.read).toEqual(truth);
  for (const noun of nouns) {
    const left = report.reported.filter((one) => one.of === noun && one.left).reduce((sum, one) => sum + one.count, 0);
    expect({ noun, imported: report.imported[noun] }).toEqual({ noun, imported: truth[noun] - left });
  }
  expect(inStore).toBe(report.comments);
  expect(inStore).toBeLessThanOrEqual(report.imported.comment + report.imported.reply);
}

const runs = { numRuns: 25 } as const;

describe.each(['leave', 'under'] as const)('rows with their comments, replies: %s', (replies) => {
  const rowOf = ({ text: body, comments }: MadePost, at: number, withId: boolean): unknown => ({
    ...(withId ? { id: `p${at % 4}` } : {}),
    text: withId ? `post ${at % 4}` : body,
    comments,
  });

  test.each([true, false])('JSON Lines, ids: %s', async (withId) => {
    await fc.assert(
      fc.asyncProperty(posts, async (given) => {
        const rows = given.map((one, at) => JSON.stringify(rowOf(one, at, withId)));
        const found = await imported(`${rows.join('\n')}\n`, 'a.jsonl', { as: 'posts', replies });
        if (found) expectWhole(found, truthOf(given));
      }),
      runs,
    );
  });

  test('a JSON list', async () => {
    await fc.assert(
      fc.asyncProperty(posts, async (given) => {
        const list = JSON.stringify(
          given.map((one, at) => rowOf(one, at, true)),
          null,
          1,
        );
        const found = await imported(list, 'a.json', { as: 'posts', replies });
        if (found) expectWhole(found, truthOf(given));
      }),
      runs,
    );
  });
});

describe('tables with a comment in each row', () => {
  const columns = ['post_id', 'text', 'comment', 'votes'];
  const cellsOf = (given: readonly MadePost[]): (string | number | null)[][] =>
    given.flatMap(({ comments }, at) =>
      comments.map((one) => [`p${at % 4}`, `post ${at % 4}`, one.text, one.votes === null ? null : one.votes]),
    );
  const truthOfTable = (given: readonly MadePost[]): Record<Noun, number> => {
    const flat = given.map((one) => ({ ...one, comments: one.comments.map((each) => ({ ...each, replies: [] })) }));
    const truth = truthOf(flat);
    return { ...truth, row: truth.comment };
  };

  test.each([
    { delimiter: ',' },
    { delimiter: ';' },
    { delimiter: '\t', record_delimiter: '\r\n' },
    { delimiter: ',', quoted: true, bom: true },
  ])('CSV %o', async (dialect) => {
    await fc.assert(
      fc.asyncProperty(posts, async (given) => {
        const csv = stringify([columns, ...cellsOf(given)], { ...dialect, quoted_match: /\n/ });
        const found = await imported(csv, 'a.csv', { as: 'posts', separator: dialect.delimiter });
        if (found) expectWhole(found, truthOfTable(given));
      }),
      runs,
    );
  });

  test('XLSX', async () => {
    await fc.assert(
      fc.asyncProperty(posts, async (given) => {
        const book = new XlsxStreamWriter({ name: 'a' });
        for (const cells of [columns, ...cellsOf(given)])
          book.addRow(cells.map((value) => (value === '' ? null : value)));
        const found = await imported(Buffer.from(await book.finish()), 'a.xlsx', { as: 'posts' });
        if (found) expectWhole(found, truthOfTable(given));
      }),
      { numRuns: 5 },
    );
  });

  test('Parquet', async () => {
    await fc.assert(
      fc.asyncProperty(posts, async (given) => {
        const cells = cellsOf(given);
        const columnData = columns.map((name, at) => ({
          name,
          data: cells.map((row) => (row[at] === null ? null : String(row[at]))),
          type: 'STRING' as const,
        }));
        const found = await imported(Buffer.from(parquetWriteBuffer({ columnData })), 'a.parquet', { as: 'posts' });
        if (found) expectWhole(found, truthOfTable(given));
      }),
      { numRuns: 8 },
    );
  });
});

describe('answers', () => {
  const answer = fc.record({
    prompt: fc.stringMatching(/^ask [ab]$/),
    chosen: text,
    rejected: text,
    annotator: fc.option(fc.constantFrom('ana', 'ben'), { nil: undefined }),
  });

  test('pairs', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 12 }), async (given) => {
        const found = await imported(given.map((one) => JSON.stringify(one)).join('\n'), 'a.jsonl', { as: 'pairs' });
        if (!found) return;
        const { report } = found;
        const left = report.reported
          .filter((one) => one.of === 'answer' && one.left)
          .reduce((sum, one) => sum + one.count, 0);
        expect(report.read).toMatchObject({ row: given.length, answer: given.length });
        expect(report.imported.answer).toBe(given.length - left);
        // Without ids, the same answer twice is two answers.
        expect(report.labels).toBe(report.imported.answer);
      }),
      runs,
    );
  });
});
