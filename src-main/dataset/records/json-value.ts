/** Values nested deeper than this stay out: nothing that people write is. */
export const depthLimit = 200;

export type JsonValue = { readonly value: unknown } | { readonly wrong: 'json' | 'too-deep' };

/** A whole number of at least 16 digits, which a number of JavaScript may not hold. */
const bigInteger = /(?:^|[^\d.])\d{16}/;

/**
 * The value of a JSON text. Whole numbers that a number of JavaScript can't hold come as texts of their digits, since they are ids.
 * NaN and Infinity, which Python writes, are null.
 */
export function parseJson(text: string): JsonValue {
  const exact = bigInteger.test(text) ? outsideStrings(text, quoteBigIntegers) : text;
  const value = parsed(exact) ?? parsed(outsideStrings(exact, withoutNaN));
  if (value === undefined) return { wrong: 'json' };
  return mayBeDeep(exact) && deeperThan(value.value, depthLimit) ? { wrong: 'too-deep' } : value;
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

const quoteBigIntegers = (part: string): string =>
  part.replace(/-?\d[\d.eE+-]*/g, (number) =>
    /^-?\d{16,}$/.test(number) && !Number.isSafeInteger(Number(number)) ? `"${number}"` : number,
  );

const withoutNaN = (part: string): string => part.replace(/-?\bInfinity\b|\bNaN\b/g, 'null');

/** A JSON text with its parts outside of strings changed. */
function outsideStrings(text: string, change: (part: string) => string): string {
  const parts: string[] = [];
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('"', at);
    if (open === -1) break;
    const close = closingQuote(text, open + 1);
    parts.push(change(text.slice(at, open)), text.slice(open, close + 1));
    at = close + 1;
  }
  parts.push(change(text.slice(at)));
  return parts.join('');
}

function closingQuote(text: string, from: number): number {
  for (let close = text.indexOf('"', from); close !== -1; close = text.indexOf('"', close + 1)) {
    let backslashes = 0;
    while (text[close - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return close;
  }
  return text.length;
}

/** Whether there are enough brackets. Nearly all rows have few: looking for them costs nothing. */
function mayBeDeep(text: string): boolean {
  let count = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      count += 1;
      if (count > depthLimit) return true;
    }
  }
  return false;
}

function deeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((inner) => deeperThan(inner, levels - 1));
}
