import { once } from 'node:events';
import { createWriteStream, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import yazl from 'yazl';
import { encodings } from '../../src-main/contract/reading.ts';
import { findEncoding } from '../../src-main/dataset/bytes/encoding.ts';
import { type BytesHow, openBytes } from '../../src-main/dataset/bytes/open.ts';
import { recordsIn, recordsOf } from '../support/records.ts';
import { temporaryFile, temporaryFolder } from '../support/temporary.ts';

async function textOf(content: Uint8Array | string, how: BytesHow = {}): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of openBytes(temporaryFile(content), how)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

async function zipOf(entries: Readonly<Record<string, string>>): Promise<string> {
  const path = join(temporaryFolder(), 'file.zip');
  const zip = new yazl.ZipFile();
  for (const [name, content] of Object.entries(entries)) zip.addBuffer(Buffer.from(content), name);
  zip.end();
  await once(zip.outputStream.pipe(createWriteStream(path)), 'close');
  return path;
}

const row = { text: 'Où est la clé ?', comment: '—' };
const line = `${JSON.stringify(row)}\n`;

describe('packing', () => {
  test('gzip of several members, zstd of several frames and a zip of one file are unpacked', async () => {
    const values = [row, row];
    expect((await recordsIn(Buffer.concat([gzipSync(line), gzipSync(line)]))).values).toEqual(values);
    expect((await recordsIn(Buffer.concat([zstdCompressSync(line), zstdCompressSync(line)]))).values).toEqual(values);
    const zip = await zipOf({ 'a/dump.jsonl': line + line, '__MACOSX/a/._dump.jsonl': 'x', 'a/README': 'about it' });
    expect((await recordsOf(zip)).values).toEqual(values);
  });

  test('a zip that says of its file that it goes on behind its end is damaged', async () => {
    const path = await zipOf({ 'a.jsonl': line });
    const bytes = readFileSync(path);
    // In the directory at its end: the size of what is packed.
    bytes.writeUInt32LE(1_000_000, bytes.indexOf(Buffer.from('PK\u0001\u0002')) + 20);
    writeFileSync(path, bytes);
    await expect(recordsOf(path)).rejects.toThrow("is damaged and can't be read. Nothing came in.");
  });

  test('a zip of several files names them', async () => {
    await expect(recordsOf(await zipOf({ 'a.csv': 'x', 'b.csv': 'y' }))).rejects.toThrow(/a\.csv, b\.csv.*unpack it/);
  });

  test('what a packed file had before it was cut off comes in, and the rest is told', async () => {
    const lines = Array.from({ length: 20_000 }, (_, n) => JSON.stringify({ n, random: Math.sin(n) })).join('\n');
    for (const packed of [gzipSync(lines), zstdCompressSync(lines)]) {
      const { values, others } = await recordsIn(packed.subarray(0, packed.length * 0.7));
      expect(values.length).toBeGreaterThan(5000);
      expect(values[5000]).toEqual({ n: 5000, random: Math.sin(5000) });
      expect(others.at(-1)?.[1]).toBe('file-damaged');
    }
  });

  test('what is not read is named', async () => {
    await expect(recordsIn(Buffer.from('BZh91AY&SY'))).rejects.toThrow('bzip2');
    await expect(recordsIn(Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0]))).rejects.toThrow('xz');
    await expect(recordsIn(Buffer.from('%PDF-1.4 '))).rejects.toThrow('PDF');
    await expect(recordsIn(gzipSync(gzipSync(line)))).rejects.toThrow('packed itself');
    await expect(recordsIn('')).rejects.toThrow('is empty');
    await expect(recordsIn(' \n \n')).rejects.toThrow('is empty');
  });

  test('how far the reading is counts in bytes of the file', async () => {
    const lines = Array.from({ length: 50_000 }, (_, n) => JSON.stringify({ n, random: Math.sin(n) })).join('\n');
    for (const content of [Buffer.from(lines), gzipSync(lines), zstdCompressSync(lines)]) {
      const path = temporaryFile(content);
      const told: number[] = [];
      for await (const _ of openBytes(path, {}, { onBytes: (bytes) => told.push(bytes) }));
      expect(told).toEqual(told.toSorted((a, b) => a - b));
      expect(told.at(-1)).toBe(statSync(path).size);
    }
  });

  test('reading stops where it is called off', async () => {
    const stop = new AbortController();
    stop.abort();
    const pieces = openBytes(temporaryFile(line), {}, { signal: stop.signal });
    await expect(pieces.next()).rejects.toThrow('stopped');
  });
});

describe('encoding', () => {
  const french = 'post;comment\nOù est la clé ?;À côté du café.\nQuel thé ?;Du vert, désolé.\n';

  test.each([
    ['utf-8', Buffer.from(french)],
    ['utf-8', Buffer.from(`\uFEFF${french}`)],
    ['utf-16le', Buffer.from(`\uFEFF${french}`, 'utf16le')],
    ['utf-16le', Buffer.from(french, 'utf16le')],
    ['utf-16be', utf16be(`\uFEFF${french}`)],
    ['utf-16be', utf16be(french)],
    ['windows-1252', Buffer.from(french, 'latin1')],
  ])('%s is found', async (encoding, bytes) => {
    expect(findEncoding(bytes, true)).toBe(encoding);
    expect(await textOf(bytes)).toBe(french);
  });

  test.each([
    [
      'windows-1251',
      [
        0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2, 0x2c, 0x20, 0xea, 0xe0, 0xea, 0x20, 0xe4, 0xe5, 0xeb, 0xe0, 0x3f, 0x20,
        0xd5, 0xee, 0xf0, 0xee, 0xf8, 0xee, 0x21, 0x20, 0xfd, 0xf2, 0xee, 0x20, 0xed, 0xe5, 0x20, 0xf2, 0xee, 0x20,
        0xf7, 0xf2, 0xee, 0x20, 0xf2, 0xfb, 0x20, 0xe4, 0xf3, 0xec, 0xe0, 0xe5, 0xf8, 0xfc,
      ],
      'Привет, как дела? Хорошо! это не то что ты думаешь',
    ],
    [
      'shift_jis',
      [
        0x93, 0xfa, 0x96, 0x7b, 0x8c, 0xea, 0x82, 0xcc, 0x83, 0x65, 0x83, 0x4c, 0x83, 0x58, 0x83, 0x67, 0x82, 0xc5,
        0x82, 0xb7, 0x81, 0x42, 0x82, 0xb1, 0x82, 0xea, 0x82, 0xcd, 0x83, 0x65, 0x83, 0x58, 0x83, 0x67, 0x82, 0xc5,
        0x82, 0xb7, 0x81, 0x42,
      ],
      '日本語のテキストです。これはテストです。',
    ],
  ] as const)('%s is found, and can be said', async (encoding, bytes, text) => {
    const content = Buffer.concat([Buffer.from('post,comment\n'), Buffer.from(bytes)]);
    expect(await textOf(content, { encoding })).toBe(`post,comment\n${text}`);
    expect(findEncoding(content, true)).toBe(encoding);
  });

  test('every encoding that can be said is decoded', async () => {
    for (const encoding of encodings) {
      const bytes =
        encoding === 'utf-16le'
          ? Buffer.from('abc', 'utf16le')
          : encoding === 'utf-16be'
            ? utf16be('abc')
            : Buffer.from('abc');
      expect([encoding, await textOf(bytes, { encoding })]).toEqual([encoding, 'abc']);
    }
  });

  test('a character that is cut at the end of the first bytes is UTF-8 all the same', () => {
    const bytes = Buffer.from('clé 🦊');
    for (let end = 1; end <= bytes.length; end += 1) expect(findEncoding(bytes.subarray(0, end), false)).toBe('utf-8');
    expect(findEncoding(bytes.subarray(0, bytes.length - 1), true)).not.toBe('utf-8');
  });

  test('a line of another encoding far below keeps its accents, and is told', async () => {
    const lines = Array.from({ length: 60_000 }, (_, n) => `post ${n},comment ${n}\n`).join('');
    const content = Buffer.concat([
      Buffer.from(`post,comment\n${lines}`),
      Buffer.from('Où,café\n', 'latin1'),
      Buffer.from('clé,thé\n'),
    ]);
    const { values, others } = await recordsIn(content);
    expect(values.slice(-2)).toEqual([
      { post: 'Où', comment: 'café' },
      { post: 'clé', comment: 'thé' },
    ]);
    expect(others).toEqual([[60_002, 'not-utf-8', 'Où,café']]);
    const said = await recordsIn(content, 'file', { encoding: 'utf-8' });
    expect(said.values.slice(-2, -1)).toEqual([{ post: 'O\uFFFD', comment: 'caf\uFFFD' }]);
    expect(said.others).toEqual([]);
  });

  test('a NUL byte does not cost its row', async () => {
    expect((await recordsIn('post,comment\na,b\0c\nd,e\n')).values).toEqual([
      { post: 'a', comment: 'b\0c' },
      { post: 'd', comment: 'e' },
    ]);
  });

  test('any text in UTF-8 and UTF-16 comes as it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }), async (text) => {
        const content = `post,comment\n${text}`;
        expect(await textOf(Buffer.from(content), { encoding: 'utf-8' })).toBe(content);
        expect(await textOf(Buffer.from(`\uFEFF${content}`, 'utf16le'))).toBe(content);
      }),
      { numRuns: 50 },
    );
  });
});
