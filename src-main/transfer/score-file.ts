import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { ContextMode } from '../contract/calls.ts';
import type { TextInput } from '../contract/engine.ts';
import { TiebreakError } from '../contract/errors.ts';
import { readLines } from '../dataset/lines.ts';
import { writeWholeFile } from '../disk/whole-file.ts';
import { postInput } from '../recipe/pairs.ts';
import { afterSpace, elementsOf, membersOf, type Span, withMembers } from './json-edit.ts';

export type ScoreFileReport = {
  readonly posts: number;
  readonly comments: number;
  /** The first of the rows that were left out; skippedCount counts them all. */
  readonly skipped: readonly { readonly line: number; readonly reason: string }[];
  readonly skippedCount: number;
};

export type ScoreFileOptions = {
  readonly context: ContextMode;
  readonly score: (texts: readonly TextInput[]) => Promise<Float32Array>;
  readonly signal?: AbortSignal | undefined;
};

/** A row that can be scored: its text, where its comments are in it, and what the model reads. */
type Row = { readonly text: string; readonly spans: readonly Span[]; readonly texts: readonly TextInput[] };

const commentsAtOnce = 2048;
const charactersAtOnce = 8 << 20;
const skipsListed = 10_000;

/**
 * Reads rows of CUP IT and writes them back with `reward` and `score` (the place, 0 is best) on each comment; everything
 * else in a row stays as it is written, character by character. Memory doesn't grow with the file. The new file appears
 * whole or not at all. Rows that can't be scored are left out and reported.
 */
export async function scoreFile(file: string, out: string, options: ScoreFileOptions): Promise<ScoreFileReport> {
  const lines = readLines(file, { signal: options.signal });
  return writeWholeFile(out, async (handle) => {
    const report = await writeScored(lines, handle, options);
    if (report.posts > 0) return report;
    const why = report.skipped[0];
    const message = why
      ? `No row of ${file} could be scored: line ${why.line} ${why.reason}. Nothing was written.`
      : `The file ${file} is empty. Nothing was written.`;
    throw new TiebreakError('bad-input', message);
  });
}

async function writeScored(
  lines: ReturnType<typeof readLines>,
  handle: FileHandle,
  { context, score }: ScoreFileOptions,
): Promise<ScoreFileReport> {
  const skipped: { line: number; reason: string }[] = [];
  let [posts, comments, skippedCount, characters, texts] = [0, 0, 0, 0, 0];
  let waiting: Row[] = [];
  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const rewards = await score(waiting.flatMap((row) => row.texts));
    let at = 0;
    let written = '';
    for (const row of waiting) {
      written += `${scoredRow(row, [...rewards.subarray(at, at + row.texts.length)])}\n`;
      at += row.texts.length;
    }
    await handle.writeFile(written);
    posts += waiting.length;
    comments += texts;
    waiting = [];
    characters = 0;
    texts = 0;
  };
  for await (const line of lines) {
    const row = line.kind === 'skip' ? line.reason : readRow(line.text, context);
    if (typeof row === 'string') {
      skippedCount += 1;
      if (skipped.length < skipsListed) skipped.push({ line: line.line, reason: row });
      continue;
    }
    waiting.push(row);
    texts += row.texts.length;
    characters += row.text.length;
    if (texts >= commentsAtOnce || characters >= charactersAtOnce) await flush();
  }
  await flush();
  return { posts, comments, skipped, skippedCount };
}

/** The row, or in a few words why it can't be scored. */
function readRow(line: string, context: ContextMode): Row | string {
  const text = line.startsWith('\uFEFF') ? line.slice(1) : line;
  let row: Record<string, unknown>;
  try {
    row = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return 'is not valid JSON';
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return 'is not an object';
  if (typeof row.text !== 'string') return row.text === undefined ? 'has no text' : 'has a text that is not text';
  if (!Array.isArray(row.comments)) return 'has no list of comments';
  if (row.comments.length === 0) return 'has no comment';
  const post = postInput({ title: textOrNull(row.title), text: row.text, context: textOrNull(row.context) }, context);
  const texts: TextInput[] = [];
  for (const [i, comment] of (row.comments as (Record<string, unknown> | null)[]).entries()) {
    const said = comment?.text;
    if (typeof said !== 'string') return `has a comment without text (comments[${i}])`;
    texts.push({ post, comment: said });
  }
  const member = membersOf(text, afterSpace(text, 0)).findLast(({ key }) => key === 'comments')!;
  return { text, texts, spans: elementsOf(text, member.value.start) };
}

function scoredRow({ text, spans, texts }: Row, rewards: readonly number[]): string {
  const places = placesOf(texts, rewards);
  let result = '';
  let at = 0;
  for (const [i, { start, end }] of spans.entries()) {
    const values = { reward: rewards[i]!, score: places[i]! };
    result += text.slice(at, start) + withMembers(text.slice(start, end), values);
    at = end;
  }
  return result + text.slice(at);
}

/** The place of each comment. Equal rewards are ordered by a hash of the text, so that the file's order tells nothing. */
function placesOf(texts: readonly TextInput[], rewards: readonly number[]): number[] {
  const hashes = texts.map(({ comment }) => createHash('sha256').update(comment).digest('hex'));
  const order = rewards
    .map((_, i) => i)
    .sort((a, b) => rewards[b]! - rewards[a]! || (hashes[a]! < hashes[b]! ? -1 : hashes[a] === hashes[b] ? a - b : 1));
  const places = new Array<number>(order.length);
  for (const [place, i] of order.entries()) places[i] = place;
  return places;
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
