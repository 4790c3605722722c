import { createHash } from 'node:crypto';
import type { ShownOfPost, TextInput } from '../contract/engine.ts';
import type { Output } from '../disk/output.ts';
import { postInput } from '../recipe/pairs.ts';
import { afterSpace, elementsOf, membersOf, type Span, withMembers } from './json-edit.ts';
import { noText, type Rewritten, rewriteLines } from './rewrite-lines.ts';

export type ScoreFileReport = Rewritten & { readonly posts: number; readonly comments: number };

export type ScoreFileOptions = {
  readonly context: ShownOfPost;
  readonly score: (texts: readonly TextInput[]) => Promise<Float32Array>;
  readonly signal?: AbortSignal | undefined;
};

/** A row that can be scored: its text, where its comments are in it, and what the model reads. */
type Row = { readonly text: string; readonly spans: readonly Span[]; readonly texts: readonly TextInput[] };

const commentsAtOnce = 2048;
const charactersAtOnce = 8 << 20;

/**
 * Reads rows of CUP IT and writes them back with `reward` and `score` (the place, 0 is best) on each comment; everything else in a
 * row stays as it is written, character by character. Rows that can't be scored are left out and reported.
 */
export async function scoreFile(
  file: string,
  out: string | Output,
  { context, score, signal }: ScoreFileOptions,
): Promise<ScoreFileReport> {
  let [posts, comments] = [0, 0];
  let [characters, texts] = [0, 0];
  const rewritten = await rewriteLines<Row>(file, out, {
    read: (row, text) => {
      const read = readRow(row, text, context);
      if (typeof read === 'string') return { reason: read };
      texts += read.texts.length;
      characters += text.length;
      return read;
    },
    enough: () => texts >= commentsAtOnce || characters >= charactersAtOnce,
    write: async (rows) => {
      const rewards = await score(rows.flatMap((row) => row.texts));
      let at = 0;
      let written = '';
      for (const row of rows) {
        written += `${scoredRow(row, [...rewards.subarray(at, at + row.texts.length)])}\n`;
        at += row.texts.length;
      }
      posts += rows.length;
      comments += texts;
      characters = 0;
      texts = 0;
      return written;
    },
    nothing: 'could be scored',
    signal,
  });
  return { posts, comments, ...rewritten };
}

/** The row, or in a few words why it can't be scored. */
function readRow(row: Readonly<Record<string, unknown>>, text: string, context: ShownOfPost): Row | string {
  if (typeof row.text !== 'string') return noText(row.text);
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
