import type { Draw } from './draw.ts';

/** Numbers at the edges of what formats can say. */
const edges = [0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff] as const;

/**
 * Bytes that were whole, with a few things done to them that happen to files: bits turned, bytes written over, cut off, repeated, put in,
 * exchanged, filled with numbers at the edge, or grown together with another file.
 */
export function mutatedBytes(draw: Draw, whole: Uint8Array, other: Uint8Array = whole): Buffer<ArrayBuffer> {
  let bytes: Buffer<ArrayBuffer> = Buffer.from(whole);
  for (let left = 1 + draw.below(4); left > 0; left--) bytes = mutatedOnce(draw, bytes, other);
  return bytes;
}

function mutatedOnce(draw: Draw, bytes: Buffer<ArrayBuffer>, other: Uint8Array): Buffer<ArrayBuffer> {
  if (bytes.length === 0) return Buffer.from(other.subarray(0, draw.below(64)));
  const at = draw.below(bytes.length);
  const length = 1 + draw.below(Math.min(64, bytes.length - at));
  switch (draw.below(9)) {
    case 0:
      bytes[at] = bytes[at]! ^ (1 << draw.below(8));
      return bytes;
    case 1:
      for (let i = at; i < at + length; i++) bytes[i] = draw.below(256);
      return bytes;
    case 2:
      return bytes.subarray(0, at);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case 4:
      return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
    case 5:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(draw.one(pieces)), bytes.subarray(at)]);
    case 6: {
      const size = draw.one([1, 2, 4]);
      if (at + size > bytes.length) return bytes;
      const value = draw.one(edges) % 2 ** (8 * size);
      if (draw.chance(0.5)) bytes.writeUIntLE(value, at, size);
      else bytes.writeUIntBE(value, at, size);
      return bytes;
    }
    case 7: {
      const from = draw.below(other.length);
      return Buffer.concat([bytes.subarray(0, at), other.subarray(from, from + draw.below(512)), bytes.subarray(at)]);
    }
    default:
      return Buffer.from(bytes.fill(draw.one([0, 0x20, 0xff]), at, at + length));
  }
}

/** What formats are made of, and what programs stumble over. */
const pieces: readonly string[] = [
  ...[
    '"',
    '""',
    ',',
    ';',
    '\t',
    '\n',
    '\r\n',
    '\r',
    '\0',
    '\\',
    '\\"',
    '{',
    '}',
    '[',
    ']',
    '[[',
    ':',
    "'",
    '<',
    '>',
    '&',
  ],
  ...[
    'null',
    'true',
    '{}',
    '[]',
    '-0',
    '1e999',
    '-1',
    '9007199254740993',
    'NaN',
    '__proto__',
    'constructor',
    'toString',
  ],
  ...[
    '<!--',
    ']]>',
    '<![CDATA[',
    '<!DOCTYPE a [',
    '&#0;',
    '&#x110000;',
    '&lt;',
    '\ufeff',
    '\u2028',
    '\ud83d',
    'é',
    '\u202e',
  ],
  ...['\\ud800', '\\u0000', '**', '](', '![', '```', '| - |', '$$', '*_*_', '[^1]', '<a href="javascript:1">', '='],
];

/** Values that stand where another was expected. */
const strange: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1, 0.5, 1e308, -1e308, 2 ** 31, 2 ** 53, 1e21, Number.NaN],
  ...[
    '',
    ' ',
    '0',
    '-1',
    'null',
    '__proto__',
    'constructor',
    '\0',
    '\ud800',
    'x'.repeat(5000),
    '2024-13-45',
    'http://',
  ],
  ...[[], {}, [[]], [null], [{}], { length: -1 }, { toString: 1 }, [1, 'a', null]],
];

/** Keys among them that every object has. */
const keys = ['__proto__', 'constructor', 'toString', 'length', 'id', 'text', 'hasOwnProperty', '', '0'] as const;

/** A value of JSON in which one place or a few are other than they were. */
export function mutatedJson(draw: Draw, value: unknown): unknown {
  let changed = value;
  for (let left = 1 + draw.below(3); left > 0; left--) changed = withOtherPlace(draw, changed, 0);
  return changed;
}

function withOtherPlace(draw: Draw, value: unknown, depth: number): unknown {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (entries.length === 0 || draw.chance(0.12) || depth > 12) return otherValue(draw, value);
  const [key, inner] = draw.one(entries);
  if (Array.isArray(value)) {
    const list: unknown[] = [...value];
    const at = Number(key);
    const what = draw.below(10);
    if (what === 0) list.splice(at, 1);
    else if (what === 1) list.push(list[at]);
    else list[at] = withOtherPlace(draw, inner, depth + 1);
    return list;
  }
  const rest = Object.fromEntries(entries.filter(([name]) => name !== key));
  if (draw.chance(0.1)) return rest;
  const name = draw.chance(0.08) ? draw.one(keys) : key;
  const other = withOtherPlace(draw, inner, depth + 1);
  // As JSON.parse makes it: an own property, whatever it is called.
  return Object.defineProperty({ ...rest }, name, {
    value: other,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}

function otherValue(draw: Draw, value: unknown): unknown {
  if (draw.chance(0.05)) return nested(draw.one([50, 500, 3000]));
  if (typeof value === 'string' && draw.chance(0.4)) return mutatedBytes(draw, Buffer.from(value)).toString();
  if (typeof value === 'number' && draw.chance(0.4)) return draw.one([-value, value + 1, value * 1e6, `${value}`]);
  return draw.one(strange);
}

function nested(depth: number): unknown {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}
