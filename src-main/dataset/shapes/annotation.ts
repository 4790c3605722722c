import { isEntry, isSaid, type Named, saidOnly } from './entries.ts';

/** Who answered, when and how: what rows with answers say beside the answer itself, under its usual names. */

export const annotatorNames = [
  ...['annotator', 'annotatorid', 'annotatorname', 'worker', 'workerid', 'rater', 'raterid', 'labeler', 'labelerid'],
  ...['labeller', 'labellerid', 'judge', 'judgeid', 'judgehash', 'evaluator', 'evaluatorid', 'reviewer', 'reviewerid'],
  ...['coder', 'completedby', 'createdby', 'user', 'userid', 'username'],
] as const;
export const dateNames = [
  ...['createdat', 'annotatedat', 'submittedat', 'answeredat', 'timestamp', 'tstamp', 'datetime', 'date'],
  ...['createddate', 'created', 'updatedat'],
] as const;
const secondsNames = ['seconds', 'leadtime', 'durationseconds', 'timespent'] as const;
/** Numbers that tools count up are the same in each of their projects: they name an answer only together with its content. */
export const pairIdNames = [
  ...['annotationid', 'answerid', 'labelid', 'judgmentid', 'id', 'pairid', 'comparisonid', 'uid', 'uuid', 'exampleid'],
  ...['sampleid', 'rowid', 'battleid'],
] as const;

/** A person's name or id, where an entry stands for them. */
export function personIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 1 ? personIn(value[0]) : value.join(', ');
  return isEntry(value) ? (value.email ?? value.username ?? value.name ?? value.id) : value;
}

/** The fields of an answer that say who gave it, when, and by which id its pair goes. */
export function annotationOf(row: Named): Partial<Record<'annotator' | 'date' | 'seconds' | 'pair' | 'note', unknown>> {
  return saidOnly({
    annotator: personIn(row.get(...annotatorNames)),
    date: row.get(...dateNames),
    seconds: row.get(...secondsNames),
    pair: row.get(...pairIdNames),
    note: row.get('note', 'rationale', 'justification', 'explanation'),
  });
}

/** The fields of a post that rows of answers have beside its text. */
export function headOf(row: Named): Partial<Record<'id' | 'group' | 'split' | 'title' | 'context' | 'link', unknown>> {
  return saidOnly({
    id: row.get('postid', 'promptid'),
    group: row.get('group', 'groupid', 'thread'),
    split: row.get('split'),
    title: row.get('title', 'posttitle'),
    context: row.get('context'),
    link: row.get('posturl', 'permalink'),
  });
}

/** models of an answer, where at least one is named. */
export const modelsOf = (left: unknown, right: unknown): { models?: readonly unknown[] } =>
  isSaid(left) || isSaid(right) ? { models: [left ?? null, right ?? null] } : {};

/** A comment that a model wrote, where it is named. */
export const written = (text: unknown, author: unknown): { text: unknown; author?: unknown } =>
  isSaid(author) ? { text, author } : { text };
