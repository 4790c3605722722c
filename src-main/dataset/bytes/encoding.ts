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
  // A stray byte does not make another encoding of what is full of whole characters of UTF-8.
  if (isNearlyUtf8(bytes)) return 'utf-8';
  const found = guess(bytes);
  return found === 'windows-1252' && isMacRoman(bytes) ? 'macintosh' : found;
}

/** Whether most of the bytes beyond ASCII make whole characters of UTF-8: two or more of them rarely do so by chance. */
function isNearlyUtf8(bytes: Buffer): boolean {
  const text = bytes.toString();
  let [whole, broken] = [0, 0];
  for (const sign of text) {
    if (sign === '\uFFFD') broken += 1;
    else if (sign > '\u007F') whole += 1;
  }
  return whole > 2 * broken;
}

/**
 * Whether bytes are what old programs of Macs wrote: letters there are rare signs of Windows, and stand within words.
 * The bytes of é è ê à â ç ä ö ü ñ ô î are letters of hardly any language, or none at all, in windows-1252.
 */
function isMacRoman(bytes: Buffer): boolean {
  let [mac, other] = [0, 0];
  for (let at = 1; at < bytes.length; at += 1) {
    const byte = bytes[at]!;
    if (byte < 0x80) continue;
    const afterLetter = isLetter(bytes[at - 1]!);
    if (afterLetter && macLetters.has(byte) && isLetter(bytes[at + 1] ?? 0)) mac += 1;
    else if (byte >= 0xe0) other += 1;
  }
  return mac > 0 && mac > 2 * other;
}

const macLetters = new Set([0x87, 0x88, 0x89, 0x8a, 0x8d, 0x8e, 0x8f, 0x90, 0x99, 0x9a, 0x9f]);
const isLetter = (byte: number): boolean => (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a);

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
