import type { RawComment, RawFact } from '../facts.ts';
import { decoded } from '../html.ts';
import { isRow, type Row } from './row.ts';
import type { Sample, Shape } from './shape.ts';

/**
 * Stack Exchange: the dumps' Posts.xml, tables of questions and of answers, and what its API answers. Answers are the comments; what is
 * written under questions and answers there is left out, since it doesn't answer the question.
 */
export const stackExchange: Shape = {
  name: 'stack-exchange',
  title: 'Stack Exchange: questions and answers',
  fits: ({ values, columns }: Sample) => {
    const rows = values.filter(isRow);
    if (rows.length === 0) return 0;
    if (columns) return isTable(columns) ? 0.85 : 0;
    return rows.every((row) => isDumped(row) || isOfApi(row)) ? 0.95 : 0;
  },
  open: () => read,
};

/** Tables of a dump have its names, as they are written there. */
function isTable(columns: readonly string[]): boolean {
  const has = (name: string): boolean => columns.includes(name);
  const owned = has('OwnerUserId') || has('CreationDate') || has('PostTypeId') || has('AcceptedAnswerId');
  return has('Id') && has('Body') && has('Score') && owned && (has('ParentId') || has('Title') || has('PostTypeId'));
}

const isDumped = (row: Row): boolean =>
  'Id' in row && ('PostTypeId' in row || ('PostId' in row && 'Text' in row) || ('Body' in row && 'Score' in row));
const isOfApi = (row: Row): boolean =>
  'question_id' in row &&
  ('answer_id' in row || 'title' in row || 'answers' in row) &&
  ('body' in row || 'body_markdown' in row || 'title' in row);

function read(value: unknown): readonly RawFact[] {
  if (isRow(value) && isOfApi(value)) return ofApi(value);
  if (!isRow(value) || !isDumped(value)) return [left('row', 'not-a-post', 'neither a question nor an answer', value)];
  if ('PostId' in value && !('Body' in value)) return [underPost(value.Text)];
  const type = String(value.PostTypeId ?? '');
  if (type !== '' && type !== '1' && type !== '2') {
    return [
      left(
        'row',
        'other-post',
        'neither a question nor an answer, but a page of the site such as the text of a tag',
        value.Body,
      ),
    ];
  }
  const isAnswer = type === '2' || (type === '' && isGiven(value.ParentId));
  return [isAnswer ? answer(value) : question(value)];
}

const isGiven = (value: unknown): boolean => value !== null && value !== undefined && value !== '' && value !== 'NA';
const nameOf = (id: unknown): unknown => (isGiven(id) ? `se_${String(id)}` : null);

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
  if (isGiven(OwnerDisplayName)) return OwnerDisplayName;
  return isGiven(OwnerUserId) ? `user ${String(OwnerUserId)}` : null;
}

function ofApi(row: Row): readonly RawFact[] {
  if ('answer_id' in row) {
    const post = nameOf(row.question_id);
    return [{ kind: 'comment', post, parent: post, comment: answerOfApi(row) }, ...under(row.comments)];
  }
  const answers = Array.isArray(row.answers) ? row.answers.filter(isRow) : [];
  const accepted = row.accepted_answer_id ?? answers.find(({ is_accepted }) => is_accepted === true)?.answer_id;
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
    { kind: 'post', post, comments: answers.map(answerOfApi), list: 'thread' },
    ...under(row.comments),
    ...answers.flatMap(({ comments }) => under(comments)),
  ];
}

function answerOfApi(row: Row): RawComment {
  const { answer_id, body, body_markdown, score, creation_date, link } = row;
  return {
    id: nameOf(answer_id),
    text: body_markdown ?? body,
    votes: score,
    author: ownerOf(row),
    date: creation_date,
    link,
    html: true,
  };
}

function ownerOf({ owner }: Row): unknown {
  const name = isRow(owner) ? owner.display_name : null;
  return typeof name === 'string' ? decoded(name) : name;
}

const under = (comments: unknown): readonly RawFact[] =>
  Array.isArray(comments) ? comments.filter(isRow).map((row) => underPost(row.body_markdown ?? row.body)) : [];

function underPost(text: unknown): RawFact {
  const reason = 'written under a question or an answer, which is no answer itself: left out';
  return { kind: 'left', of: 'reply', why: 'under-a-post', reason, text: typeof text === 'string' ? text : '' };
}

function left(of: 'row', why: string, reason: string, value: unknown): RawFact {
  return { kind: 'left', of, why, reason, text: typeof value === 'string' ? value : (JSON.stringify(value) ?? '') };
}
