import type { FileHandle } from 'node:fs/promises';
import { TiebreakError } from '../contract/errors.ts';
import { readLines } from '../dataset/lines.ts';
import type { Output } from '../disk/output.ts';
import { writeWholeFile } from '../disk/whole.ts';

/** What became of the rows of a file. */
export type Rewritten = {
  /** The first of the rows that were left out; skippedCount counts them all. */
  readonly skipped: readonly { readonly line: number; readonly reason: string }[];
  readonly skippedCount: number;
};

export type Rewriting<R> = {
  /** What a row of JSON is taken for, or in a few words why it is left out. */
  readonly read: (row: Readonly<Record<string, unknown>>, text: string) => R | { readonly reason: string };
  /** Whether so many rows are enough to be written at once. */
  readonly enough: (rows: readonly R[]) => boolean;
  /** The lines of these rows, with their ends. */
  readonly write: (rows: readonly R[]) => Promise<string>;
  /** What no row of a file did, as the middle of a sentence: 'has a text'. */
  readonly nothing: string;
  readonly signal?: AbortSignal | undefined;
};

const skipsListed = 10_000;

/**
 * Reads a file of JSON Lines and writes one made of it, which appears whole or not at all. Memory doesn't grow with the file. Rows
 * that can't be used are left out and reported.
 * @throws TiebreakError bad-input where not one row could be used
 */
export async function rewriteLines<R>(file: string, out: string | Output, rewriting: Rewriting<R>): Promise<Rewritten> {
  const lines = readLines(file, { signal: rewriting.signal });
  return writeWholeFile(out, async (handle) => {
    const { written, ...report } = await rewrite(lines, handle, rewriting);
    if (written > 0) return report;
    const why = report.skipped[0];
    const message = why
      ? `No row of ${file} ${rewriting.nothing}: line ${why.line} ${why.reason}. Nothing was written.`
      : `The file ${file} is empty. Nothing was written.`;
    throw new TiebreakError('bad-input', message);
  });
}

async function rewrite<R>(
  lines: ReturnType<typeof readLines>,
  handle: FileHandle,
  { read, enough, write }: Rewriting<R>,
): Promise<Rewritten & { readonly written: number }> {
  const skipped: { line: number; reason: string }[] = [];
  let [written, skippedCount] = [0, 0];
  let waiting: R[] = [];
  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return;
    await handle.writeFile(await write(waiting));
    written += waiting.length;
    waiting = [];
  };
  for await (const line of lines) {
    const row = line.kind === 'skip' ? { reason: line.reason } : readRow(line.text, read);
    if (isLeftOut(row)) {
      skippedCount += 1;
      if (skipped.length < skipsListed) skipped.push({ line: line.line, reason: row.reason });
      continue;
    }
    waiting.push(row);
    if (enough(waiting)) await flush();
  }
  await flush();
  return { written, skipped, skippedCount };
}

function readRow<R>(line: string, read: Rewriting<R>['read']): R | { readonly reason: string } {
  const text = line.startsWith('\uFEFF') ? line.slice(1) : line;
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch {
    return { reason: 'is not valid JSON' };
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return { reason: 'is not an object' };
  return read(row as Record<string, unknown>, text);
}

function isLeftOut<R>(row: R | { readonly reason: string }): row is { readonly reason: string } {
  return typeof row === 'object' && row !== null && 'reason' in row;
}

/** In a few words, why a row has no text. */
export const noText = (text: unknown): string => (text === undefined ? 'has no text' : 'has a text that is not text');
