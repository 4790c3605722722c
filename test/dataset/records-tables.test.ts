import { once } from 'node:events';
import { createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { XlsxStreamWriter } from 'hucre/xlsx';
import { parquetWriteFile } from 'hyparquet-writer/src/node.js';
import { describe, expect, test } from 'vitest';
import yazl from 'yazl';
import { recordsIn, recordsOf } from '../support/records.ts';
import { temporaryFolder } from '../support/temporary.ts';

const own = (name: string): string => fileURLToPath(new URL(`../fixtures/files/own/${name}`, import.meta.url));

async function zipped(entries: Readonly<Record<string, string>>): Promise<string> {
  const path = join(temporaryFolder(), 'file.xlsx');
  const zip = new yazl.ZipFile();
  for (const [name, content] of Object.entries(entries)) zip.addBuffer(Buffer.from(content), name);
  zip.end();
  await once(zip.outputStream.pipe(createWriteStream(path)), 'close');
  return path;
}

/** The least that a spreadsheet has. */
const spreadsheet = (sheet: string, strings = ''): Record<string, string> => ({
  'xl/workbook.xml': '<workbook xmlns:r="r"><sheets><sheet name="a" sheetId="1" r:id="x"/></sheets></workbook>',
  'xl/_rels/workbook.xml.rels': '<Relationships><Relationship Id="x" Target="worksheets/sheet1.xml"/></Relationships>',
  'xl/worksheets/sheet1.xml': sheet,
  ...(strings === '' ? {} : { 'xl/sharedStrings.xml': strings }),
});

describe('spreadsheets', () => {
  test('one that openpyxl wrote: a cover, lines above the names, dates, cells that are one', async () => {
    const { columns, values, lines, others } = await recordsOf(own('sheets.xlsx'));
    expect(columns).toEqual(['post', 'comment', 'votes', 'when', 'kept', 'share']);
    expect(values).toEqual([
      {
        post: 'Which stove?',
        comment: 'The small one.',
        votes: 9,
        when: '2024-03-01T12:30:00.000Z',
        kept: true,
        share: 0.25,
      },
      { post: '', comment: 'The tall\none & <wide>', votes: 4, when: '2024-03-02T00:00:00.000Z', kept: false },
      { post: 'Which pipe?', comment: '=Copper', votes: -2, when: '', kept: '', share: '1000000000000000000000' },
    ]);
    expect(lines).toEqual([3, 4, 5]);
    expect(others.map(([line, why, text]) => [line, why, text])).toEqual([
      [1, 'above-table', 'Export of the forum'],
      [1, 'other-sheet', 'Read me'],
    ]);
  });

  test('many rows, as they were written', async () => {
    const rows = Array.from({ length: 5000 }, (_, n) => ({
      post: `post ${n % 7}`,
      comment: `comment "${n}" <é> 🦊`,
      votes: n - 3,
      kept: n % 2 === 0,
    }));
    const path = join(temporaryFolder(), 'many.xlsx');
    const book = new XlsxStreamWriter({ name: 'a' });
    for (const cells of [Object.keys(rows[0]!), ...rows.map((row) => Object.values(row))]) book.addRow(cells);
    writeFileSync(path, await book.finish());
    expect((await recordsOf(path)).values).toEqual(rows);
  });

  test('shared texts with their runs, texts in place, codes of characters, errors, times of 1904', async () => {
    const path = await zipped({
      ...spreadsheet(
        `<worksheet><sheetData>
          <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t>votes</t></is></c></row>
          <row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2" t="str"><f>A1</f><v>a_x000D_b</v></c><c r="C2"><v>9007199254740993</v></c></row>
          <row r="4"><c r="A4" t="e"><v>#REF!</v></c><c r="B4" t="b"><v>1</v></c><c r="C4" s="1"><v>1.5</v></c></row>
        </sheetData></worksheet>`,
        '<sst><si><t>post</t></si><si><r><t>com</t></r><r><t>ment</t></r><rPh><t>x</t></rPh></si><si><t xml:space="preserve"> a &amp; b </t></si></sst>',
      ),
      'xl/workbook.xml': '<workbook><workbookPr date1904="1"/><sheets><sheet name="a" r:id="x"/></sheets></workbook>',
      'xl/styles.xml':
        '<styleSheet><numFmts><numFmt numFmtId="170" formatCode="[$-409]d/m/yy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>',
    });
    const { values, lines } = await recordsOf(path);
    expect(values).toEqual([
      { post: ' a & b ', comment: 'a\rb', votes: '9007199254740993' },
      { post: '', comment: true, votes: '1904-01-02T12:00:00.000Z' },
    ]);
    expect(lines).toEqual([2, 4]);
  });

  test('one without rows is refused', async () => {
    await expect(recordsOf(await zipped(spreadsheet('<worksheet><sheetData/></worksheet>')))).rejects.toThrow(
      'no sheet with a line',
    );
  });

  test('what comes before a place that is damaged comes in', async () => {
    const row = (n: number): string => `<row r="${n}"><c t="str"><v>a${n}</v></c><c t="str"><v>b${n}</v></c></row>`;
    const path = await zipped(spreadsheet(`<worksheet><sheetData>${row(1)}${row(2)}${row(3)}<row><c></row>`));
    const { values, others } = await recordsOf(path);
    expect(values).toEqual([
      { a1: 'a2', b1: 'b2' },
      { a1: 'a3', b1: 'b3' },
    ]);
    expect(others.map(([, why]) => why)).toEqual(['damaged']);
  });
});

describe('Parquet', () => {
  test.each(['none', 'snappy', 'gzip', 'brotli', 'zstd', 'lz4'])(
    'packed with %s, as pyarrow writes it',
    async (codec) => {
      const { columns, values, others } = await recordsOf(own(`table-${codec}.parquet`));
      expect(columns).toEqual(['id', 'text', 'comments', 'created', 'share', 'kept', 'raw']);
      expect(values).toEqual([
        {
          id: '9007199254740993',
          text: 'Which rope for a swing?',
          comments: [
            { text: 'Hemp rope.', score: 9 },
            { text: 'Any rope.', score: 1 },
          ],
          created: '2024-03-01T12:30:00.000Z',
          share: 0.5,
          kept: true,
          raw: 'café',
        },
        { id: 2, text: 'Où est la clé ?', comments: [], created: null, share: null, kept: false, raw: null },
        { id: 3, text: null, comments: null, created: null, share: 1.25, kept: null, raw: '' },
      ]);
      expect(others).toEqual([]);
    },
  );

  test('many rows in several groups, in their order', async () => {
    const path = join(temporaryFolder(), 'many.parquet');
    const numbers = Array.from({ length: 12_345 }, (_, n) => n);
    await parquetWriteFile({
      filename: path,
      rowGroupSize: 5000,
      columnData: [
        { name: 'votes', data: numbers, type: 'INT32' },
        { name: 'comment', data: numbers.map((n) => `comment ${n}`), type: 'STRING' },
      ],
    });
    const { values, lines } = await recordsOf(path);
    expect(values).toEqual(numbers.map((votes) => ({ votes, comment: `comment ${votes}` })));
    expect(lines).toEqual(numbers.map((n) => n + 1));
  });

  test('a file that was not copied whole is refused', async () => {
    await expect(recordsIn(Buffer.from('PAR1 and then nothing'))).rejects.toThrow('was not copied whole');
  });
});

describe('XML', () => {
  test('rows of Stack Exchange', async () => {
    const { values, lines } = await recordsIn(
      '\uFEFF<?xml version="1.0" encoding="utf-8"?>\n<posts>\n  <row Id="1" Score="5" Body="&lt;p&gt;a &amp;amp; b&lt;/p&gt;&#xA;&#233;" />\n  <row Id="2" />\n</posts>',
    );
    expect(values).toEqual([
      { tag: 'row', root: 'posts', Id: '1', Score: '5', Body: '<p>a &amp; b</p>\né' },
      { tag: 'row', root: 'posts', Id: '2' },
    ]);
    expect(lines).toEqual([3, 4]);
  });

  test('threads and posts of Disqus', async () => {
    const { values, others } = await recordsIn(`<?xml version="1.0"?>
<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
<thread dsq:id="11"><id/><link>http://a.invalid/p</link><title>A post</title><author><name>x</name><isAnonymous>false</isAnonymous></author></thread>
<post dsq:id="21"><message><![CDATA[<p>Hi & bye</p>]]></message><thread dsq:id="11"/><parent dsq:id="20"/><tag>a</tag><tag>b</tag></post>
</disqus>`);
    expect(others).toEqual([]);
    expect(values).toEqual([
      {
        tag: 'thread',
        root: 'disqus',
        'dsq:id': '11',
        id: '',
        link: 'http://a.invalid/p',
        title: 'A post',
        author: { name: 'x', isAnonymous: 'false' },
      },
      {
        root: 'disqus',
        'dsq:id': '21',
        message: '<p>Hi & bye</p>',
        thread: { 'dsq:id': '11' },
        parent: { 'dsq:id': '20' },
        tag: 'post',
      },
    ]);
  });

  test('a reference that XML does not know stays, and is told; a document type is refused', async () => {
    const { values, others } = await recordsIn('<posts><row Body="a&nbsp;b"/><row Body="c"/></posts>');
    expect(values.map((value) => (value as { Body: string }).Body)).toEqual(['a&nbsp;b', 'c']);
    expect(others.map(([, why]) => why)).toEqual(['odd-entity']);
    await expect(recordsIn('<!DOCTYPE a [<!ENTITY b "c">]><a><row x="&b;"/></a>')).rejects.toThrow('document type');
  });

  test('what comes before the end of a file that was cut off comes in', async () => {
    const { values, others } = await recordsIn('<posts>\n<row Id="1"/>\n<row Id="2"/>\n<row Id="3" Bo');
    expect(values).toHaveLength(2);
    expect(others.map(([line, why]) => [line, why])).toEqual([[4, 'not-xml']]);
  });

  test('a web page is no file of rows', async () => {
    await expect(recordsIn('<!DOCTYPE html><html></html>')).rejects.toThrow('is a web page');
  });
});
