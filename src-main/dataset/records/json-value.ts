import { laxValue } from '../written-value.ts';

/** Values nested deeper than this stay out: nothing that people write is. */
export const depthLimit = 200;

/** More lists and objects than this are no record, and would take far more memory than their text. */
const bracketsAtMost = 1_000_000;

export type JsonValue = { readonly value: unknown } | { readonly wrong: 'not-json' | 'too-deep' };

/** A whole number of at least 16 digits, which a number of JavaScript may not hold. */
const bigInteger = /(?:^|[^\d.])\d{16}/;

/**
 * The value of a JSON text. Whole numbers that a number of JavaScript can't hold come as texts of their digits, since they are ids.
 * NaN and Infinity, which Python writes, are null; so does it write whole rows, and people JSON with comments and commas too many.
 */
export function parseJson(text: string): JsonValue {
  if (hasManyBrackets(text) && isTooDeep(text)) return { wrong: 'too-deep' };
  const exact = bigInteger.test(text) ? outsideStrings(text, quoteBigIntegers) : text;
  const found = parsed(exact) ?? parsed(outsideStrings(exact, withoutNaN));
  if (found) return found;
  const lax = /^\s*[[{]/.test(text) ? laxValue(exact) : undefined;
  return lax === undefined ? { wrong: 'not-json' } : { value: lax };
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

/** Whether there are enough brackets to be too deep. Nearly all rows have few: looking for them costs nothing. */
function hasManyBrackets(text: string): boolean {
  let count = 0;
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      count += 1;
      if (count > depthLimit) return true;
    }
  }
  return false;
}

/** It is looked at before it is parsed: what is nested a million levels takes more memory than there is. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case 0x22:
        at = closingQuote(text, at + 1);
        break;
      case 0x5b:
      case 0x7b:
        depth += 1;
        count += 1;
        if (depth > depthLimit || count > bracketsAtMost) return true;
        break;
      case 0x5d:
      case 0x7d:
        depth -= 1;
        break;
    }
  }
  return false;
}
