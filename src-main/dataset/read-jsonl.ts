import { complaint } from '../common/complaint.ts';
import { choiceOf } from '../common/outcomes.ts';
import { counted } from '../common/words.ts';
import { type HtmlMode, htmlMode } from './html-mode.ts';
import { readLines } from './lines.ts';
import { contentKey, type Format, type PostRow, postHead, type ReadOptions, type Row, type Skip } from './row.ts';
import { cupitSchema, labelSchema, pairSchema } from './schemas.ts';

/** The rows of a JSONL file, one object per line. */
export async function* readJsonl(
  path: string,
  format: Exclude<Format, 'csv' | 'context'>,
  options: ReadOptions = {},
): AsyncGenerator<Row> {
  const html = htmlMode(options.html ?? false);
  const minComments = options.minComments ?? 2;
  for await (const line of readLines(path, options)) {
    if (line.kind === 'skip') {
      yield line;
      continue;
    }
    const value = parsed(line.text);
    if (value === undefined) yield { kind: 'skip', line: line.line, reason: 'is not valid JSON' };
    else if (format === 'cupit') yield cupitRow(value, line.line, html, minComments);
    else if (format === 'pairs') yield pairRow(value, line.line, html);
    else yield labelRow(value, line.line);
  }
}

/** The value of a JSON text, or undefined where it is broken. */
export function parsed(text: string): unknown {
  try {
    // Files that were joined may carry a byte order mark in the middle.
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text) as unknown;
  } catch {
    return undefined;
  }
}

function cupitRow(value: unknown, line: number, html: HtmlMode, minComments: number): PostRow | Skip {
  const found = cupitSchema.safeParse(html.turn(value, ['text', 'title', 'context'], 'comments'));
  if (!found.success) return { kind: 'skip', line, reason: complaint(found.error, 'the row') };
  const row = found.data;
  // Equal texts are one comment, and the first of them counts.
  const comments = new Map(row.comments.toReversed().map((comment) => [comment.text, comment]));
  if (comments.size < minComments) {
    return { kind: 'skip', line, reason: tooFew(row.comments.length, comments.size, minComments) };
  }
  const { title = null, context = null } = row;
  return {
    kind: 'post',
    line,
    post: postHead({ ...row, title, context }),
    comments: row.comments
      .filter((comment) => comments.get(comment.text) === comment)
      .map(({ text, score = null, votes = null }) => ({ text, rank: score, votes })),
    html: html.seen([row.text, title, context, ...row.comments.map((comment) => comment.text)]),
  };
}

function tooFew(given: number, different: number, wanted: number): string {
  if (given > different && given >= wanted)
    return `has only ${different === 1 ? 'one comment' : 'comments'} with different text`;
  const number = given === 0 ? 'no comment' : given === 1 ? 'only one comment' : `only ${counted(given, 'comment')}`;
  return `has ${number}`;
}

/** A pair from one row, of a JSONL or a CSV file. */
export function pairRow(value: unknown, line: number, html: HtmlMode): Row {
  const found = pairSchema.safeParse(html.turn(value, ['prompt', 'chosen', 'rejected', 'title', 'context']));
  if (!found.success) return { kind: 'skip', line, reason: complaint(found.error, 'the row') };
  const { id, prompt, chosen, rejected, group, split, title = null, context = null } = found.data;
  if (chosen === rejected) return { kind: 'skip', line, reason: 'chosen and rejected are the same text' };
  // The id is the pair's own: many pairs share one post.
  const post = postHead({ title, text: prompt, context, group, split });
  return {
    kind: 'pair',
    line,
    post,
    chosen,
    rejected,
    labelKey: contentKey('pair', id ?? null, post.key, chosen, rejected),
    html: html.seen([prompt, chosen, rejected, title, context]),
  };
}

function labelRow(value: unknown, line: number): Row {
  const found = labelSchema.safeParse(value);
  if (!found.success) return { kind: 'skip', line, reason: complaint(found.error, 'the row') };
  const {
    id,
    post,
    text,
    title = null,
    context = null,
    group,
    split,
    bothBad = false,
    note = '',
    again = false,
    ...label
  } = found.data;
  if (post === undefined && text === undefined) return { kind: 'skip', line, reason: 'post is missing' };
  if (label.left === label.right) return { kind: 'skip', line, reason: 'left and right are the same text' };
  if (bothBad && label.outcome !== 'tie')
    return { kind: 'skip', line, reason: 'bothBad is true and outcome is not tie' };
  const head = text === undefined ? null : postHead({ id: post, title, text, context, group, split });
  const postKey = post ?? head!.key;
  return {
    kind: 'label',
    line,
    postKey,
    post: head,
    left: label.left,
    right: label.right,
    choice: choiceOf({ outcome: label.outcome, bothBad }),
    annotator: label.annotator,
    origin: label.origin,
    createdAt: label.createdAt,
    durationMs: label.durationMs,
    revokedAt: label.revokedAt,
    note,
    again,
    // Fields that came later take part only where they say something, so that rows from before keep their keys.
    labelKey:
      id ??
      contentKey(
        'label',
        postKey,
        ...Object.values(label),
        ...(bothBad ? ['bad'] : []),
        ...(note ? [note] : []),
        ...(again ? ['again'] : []),
      ),
  };
}
