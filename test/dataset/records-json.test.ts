import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readJson } from '../../src-main/dataset/records/json.ts';
import { readJsonLines } from '../../src-main/dataset/records/json-lines.ts';
import { parseJson } from '../../src-main/dataset/records/json-value.ts';
import { findFile } from '../../src-main/dataset/records/read.ts';
import { isRecord, type RecordBatch } from '../../src-main/dataset/records/record.ts';
import { recordsIn } from '../support/records.ts';
import { temporaryFile } from '../support/temporary.ts';

const whys = (others: readonly (readonly [number, string, string])[]) => others.map(([line, why]) => [line, why]);

describe('JSON Lines', () => {
  test('values of any kind, empty lines, CRLF, a mark in the middle', async () => {
    const { values, lines, others } = await recordsIn('{"a":1}\r\n\r\n  \n\uFEFF{"a":2}\n[1,2]\n"x"');
    expect(values).toEqual([{ a: 1 }, { a: 2 }, [1, 2], 'x']);
    expect(lines).toEqual([1, 4, 5, 6]);
    expect(others).toEqual([]);
  });

  test('carriage returns alone end lines, all of them or some', async () => {
    expect((await recordsIn('{"a":1}\r{"a":2}\r{"a":3}\r')).values).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }]);
    expect((await recordsIn('{"a":1}\n{"a":2}\r{"a":3}\n{"a":4}')).values).toEqual([
      { a: 1 },
      { a: 2 },
      { a: 3 },
      { a: 4 },
    ]);
  });

  test('a line that is no JSON is left out with its text', async () => {
    const { values, others } = await recordsIn('{"a":1}\n{"a":"x\n{"a":2}\n');
    expect(values).toEqual([{ a: 1 }, { a: 2 }]);
    expect(others).toEqual([[2, 'not-json', '{"a":"x']]);
  });

  test('a first line that is broken does not hide what the others are', async () => {
    const { values, others } = await recordsIn('{"a":"x\n{"a":2}\n{"a":3}\n');
    expect(values).toEqual([{ a: 2 }, { a: 3 }]);
    expect(whys(others)).toEqual([[1, 'not-json']]);
  });

  test('whole numbers that are too large keep their digits', () => {
    const text =
      '{"id":9007199254740993,"in":"x 9007199254740993 \\" 1234567890123456789","list":[-12345678901234567890,1],"safe":1234567890123456,"float":0.1234567890123456,"big":1e30}';
    expect(parseJson(text)).toEqual({
      value: {
        id: '9007199254740993',
        in: 'x 9007199254740993 " 1234567890123456789',
        list: ['-12345678901234567890', 1],
        safe: 1234567890123456,
        float: 0.1234567890123456,
        big: 1e30,
      },
    });
  });

  test('NaN and Infinity are null, and stay in texts', () => {
    expect(parseJson('{"a":NaN,"b":[-Infinity,Infinity],"c":"NaN, Infinity","NaN":1}')).toEqual({
      value: { a: null, b: [null, null], c: 'NaN, Infinity', NaN: 1 },
    });
  });

  test('any value comes back the same', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value);
        expect(parseJson(text)).toEqual({ value: exact(text) });
      }),
    );
  });
});

describe('JSON', () => {
  const rows = [
    { text: 'a "b" [c] {d}', comments: [{ text: 'x\\' }] },
    { text: 'é', comments: [] },
  ];

  test.each([
    ['a list on one line', JSON.stringify(rows)],
    ['a list over several lines', JSON.stringify(rows, null, 2)],
    ['a list with a line for each', `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`],
    ['objects that follow each other', rows.map((row) => JSON.stringify(row, null, 2)).join('\n')],
    ['objects without a space between', rows.map((row) => JSON.stringify(row, null, 1)).join('')],
    ['lists that follow each other', rows.map((row) => JSON.stringify([row], null, 2)).join('\n')],
    ['an object around them', JSON.stringify({ total: 2, data: rows }, null, 2)],
    [
      'an answer of the viewer',
      JSON.stringify({
        features: [{ name: 'text' }],
        rows: rows.map((row, at) => ({ row_idx: at, row, truncated_cells: [] })),
        num_rows_total: 2,
      }),
    ],
    [
      'pages of answers',
      `${JSON.stringify({ items: [rows[0]], has_more: true })}\n${JSON.stringify({ items: [rows[1]], has_more: false })}\n`,
    ],
    ['posts', JSON.stringify({ posts: rows })],
  ])('%s', async (_, content) => {
    const { values, others } = await recordsIn(content);
    expect(values).toEqual(rows);
    expect(others).toEqual([]);
  });

  test('an object with content of its own is one record', async () => {
    for (const value of [
      { id: 'a', comments: rows },
      { title: 'x', data: rows },
      { kind: 'Listing', data: { after: null, children: [{ kind: 't3', data: {} }] } },
      { post_stream: { posts: rows } },
      { ancestors: [], descendants: rows },
    ]) {
      expect((await recordsIn(JSON.stringify(value, null, 2))).values).toEqual([value]);
    }
  });

  test('the two listings of a thread are two records', async () => {
    const listing = (kind: string) => ({ kind: 'Listing', data: { children: [{ kind, data: { id: 'a' } }] } });
    expect((await recordsIn(JSON.stringify([listing('t3'), listing('t1')]))).values).toEqual([
      listing('t3'),
      listing('t1'),
    ]);
  });

  test('a line of JSON Lines with comments alone stays one row', async () => {
    const { values } = await recordsIn('{"comments":[{"text":"a"}]}\n{"comments":[{"text":"b"}]}\n');
    expect(values).toEqual([{ comments: [{ text: 'a' }] }, { comments: [{ text: 'b' }] }]);
  });

  test('a list that was cut off, and an entry that misses a bracket, cost that entry only', async () => {
    const cut = await recordsIn(`${JSON.stringify(rows, null, 2).slice(0, -30)}`);
    expect(cut.values).toEqual([rows[0]]);
    expect(whys(cut.others)).toEqual([[10, 'not-closed']]);
    const missing = await recordsIn('[\n{"a":1},\n{"a":[2},\n{"a":3},\n{"a":"4},\n{"a":5}\n]');
    expect(missing.values).toEqual([{ a: 1 }, { a: 3 }, { a: 5 }]);
    expect(missing.others.map(([line]) => line)).toEqual([3, 5]);
  });

  test('an entry that is no JSON is left out', async () => {
    const { values, others } = await recordsIn('[{"a":1},{"a":undefined},{"a":3}]');
    expect(values).toEqual([{ a: 1 }, { a: 3 }]);
    expect(others).toEqual([[1, 'not-json', '{"a":undefined}']]);
  });

  test('a list in an object is cut where it gets long, wherever its pieces end', async () => {
    const entries = Array.from({ length: 90_000 }, (_, n) => ({ n, text: 'x'.repeat(200) }));
    const { values, others } = await recordsIn(
      JSON.stringify({ meta: { a: [1] }, items: entries, has_more: true }, null, 1),
    );
    expect(others).toEqual([]);
    expect(values).toEqual(entries);
  });

  test('what is nested deeper than 200 levels is left out', async () => {
    const deep = `${'['.repeat(300)}1${']'.repeat(300)}`;
    const { values, others } = await recordsIn(`[{"a":1},${deep},{"a":2}]`);
    expect(values).toEqual([{ a: 1 }, { a: 2 }]);
    expect(whys(others)).toEqual([[1, 'too-deep']]);
    const lines = await recordsIn(`{"a":1}\n{"a":${deep}}\n{"a":2}\n`);
    expect(lines.values).toEqual([{ a: 1 }, { a: 2 }]);
    expect(whys(lines.others)).toEqual([[2, 'too-deep']]);
  });
});

test('which of the two a file is, is told from its lines and not its name', async () => {
  const formatOf = async (content: string) => (await findFile(temporaryFile(content, 'x.txt'))).format;
  expect(await formatOf('{"a":1}\n{"a":2}\n')).toBe('jsonl');
  expect(await formatOf('[1,2]\n[3,4]\n')).toBe('jsonl');
  expect(await formatOf('{\n"a": {"b":1}\n}\n')).toBe('json');
  expect(await formatOf('[{"a":1},\n{"a":2}]\n')).toBe('json');
  expect(await formatOf('# made today\n{"a":1}\n{"a":2}\n')).toBe('jsonl');
});

test('JSON in pieces of any length gives the same records', async () => {
  const values = fc.array(
    fc.oneof(fc.jsonValue({ maxDepth: 4 }), fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }))),
    { minLength: 1, maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(
      values,
      fc.constantFrom(0, 2),
      fc.array(fc.nat(1000), { maxLength: 20 }),
      async (list, indent, places) => {
        const same = exact(JSON.stringify(list)) as unknown[];
        const wrapped = list.map((value) => ({ id: 1, value }));
        const json = piecesOf(JSON.stringify(wrapped, null, indent), places);
        expect(await valuesOf(readJson(json))).toEqual(same.map((value) => ({ id: 1, value })));
        const lines = piecesOf(list.map((value) => `${JSON.stringify({ id: 1, value })}\n`).join(''), places);
        expect(await valuesOf(readJsonLines(lines, 10))).toEqual(same.map((value) => ({ id: 1, value })));
      },
    ),
    { numRuns: 200 },
  );
});

/** What a text says, with whole numbers that are too large for a number as their digits. */
function exact(text: string): unknown {
  return JSON.parse(text, (_, value: unknown) => {
    const digits = JSON.stringify(value) ?? '';
    return typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(digits) ? digits : value;
  });
}

async function* piecesOf(text: string, places: readonly number[]): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  const ends = [...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  for (const [at, end] of ends.entries()) yield bytes.subarray(ends[at - 1] ?? 0, end);
}

async function valuesOf(batches: AsyncIterable<RecordBatch>): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const { items } of batches) values.push(...items.map((item) => (isRecord(item) ? item.value : item)));
  return values;
}
