import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { separators } from '../../src-main/contract/reading.ts';
import { csvCutter } from '../../src-main/dataset/records/csv-cut.ts';
import { recordsIn } from '../support/records.ts';

const whys = (others: readonly (readonly [number, string, string])[]) => others.map(([line, why]) => [line, why]);

test('a stray quotation mark with very many lines below it costs its own line alone', async () => {
  const rows = Array.from({ length: 150_000 }, (_, i) => `p${i},c`);
  const { values, others } = await recordsIn(['post,comment', 'x,"stray', ...rows, ''].join('\n'));
  expect(values).toHaveLength(150_000);
  expect(others).toHaveLength(1);
});

test('spaces and comments above a table are passed over at once, however many there are', async () => {
  for (const above of [' '.repeat(5000), '/**/'.repeat(2000)]) {
    const { values } = await recordsIn(`${above}post,comment\na,b\nc,d\n`, 'table.csv');
    expect(values).toHaveLength(2);
  }
});

describe('the dialect of a table is found', () => {
  const rows = [
    ['post', 'comment', 'votes'],
    ['Which rope; hemp, or "other"?', 'Hemp, always | or never', '9'],
    ['Two\nlines', 'It is\t"fine"', '4'],
    ['Plain', 'Also plain', ''],
  ];
  const values = rows.slice(1).map((cells) => Object.fromEntries(cells.map((cell, at) => [rows[0]![at], cell])));

  for (const separator of separators) {
    for (const end of ['\n', '\r\n', '\r']) {
      for (const mark of ['"', '\\'] as const) {
        test(`separator ${JSON.stringify(separator)}, line end ${JSON.stringify(end)}, escape ${mark}`, async () => {
          // A line end within a text is that of the file, where that is a carriage return.
          const cells = end === '\r' ? rows.map((row) => row.map((cell) => cell.replaceAll('\n', '\r'))) : rows;
          const content = stringify(cells, {
            delimiter: separator,
            record_delimiter: end,
            escape: mark,
            quoted_string: true,
          });
          const found = await recordsIn(content);
          expect(found.columns).toEqual(rows[0]);
          expect(found.values).toEqual(
            end === '\r' ? values.map((value) => ({ ...value, post: value.post!.replaceAll('\n', '\r') })) : values,
          );
          expect(found.others).toEqual([]);
        });
      }
    }
  }

  test('any cells come back the same, in every dialect', async () => {
    const cell = fc.oneof(
      fc.string({
        unit: fc.constantFrom('a', 'b', ' ', '"', ',', ';', '\t', '|', '\n', "'", 'é', '\\'),
        maxLength: 12,
      }),
      fc.integer().map(String),
      fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => text.replaceAll('\r', '')),
    );
    const table = fc.array(fc.tuple(fc.string({ minLength: 1, unit: fc.constantFrom('w', 'o') }), cell, cell, cell), {
      minLength: 3,
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.constantFrom(...separators),
        fc.constantFrom('\n', '\r\n'),
        async (cells, separator, end) => {
          const header = ['id', 'post', 'comment', 'votes'];
          const content = stringify([header, ...cells], { delimiter: separator, record_delimiter: end, quoted: true });
          const found = await recordsIn(content, 'table.csv', { separator });
          expect(found.columns).toEqual(header);
          expect(found.values).toEqual(cells.map(([id, post, comment, votes]) => ({ id, post, comment, votes })));
        },
      ),
      { numRuns: 150 },
    );
  });

  test('the first line of Excel says the separator', async () => {
    const { columns, values, others } = await recordsIn('sep=;\npost;comment\na,b;c,d\n');
    expect([columns, values, others]).toEqual([['post', 'comment'], [{ post: 'a,b', comment: 'c,d' }], []]);
  });

  test('quotes may follow a space', async () => {
    const { values } = await recordsIn('id, post, comment\n1, "a, ""b""", "c\nd"\n2, e, "f"\n');
    expect(values).toEqual([
      { id: '1', post: 'a, "b"', comment: 'c\nd' },
      { id: '2', post: 'e', comment: 'f' },
    ]);
  });

  test('a quote within a text that stands after a space stays', async () => {
    const { values, others } = await recordsIn('id,comment\n1,he said "no", twice\n2,"yes"\n3,b\n4,c\n');
    expect(values).toHaveLength(3);
    expect(values[0]).toEqual({ id: '2', comment: 'yes' });
    expect(whys(others)).toEqual([[2, 'more-cells']]);
  });

  test('marks behind a backslash are understood far below too', async () => {
    const plain = Array.from({ length: 20_000 }, (_, n) => `post ${n},comment\n`).join('');
    const { values } = await recordsIn(`post,comment\n${plain}last,"she said \\"no, thanks\\" and left"\n`);
    expect(values.at(-1)).toEqual({ post: 'last', comment: 'she said "no, thanks" and left' });
  });

  test('a separator that was said is taken', async () => {
    const { columns } = await recordsIn('a,b;c,d\n1,2;3,4\n', 'file', { separator: ';' });
    expect(columns).toEqual(['a,b', 'c,d']);
  });

  test('a text in which another separator is common does not mislead', async () => {
    const { columns } = await recordsIn('post;comment\n"a, b, c";"d, e"\n"f, g";"h, i, j"\nk;"l, m"\n');
    expect(columns).toEqual(['post', 'comment']);
  });
});

describe('rows that are not as they should be', () => {
  test('a short row lacks what it lacks, and of a long one nobody knows which cell is which', async () => {
    const { values, others } = await recordsIn('post,comment,votes,note\na,b,1,x\na,c,2\na,d,3,y,more,\na,e,4,z,,\n');
    expect(values).toEqual([
      { post: 'a', comment: 'b', votes: '1', note: 'x' },
      { post: 'a', comment: 'c', votes: '2' },
      { post: 'a', comment: 'e', votes: '4', note: 'z' },
    ]);
    expect(others).toMatchObject([[4, 'more-cells', expect.stringContaining('more')]]);
  });

  test('lines above the names are passed over and told', async () => {
    const { columns, values, lines, others } = await recordsIn(
      'Export of the forum\n2024,\n\npost,comment,votes\na,b,1\na,c,2\n',
    );
    expect(columns).toEqual(['post', 'comment', 'votes']);
    expect(values).toHaveLength(2);
    expect(lines).toEqual([5, 6]);
    expect(whys(others)).toEqual([
      [1, 'above-table'],
      [2, 'above-table'],
    ]);
  });

  test('names that are missing or stand twice become different ones', async () => {
    const { columns, values } = await recordsIn('post,,comment,comment,__proto__\na,b,c,d,e\nf,g,h,i,j\n');
    expect(columns).toEqual(['post', 'column 2', 'comment', 'comment (2)', '__proto__ (2)']);
    expect(values[0]).toEqual({ post: 'a', 'column 2': 'b', comment: 'c', 'comment (2)': 'd', '__proto__ (2)': 'e' });
  });

  test('a table without names is refused with the way out', async () => {
    await expect(recordsIn('q1,Which rope?,Hemp.,9\nq1,Which rope?,Any.,4\nq2,Which nail?,Brass.,1\n')).rejects.toThrow(
      "say so and what its columns are, by their places, as in --no-header --map '1=text,2=comment,3=votes'",
    );
  });

  test('columns that a data frame counted are names', async () => {
    expect((await recordsIn(',0,1\n0,5,6\n1,7,8\n')).columns).toEqual(['column 1', '0', '1']);
  });

  test('a quotation mark that is never closed costs its line only', async () => {
    const even = await recordsIn('text,comment\np,"open\np,b\np,"c, d"\np,e');
    expect(even.others).toEqual([[2, 'stray-quote', 'p,"open']]);
    expect(even.values.map((value) => (value as { comment: string }).comment)).toEqual(['b', 'c, d', 'e']);
    const odd = await recordsIn('text,comment\np,a\np,"open\np,b\np,c');
    expect(odd.others).toEqual([[3, 'unclosed-quote', 'p,"open']]);
    expect(odd.values).toHaveLength(3);
    expect(odd.lines).toEqual([2, 4, 5]);
  });

  test('a field of 40 MB is left out, and its beginning shown', async () => {
    const { values, others } = await recordsIn(`text,comment\np,a\np,"${'x'.repeat(40_000_000)}"\np,b\n`);
    expect(values).toHaveLength(2);
    expect(others).toEqual([[3, 'too-long', `p,"${'x'.repeat(197)}`]]);
  });
});

test('pieces of any length give the same records', () => {
  const bytes = Buffer.from('a,b\n"1 ""2""\n3",4\n\n"\\"x\\"",5\r\n6,"7"');
  const dialect = { separator: ',', escape: '"', spaced: false, preamble: 0, header: true } as const;
  const cut = (pieces: readonly Buffer[]) => {
    const cutter = csvCutter(dialect, 10, 1);
    return [...pieces.flatMap((piece) => [...cutter.take(piece)]), ...cutter.end()].map(({ line, bytes }) => [
      line,
      bytes.toString(),
    ]);
  };
  const whole = cut([bytes]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: bytes.length })), (places) => {
      const ends = [0, ...places.toSorted((a, b) => a - b), bytes.length];
      expect(cut(ends.slice(1).map((end, at) => bytes.subarray(ends[at], end)))).toEqual(whole);
    }),
  );
});
