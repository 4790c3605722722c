/** Tables of what was measured, in docs/quality.md. */

import { readFileSync, writeFileSync } from 'node:fs';

/** Puts a table in its place, between the comments that name it. */
export function intoQuality(name: string, table: string): void {
  const page = new URL('../../docs/quality.md', import.meta.url);
  const text = readFileSync(page, 'utf8');
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  if (!text.includes(begin) || !text.includes(end)) throw new Error(`docs/quality.md has no place for ${name}.`);
  writeFileSync(
    page,
    `${text.slice(0, text.indexOf(begin) + begin.length)}\n${table}\n${text.slice(text.indexOf(end))}`,
  );
}

/** The mean of independent values, and half its 95% interval. */
export function intervalOf(values: readonly number[]): { readonly mean: number; readonly half: number } {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, half: 1.96 * Math.sqrt(squares / (values.length - 1) / values.length) };
}

/** A share of 1 with three digits: .754. */
export const digits = (share: number): string => share.toFixed(3).replace(/^0/, '');
