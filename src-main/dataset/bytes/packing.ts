import { TiebreakError } from '../../contract/errors.ts';
import type { Packing } from '../../contract/reading.ts';

const packed: readonly (readonly [mark: string, packing: Packing])[] = [
  ['1f8b', 'gzip'],
  ['28b52ffd', 'zstd'],
  ['504b0304', 'zip'],
  ['504b0506', 'zip'],
];

const picture = 'a picture, which is not read: where its text is a table elsewhere, import that';

/** Beginnings of files that are not read, and what to do with them. */
const others: readonly (readonly [mark: string, what: string])[] = [
  ['425a68', 'packed with bzip2, which is not read: unpack it and import what is in it'],
  ['fd377a585a00', 'packed with xz, which is not read: unpack it and import what is in it'],
  ['377abcaf271c', 'a 7-Zip archive, which is not read: unpack it and import what is in it'],
  ['526172211a07', 'a RAR archive, which is not read: unpack it and import what is in it'],
  ['d0cf11e0a1b11ae1', "a spreadsheet of Excel's old kind (.xls): save it as .xlsx or CSV and import that"],
  ['53514c69746520666f726d6174', 'an SQLite database: write its table as CSV and import that'],
  ['89504e470d0a1a0a', picture],
  ['ffd8ff', picture],
  ['47494638', picture],
  ['25504446', 'a PDF, which is not read: write its rows as CSV or JSON and import that'],
];

/** What bytes are packed in, by how they begin. A spreadsheet is a zip as well. */
export function findPacking(bytes: Buffer): Packing {
  // A file of zstd may begin with frames that are to be skipped: 0x184D2A50 to 0x184D2A5F.
  if (bytes.length >= 4 && (bytes.readUInt32LE(0) & 0xfffffff0) === 0x184d2a50) return 'zstd';
  return packed.find(([mark]) => begins(bytes, mark))?.[1] ?? 'none';
}

/** Throws where a file is of a kind that is known and not read. */
export function refuseOthers(bytes: Buffer, path: string): void {
  const other = others.find(([mark]) => begins(bytes, mark));
  if (other) throw new TiebreakError('bad-input', `The file ${path} is ${other[1]}. Nothing came in.`);
}

function begins(bytes: Buffer, mark: string): boolean {
  return bytes.subarray(0, mark.length / 2).toString('hex') === mark;
}
