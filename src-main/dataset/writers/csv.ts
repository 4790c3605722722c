import { type Cell, csvLines as linesOf } from '../../disk/spreadsheet.ts';
import type { ScoredPost } from './scored.ts';

const columns = ['id', 'group', 'split', 'title', 'text', 'context', 'comment', 'score', 'reward', 'votes'];

/** The line of column names. */
export function csvHeader(): string {
  return linesOf([columns]);
}

/** One record per comment. */
export function csvLines(post: ScoredPost): string {
  return linesOf(recordsOf(post));
}

/** The same, record by record: a record may hold line breaks in its cells. */
export function csvRecords(post: ScoredPost): readonly string[] {
  return recordsOf(post).map((record) => linesOf([record]));
}

function recordsOf(post: ScoredPost): readonly (readonly Cell[])[] {
  const head = [post.key, post.group, post.split, post.title, post.text, post.context];
  return post.comments.map(({ text, position, reward, votes }) => [...head, text, position, reward, votes]);
}
