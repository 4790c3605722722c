import { asText } from '../as-text.ts';
import type { RawComment, RawFact } from '../facts.ts';
import { decoded } from '../html.ts';
import { isGiven } from '../values.ts';
import { sure } from './entries.ts';
import { isRow, type Row } from './row.ts';
import type { Shape } from './shape.ts';

/**
 * Stack Exchange: the dumps' Posts.xml, tables of questions and of answers, what its API answers, and questions with their answers as a data set
 * of the hub has them. Answers are the comments. What is written under an answer is a reply to it; under a question, it answers nothing.
 */
export const stackExchange: Shape = {
  name: 'stack-exchange',
  title: 'Stack Exchange: questions and answers',
  fits: (sample) => {
    const { columns } = sample;
    if (columns && isTable(columns)) return 0.9;
    return sure(sample, 0.95, (row) => isOfApi(row) || isOfHub(row) || (!columns && isDumped(row)));
  },
  open: () => read,
};

/** Tables of a dump have its names, as they are written there or, out of BigQuery, in small letters. */
function isTable(columns: readonly string[]): boolean {
  const own = new Set(columns);
  const small = new Set(columns.map(inSmall));
  const has = (name: string): boolean => own.has(name) || (own.has('creation_date') && small.has(name.toLowerCase()));
  const owned = has('OwnerUserId') || has('CreationDate') || has('PostTypeId') || has('AcceptedAnswerId');
  return has('Id') && has('Body') && has('Score') && owned && (has('ParentId') || has('Title') || has('PostTypeId'));
}

const inSmall = (name: string): string => name.replaceAll('_', '');

const isDumped = (row: Row): boolean =>
  'Id' in row && ('PostTypeId' in row || ('PostId' in row && 'Text' in row) || ('Body' in row && 'Score' in row));
const isOfBigQuery = (row: Row): boolean => 'id' in row && 'creation_date' in row && ('body' in row || 'text' in row);
const isOfApi = (row: Row): boolean => {
  const hasText = 'body' in row || 'body_markdown' in row;
  if ('comment_id' in row) return 'post_id' in row && 'creation_date' in row;
  if ('answer_id' in row) return 'question_id' in row && hasText;
  return 'question_id' in row && (hasText || 'title' in row) && ('answers' in row || 'creation_date' in row);
};
/** HuggingFaceH4/stack-exchange-preferences. */
const isOfHub = (row: Row): boolean =>
  'qid' in row &&
  'question' in row &&
  Array.isArray(row.answers) &&
  row.answers.some((answer) => isRow(answer) && 'text' in answer && ('pm_score' in answer || 'selected' in answer));

function read(value: unknown): readonly RawFact[] {
  if (isRow(value) && isOfApi(value)) return ofApi(value);
  if (isRow(value) && isOfHub(value)) return ofHub(value);
  if (isRow(value) && isDumped(value)) return [ofDump(value)];
  if (isRow(value) && isOfBigQuery(value)) return [ofDump(fromBigQuery(value))];
  return [left('row', 'not-a-post', 'neither a question nor an answer', value)];
}

/** post_type_id as PostTypeId. */
function fromBigQuery(row: Row): Row {
  const named = (key: string): string => key.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [named(key), value]));
}

function ofDump(row: Row): RawFact {
  if ('PostId' in row && !('Body' in row)) return underQuestion(row.Text);
  const type = isThere(row.PostTypeId) ? asText(row.PostTypeId) : '';
  if (type !== '' && type !== '1' && type !== '2') {
    const reason = 'neither a question nor an answer, but a page of the site such as the text of a tag';
    return left('row', 'other-post', reason, row.Body);
  }
  const isAnswer = type === '2' || (type === '' && isThere(row.ParentId));
  return isAnswer ? answer(row) : question(row);
}

/** Tables that R wrote have NA where nothing is. */
const isThere = (value: unknown): boolean => isGiven(value) && value !== 'NA';
const nameOf = (id: unknown): unknown => (isThere(id) ? `se_${asText(id)}` : null);

function question(row: Row): RawFact {
  const post = {
    id: nameOf(row.Id),
    title: row.Title,
    text: row.Body,
    author: authorOf(row),
    date: row.CreationDate,
    accepted: nameOf(row.AcceptedAnswerId),
    html: true,
  };
  return { kind: 'post', post, comments: [], list: 'thread' };
}

function answer(row: Row): RawFact {
  const comment: RawComment = {
    id: nameOf(row.Id),
    text: row.Body,
    votes: row.Score,
    author: authorOf(row),
    date: row.CreationDate,
    html: true,
  };
  const post = nameOf(row.ParentId);
  return { kind: 'comment', post, parent: post, comment };
}

function authorOf({ OwnerDisplayName, OwnerUserId }: Row): unknown {
  if (isThere(OwnerDisplayName)) return OwnerDisplayName;
  return isThere(OwnerUserId) ? `user ${asText(OwnerUserId)}` : null;
}

function ofApi(row: Row): readonly RawFact[] {
  if ('comment_id' in row) return [underQuestion(row.body_markdown ?? row.body)];
  if ('answer_id' in row) {
    const { replies = [], ...comment } = answerOfApi(row);
    const post = nameOf(row.question_id);
    return [
      { kind: 'comment', post, parent: post, comment },
      ...replies.map((reply): RawFact => ({ kind: 'comment', post, parent: comment.id, comment: reply })),
    ];
  }
  const { answers, comments } = row;
  const accepted = row.accepted_answer_id ?? rowsOf(answers).find(({ is_accepted }) => is_accepted === true)?.answer_id;
  const post = {
    id: nameOf(row.question_id),
    title: row.title,
    text: row.body_markdown ?? row.body,
    author: ownerOf(row),
    date: row.creation_date,
    link: row.link,
    accepted: nameOf(accepted),
    // The API writes titles, names and Markdown with entities as well.
    html: true,
    htmlTitle: true,
  };
  return [
    { kind: 'post', post, comments: listOf(answers).map(answerOfApi), list: 'thread' },
    ...listOf(comments).map((one) => underQuestion(isRow(one) ? (one.body_markdown ?? one.body) : one)),
  ];
}

const listOf = (list: unknown): readonly unknown[] => (Array.isArray(list) ? list : []);
const rowsOf = (list: unknown): readonly Row[] => listOf(list).filter(isRow);

function answerOfApi(row: unknown): RawComment {
  if (!isRow(row)) return { text: row };
  const { answer_id, comments } = row;
  return {
    ...writtenOf(row),
    id: nameOf(answer_id),
    ...(Array.isArray(comments) ? { replies: comments.map(underAnswer) } : {}),
  };
}

function underAnswer(row: unknown): RawComment {
  if (!isRow(row)) return { text: row };
  const { comment_id } = row;
  // Comments are counted apart from questions and answers.
  return { ...writtenOf(row), id: isThere(comment_id) ? `se_comment_${asText(comment_id)}` : null };
}

/** What the API says alike of an answer and of a comment. */
function writtenOf(row: Row): RawComment {
  const { body, body_markdown, score, creation_date, link } = row;
  return { text: body_markdown ?? body, votes: score, author: ownerOf(row), date: creation_date, link, html: true };
}

function ownerOf({ owner }: Row): unknown {
  const name = isRow(owner) ? owner.display_name : null;
  return typeof name === 'string' ? decoded(name) : name;
}

function ofHub(row: Row): readonly RawFact[] {
  const answers = listOf(row.answers);
  const accepted = rowsOf(answers).find(({ selected }) => selected === true)?.answer_id;
  const links = listOf(row.metadata);
  const post = {
    id: nameOf(row.qid),
    text: row.question,
    date: row.date,
    link: links[0],
    accepted: nameOf(accepted),
    html: true,
  };
  return [{ kind: 'post', post, comments: answers.map(answerOfHub), list: 'thread' }];
}

function answerOfHub(row: unknown): RawComment {
  if (!isRow(row)) return { text: row };
  const { answer_id, text, pm_score, author } = row;
  return { id: nameOf(answer_id), text, votes: pm_score, author, html: true };
}

function underQuestion(text: unknown): RawFact {
  const reason = 'written under a question or an answer, which is no answer itself: left out';
  return { kind: 'left', of: 'reply', why: 'under-a-post', reason, text: typeof text === 'string' ? text : '' };
}

function left(of: 'row', why: string, reason: string, value: unknown): RawFact {
  return { kind: 'left', of, why, reason, text: typeof value === 'string' ? value : (JSON.stringify(value) ?? '') };
}
