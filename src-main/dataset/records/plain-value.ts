/**
 * A value of a table with types as JSON would have it: whole numbers that a number of JavaScript can't hold as texts of their digits, times as ISO
 * texts, bytes as text, and null for what is missing.
 */
export function plainValue(value: unknown): unknown {
  switch (typeof value) {
    case 'undefined':
      return null;
    case 'bigint':
      return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value.toString();
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'object':
      return value === null ? null : plainObject(value);
    default:
      return value;
  }
}

function plainObject(value: object): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  if (Array.isArray(value)) return value.map(plainValue);
  if (ArrayBuffer.isView(value)) return [...(value as unknown as Iterable<unknown>)].map(plainValue);
  const plain: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) if (key !== '__proto__') plain[key] = plainValue(inner);
  return plain;
}
