import { isUtf8 } from 'node:buffer';
import { analyse } from 'chardet';
import { type Encoding, encodings } from '../../contract/reading.ts';

const marks: readonly (readonly [mark: readonly number[], encoding: Encoding])[] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];
/** chardet reads every byte several times: it is given less than the whole beginning. */
const judged = 16 * 1024;
/** Zero bytes where one half of a UTF-16 unit would be, as part of all units: Latin text has nearly only such. */
const zerosOfUtf16 = 0.3;

/**
 * The encoding of a text by its first bytes.
 * @param atEnd whether there is nothing after them: else a character may be cut at the end
 */
export function findEncoding(bytes: Buffer, atEnd: boolean): Encoding {
  const marked = marks.find(([mark]) => mark.every((byte, at) => bytes[at] === byte));
  if (marked) return marked[1];
  const wide = wideOf(bytes);
  if (wide) return wide;
  if (isUtf8(atEnd ? bytes : bytes.subarray(0, wholeUntil(bytes)))) return 'utf-8';
  return guess(bytes);
}

/** The length of a byte order mark. */
export function markLength(bytes: Buffer, encoding: Encoding): number {
  const found = marks.find(([mark, of]) => of === encoding && mark.every((byte, at) => bytes[at] === byte));
  return found ? found[0].length : 0;
}

function wideOf(bytes: Buffer): Encoding | null {
  const units = bytes.length >> 1;
  if (units === 0) return null;
  const zeros: [even: number, odd: number] = [0, 0];
  for (let at = 0; at < units * 2; at += 1) if (bytes[at] === 0) zeros[at % 2 === 0 ? 0 : 1] += 1;
  const [even, odd] = zeros;
  // Little endian has the zero of an ASCII character behind it. Stray NUL bytes fall on both sides, or are few.
  if (odd > units * zerosOfUtf16 && odd > 8 * even) return 'utf-16le';
  if (even > units * zerosOfUtf16 && even > 8 * odd) return 'utf-16be';
  return null;
}

/** Where the last whole character of UTF-8 ends. */
export function wholeUntil(bytes: Uint8Array): number {
  const last = Math.max(0, bytes.length - 4);
  for (let at = bytes.length - 1; at >= last; at -= 1) {
    const byte = bytes[at]!;
    if (byte < 0x80) return bytes.length;
    if (byte < 0xc0) continue;
    const wanted = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return bytes.length - at < wanted ? at : bytes.length;
  }
  return bytes.length;
}

/** What chardet calls an encoding, where we have another name for it, or read it as one that holds it. */
const otherNames: Readonly<Record<string, Encoding>> = {
  'iso-8859-1': 'windows-1252',
  'iso-8859-5': 'windows-1251',
  'koi8-r': 'windows-1251',
  gbk: 'gb18030',
};

/** Of what is not UTF-8. windows-1252 can hold any byte: it is also what is taken where nothing fits. */
function guess(bytes: Buffer): Encoding {
  // What is ASCII at the beginning says nothing.
  const first = bytes.findIndex((byte) => byte >= 0x80);
  const begin = Math.max(0, first - judged / 8);
  for (const { name, confidence } of analyse(bytes.subarray(begin, begin + judged))) {
    if (confidence < 10) break;
    const known = name.toLowerCase();
    const found = otherNames[known] ?? encodings.find((encoding) => encoding === known);
    if (found && !found.startsWith('utf')) return found;
  }
  return 'windows-1252';
}
