import type { FileHandle } from 'node:fs/promises';
import { vectorWidth } from '../contract/engine.ts';
import { TiebreakError } from '../contract/errors.ts';
import { readLines } from '../dataset/lines.ts';
import { writeWholeFile } from '../disk/whole-file.ts';

export type EmbedFileReport = {
  readonly texts: number;
  /** The first of the rows that were left out; skippedCount counts them all. */
  readonly skipped: readonly { readonly line: number; readonly reason: string }[];
  readonly skippedCount: number;
};

export type EmbedFileOptions = {
  /** Vectors of texts, one after the other. */
  readonly embed: (texts: readonly string[]) => Promise<Float32Array>;
  readonly signal?: AbortSignal | undefined;
};

const textsAtOnce = 512;
const skipsListed = 10_000;
/** Digits that are enough to tell any two numbers of 32 bits apart. */
const digits = 9;

/**
 * Reads rows with a `text` and writes each as its text with its `embedding`. Memory doesn't grow with the file. The new file
 * appears whole or not at all. Rows without a text are left out and reported.
 */
export async function embedFile(file: string, out: string, options: EmbedFileOptions): Promise<EmbedFileReport> {
  const lines = readLines(file, { signal: options.signal });
  return writeWholeFile(out, async (handle) => {
    const report = await writeEmbedded(lines, handle, options);
    if (report.texts > 0) return report;
    const why = report.skipped[0];
    const message = why
      ? `No row of ${file} has a text: line ${why.line} ${why.reason}. Nothing was written.`
      : `The file ${file} is empty. Nothing was written.`;
    throw new TiebreakError('bad-input', message);
  });
}

async function writeEmbedded(
  lines: ReturnType<typeof readLines>,
  handle: FileHandle,
  { embed }: EmbedFileOptions,
): Promise<EmbedFileReport> {
  const skipped: { line: number; reason: string }[] = [];
  let [texts, skippedCount] = [0, 0];
  let waiting: string[] = [];
  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const vectors = await embed(waiting);
    let written = '';
    for (const [i, text] of waiting.entries()) {
      const vector = vectors.subarray(i * vectorWidth, (i + 1) * vectorWidth);
      const embedding = Array.from(vector, (value) => Number(value.toPrecision(digits)));
      written += `${JSON.stringify({ text, embedding })}\n`;
    }
    await handle.writeFile(written);
    texts += waiting.length;
    waiting = [];
  };
  for await (const line of lines) {
    const read = line.kind === 'skip' ? { reason: line.reason } : textOf(line.text);
    if (typeof read !== 'string') {
      skippedCount += 1;
      if (skipped.length < skipsListed) skipped.push({ line: line.line, reason: read.reason });
      continue;
    }
    waiting.push(read);
    if (waiting.length >= textsAtOnce) await flush();
  }
  await flush();
  return { texts, skipped, skippedCount };
}

/** The text of a row, or in a few words why it has none. */
function textOf(line: string): string | { readonly reason: string } {
  let row: { readonly text?: unknown } | null;
  try {
    row = JSON.parse(line.startsWith('\uFEFF') ? line.slice(1) : line) as typeof row;
  } catch {
    return { reason: 'is not valid JSON' };
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return { reason: 'is not an object' };
  if (typeof row.text === 'string') return row.text;
  return { reason: row.text === undefined ? 'has no text' : 'has a text that is not text' };
}
