import { stringify } from 'csv-stringify/sync';
import type { ScoredPost } from './scored.ts';

const columns = ['id', 'group', 'split', 'title', 'text', 'context', 'comment', 'score', 'reward', 'votes'];

/** The line of column names. */
export function csvHeader(): string {
  return stringify([columns], { record_delimiter: '\r\n' });
}

/** One record per comment. A cell of text that a spreadsheet would take for a formula gets an apostrophe in front. */
export function csvLines(post: ScoredPost): string {
  return written(recordsOf(post));
}

/** The same, record by record: a record may hold line breaks in its cells. */
export function csvRecords(post: ScoredPost): readonly string[] {
  return recordsOf(post).map((record) => written([record]));
}

function recordsOf(post: ScoredPost): readonly (string | number | null)[][] {
  const head = [post.key, post.group, post.split, post.title, post.text, post.context].map(inert);
  return post.comments.map((comment) => [
    ...head,
    inert(comment.text),
    comment.position,
    comment.reward,
    comment.votes,
  ]);
}

function written(records: readonly (string | number | null)[][]): string {
  return stringify([...records], { record_delimiter: '\r\n', quoted_match: /[\r\n]/ });
}

/** The text so that a spreadsheet shows it and never runs it; the reader takes the apostrophe off again. */
export function inert(text: string | null): string | null {
  return text !== null && /^'*[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
}
