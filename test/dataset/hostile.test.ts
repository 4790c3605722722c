import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, createWriteStream, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import yazl from 'yazl';
import type { Taken } from '../support/read-records.ts';
import { recordsIn } from '../support/records.ts';
import { temporaryFile, temporaryFolder } from '../support/temporary.ts';

const reader = fileURLToPath(new URL('../support/read-records.ts', import.meta.url));
const run = promisify(execFile);

/**
 * What reading a file takes, which is never much: in memory at its peak, and in time of the processor. That is a second or two; where other work shares the
 * processor's cores it has been nine, and a file that is not refused takes minutes.
 */
async function read(path: string): Promise<Taken> {
  const { stdout } = await run(process.execPath, [reader, path]);
  const taken = JSON.parse(stdout) as Taken;
  expect(taken.peakMB).toBeLessThan(300);
  expect(taken.cpuSeconds).toBeLessThan(30);
  if (taken.message !== null) {
    // A whole sentence for a person, and no defect.
    expect(taken.code).toMatch(/^(bad-input|too-large)$/);
    expect(taken.message).toMatch(/^[A-Z].*\.$/s);
  }
  return taken;
}

const megabyte = 2 ** 20;
const times = (content: Buffer | string, count: number): Buffer =>
  Buffer.alloc(Buffer.byteLength(content) * count, content);

async function zipOf(
  entries: Readonly<Record<string, string | { readonly begin: string; readonly of: Buffer; readonly count: number }>>,
): Promise<string> {
  const path = join(temporaryFolder(), 'file.zip');
  const zip = new yazl.ZipFile();
  for (const [name, content] of Object.entries(entries)) {
    if (typeof content === 'string') zip.addBuffer(Buffer.from(content), name);
    else
      zip.addReadStream(
        Readable.from([Buffer.from(content.begin), ...Array.from({ length: content.count }, () => content.of)]),
        name,
      );
  }
  zip.end();
  await once(zip.outputStream.pipe(createWriteStream(path)), 'close');
  return path;
}

/** A file of zeros that takes no room. */
function sparse(bytes: number, begin: string): string {
  const path = temporaryFile('');
  const file = openSync(path, 'w');
  writeSync(file, begin);
  ftruncateSync(file, bytes);
  closeSync(file);
  return path;
}

const spreadsheet = {
  'xl/workbook.xml': '<workbook><sheets><sheet name="a" r:id="x"/></sheets></workbook>',
  'xl/_rels/workbook.xml.rels': '<Relationships><Relationship Id="x" Target="worksheets/sheet1.xml"/></Relationships>',
};

/** A bomb is told by what it unpacks to, or by its row that does not end, whichever comes first. */
const bomb = /times its size|goes on for more than/;

describe('bombs', () => {
  const long = Buffer.alloc(64 * megabyte, 'x');

  test('gzip', async () => {
    expect((await read(temporaryFile(times(gzipSync(long, { level: 9 }), 100)))).message).toMatch(bomb);
  });

  test('zstd', async () => {
    expect((await read(temporaryFile(times(zstdCompressSync(long), 100)))).message).toMatch(bomb);
  });

  test('zip', async () => {
    const path = await zipOf({ 'rows.jsonl': { begin: '', of: Buffer.alloc(4 * megabyte, 'x'), count: 160 } });
    expect((await read(path)).message).toMatch(bomb);
  });

  test('a sheet, and the texts of a spreadsheet', async () => {
    const row = {
      begin: '<a>',
      of: Buffer.from('<row><c t="str"><v>a</v></c><c t="str"><v>b</v></c></row>'.repeat(20_000)),
      count: 200,
    };
    expect((await read(await zipOf({ ...spreadsheet, 'xl/worksheets/sheet1.xml': row }))).message).toMatch(bomb);
    const texts = { begin: '<a>', of: Buffer.from('<si><t>aaaaaaaaaaaaaaaa</t></si>'.repeat(20_000)), count: 200 };
    const sheet = '<row><c t="s"><v>9999999</v></c><c t="s"><v>1</v></c></row>';
    const path = await zipOf({
      ...spreadsheet,
      'xl/worksheets/sheet1.xml': `<a>${sheet.repeat(3)}</a>`,
      'xl/sharedStrings.xml': texts,
    });
    expect((await read(path)).message).toMatch(bomb);
  });

  test('a cell in the last row and column', async () => {
    const cell = (name: string): string => `<c r="${name}" t="str"><v>${name}</v></c>`;
    const rows = `<row r="1">${cell('A1')}${cell('B1')}</row><row r="2">${cell('A2')}${cell('B2')}</row>`;
    const last = `<row r="1048576">${cell('A1048576')}${cell('XFD1048576')}</row>`;
    const { records } = await read(
      await zipOf({ ...spreadsheet, 'xl/worksheets/sheet1.xml': `<a>${rows}${last}</a>` }),
    );
    expect(records).toBe(2);
  });
});

describe('depth', () => {
  test.each([
    ['lists', times('[', 60 * megabyte)],
    ['objects', times('{"a":', 10 * megabyte)],
    [
      'a line of JSON Lines',
      Buffer.concat([Buffer.from('{"a":1}\n{"a":2}\n{"a":'), times('[', 15 * megabyte), Buffer.from('\n')]),
    ],
    [
      'an entry that is closed',
      Buffer.concat([Buffer.from('[{"a":1},'), times('[', 5 * megabyte), times(']', 5 * megabyte), Buffer.from(']')]),
    ],
  ])('%s', async (_, content) => {
    const { whys } = await read(temporaryFile(content));
    expect(whys).toEqual(['too-deep']);
  });

  test('millions of small lists in one row', async () => {
    expect((await read(temporaryFile(`{"a":[${'[],'.repeat(5 * megabyte)}[]]}\n{"a":1}\n`))).whys).toEqual([
      'too-deep',
    ]);
  });

  test('XML', async () => {
    expect((await read(temporaryFile(`<a>${'<b>'.repeat(10 * megabyte)}`))).whys).toEqual(['not-xml']);
    expect(
      (await read(temporaryFile(`<a><b ${Array.from({ length: megabyte }, (_, n) => `c${n}=""`).join(' ')}/></a>`)))
        .whys,
    ).toEqual(['not-xml']);
  });
});

describe('length', () => {
  test.each([
    ['zeros', ''],
    ['a table', 'post,comment\na,b\na,"'],
    ['JSON Lines', '{"a":1}\n{"a":2}\n{"a":"'],
    ['a JSON list', '[{"a":1},{"a":"'],
    ['an object', '{"a":"'],
    ['XML', '<posts><row Id="1"/><row Id="'],
  ])('%s that does not end', async (_, begin) => {
    const { message, whys } = await read(sparse(4096 * megabyte, begin));
    expect(/goes on for more than|is no text/.test(message ?? '') || whys.includes('not-xml')).toBe(true);
  });

  test('a quotation mark that is not closed costs its line only, however much stands below it', async () => {
    const rows = 'a,b c d e f g h i j k l m n o p q r s t u v w x y z\n';
    const { records, whys } = await read(temporaryFile(`post,comment\na,"b\n${rows.repeat(megabyte)}`));
    expect(records).toBe(megabyte);
    expect(whys).toEqual(['unclosed-quote']);
  });
});

describe('width', () => {
  const names = Array.from({ length: 10_000 }, (_, n) => `c${n}`);

  test('10,000 columns', async () => {
    const row = names.map(() => 'x').join(',');
    expect((await read(temporaryFile(`${names.join(',')}\n${`${row}\n`.repeat(1000)}`))).message).toContain(
      '2,000 columns',
    );
  });

  test('millions of cells in one row', async () => {
    const { records, whys } = await read(
      temporaryFile(`a,b\n1,2\n${',x'.repeat(7 * megabyte)}\n${'"x",'.repeat(4_000_000)}\n3,4\n`),
    );
    expect(records).toBeGreaterThanOrEqual(2);
    expect(whys.length).toBeGreaterThan(0);
  });
});

test('entities that multiply are not read', async () => {
  const entities = Array.from({ length: 20 }, (_, n) => `<!ENTITY e${n + 1} "${`&e${n};`.repeat(10)}">`).join('');
  const content = `<?xml version="1.0"?><!DOCTYPE posts [<!ENTITY e0 "ha">${entities}]><posts><row Body="&e20;"/></posts>`;
  expect((await read(temporaryFile(content))).message).toContain('document type');
});

test('files with some bytes changed, or cut off, are read as far as they can be, or refused with a sentence', async () => {
  const own = (name: string): Buffer => readFileSync(new URL(`../fixtures/files/own/${name}`, import.meta.url));
  const files = [
    own('sheets.xlsx'),
    own('table-none.parquet'),
    own('table-zstd.parquet'),
    own('two-members.jsonl.gz'),
    zstdCompressSync('{"a":1}\n{"a":2}\n'.repeat(50)),
    Buffer.from('post,comment\n"a ""b""",c\nd,"e\nf"\n'.repeat(5)),
    Buffer.from(JSON.stringify({ data: [{ a: [1, '\\"'] }, { b: { c: null } }] }, null, 2)),
    Buffer.from('<posts><row Id="1" Body="&lt;b&gt;"/><row><a>x</a></row></posts>'),
  ];
  let seed = 1;
  const random = (below: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  let refused = 0;
  for (const file of files) {
    for (let round = 0; round < 60; round += 1) {
      const changed = Buffer.from(file.subarray(0, random(4) === 0 ? random(file.length) : file.length));
      for (let change = 0; change < 1 + random(4) && changed.length > 0; change += 1)
        changed[random(changed.length)] = random(256);
      try {
        await recordsIn(changed);
      } catch (error) {
        refused += 1;
        expect(error).toMatchObject({ name: 'TiebreakError', code: 'bad-input' });
      }
    }
  }
  expect(refused).toBeGreaterThan(20);
});
