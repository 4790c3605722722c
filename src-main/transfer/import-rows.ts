import type { NewPost } from '../contract/records.ts';
import { type CommentFact, hasFigure, type PostFact, type ReadComment } from '../dataset/facts.ts';
import type { RecordFacts } from '../dataset/read.ts';
import { reasons } from '../dataset/reasons.ts';
import { shown } from '../dataset/sift.ts';
import { splitOf } from '../dataset/split.ts';
import { addCommentUnder, replyHead } from '../store/add-comment.ts';
import { addPost } from '../store/add-post.ts';
import type { AddedUnder, CommentOutcome } from '../store/adding.ts';
import { takeAnswer } from './import-answers.ts';
import { takeContext } from './import-contexts.ts';
import {
  conflictOf,
  countPost,
  type Import,
  leave,
  leaveWithRow,
  newComment,
  newPost,
  withoutErased,
} from './import-into.ts';
import { takeReward } from './import-rewards.ts';
import { report, type Tally } from './tally.ts';

/** Adds what one record says to the store and to the tally. A row of which nothing came in stays out with what is in it. */
export function take(into: Import, { row, facts }: RecordFacts): void {
  const { tally, brought } = into;
  const before = partsOf(tally) + brought.filled;
  let isLeft = false;
  let alone = false;
  for (const fact of facts) {
    if (fact.kind === 'post') {
      const isIn = takePost(into, fact) !== null;
      isLeft ||= !isIn;
      alone ||= isIn && fact.comments.length === 0;
    } else if (fact.kind === 'comment') takeComment(into, fact);
    else if (fact.kind === 'answer') takeAnswer(into, fact);
    else if (fact.kind === 'context') takeContext(into, fact);
    else if (fact.kind === 'reward') takeReward(into, fact);
    else {
      report(tally, fact);
      isLeft ||= fact.kind === 'left' && fact.of === 'row';
    }
  }
  if (!row || isLeft) return;
  // A post by itself has its text, or waits for its comments.
  const isIn = alone && !facts.some((fact) => fact.kind === 'left');
  if (isIn || partsOf(tally) + brought.filled > before) tally.imported.row += 1;
  else leave(into, 'row', 'with-parts', reasons['with-parts'], { line: facts[0]?.line ?? 0, text: '' });
}

/** What came in of rows, and posts that wait for their comments. */
function partsOf({ imported: { comment, reply, answer, context, reward }, kinds }: Tally): number {
  return comment + reply + answer + context + reward + (kinds.get('row waiting')?.count ?? 0);
}

/** The number of the post; null where its row was left out. */
function takePost(into: Import, { line, post, comments, list }: PostFact): number | null {
  const head = newPost(into, post);
  if (head.text === '' && post.text !== '') {
    const reason = 'the text of a post, erased on request; what stands under it is read';
    report(into.tally, { kind: 'noted', of: 'row', why: 'text-erased', reason, line, text: '' });
  }
  const id = takeHead(into, { ...head, comments: comments.map(newComment) }, { line, list }, comments, 'comment');
  if (id !== null) takeReplies(into, { ...head, id }, comments, line);
  return id;
}

type Answered = Omit<NewPost, 'comments'> & { readonly id: number; readonly root?: string };

/** Each comment that was answered becomes a post, and the answers its comments. */
function takeReplies(into: Import, post: Answered, comments: readonly ReadComment[], line: number): void {
  for (const comment of comments) {
    const { replies } = comment;
    if (replies.length === 0) continue;
    const head = withoutErased(into.store, replyHead(post, newComment(comment)));
    const id = takeHead(
      into,
      { ...head, comments: replies.map(newComment) },
      { line, list: 'thread' },
      replies,
      'reply',
    );
    if (id !== null) takeReplies(into, { ...head, id }, replies, line);
  }
}

function takeHead(
  into: Import,
  post: NewPost,
  { line, list }: { readonly line: number; readonly list: 'row' | 'thread' },
  comments: readonly ReadComment[],
  noun: 'comment' | 'reply',
): number | null {
  const { tally } = into;
  const added = addPost(into.store, post, { importId: into.id, line, list });
  if (added.outcome === 'erased') {
    if (noun === 'comment') leave(into, 'row', 'erased', reasons.erased, { line, text: '' });
    leaveWithRow(into, comments, noun, line);
    return null;
  }
  if (added.outcome === 'conflict' || added.outcome === 'alone') {
    if (noun === 'comment') {
      const [why, reason, detail] = added.outcome === 'alone' ? noComments : conflictOf(post.key);
      leave(into, 'row', why, reason, { line, text: post.text }, detail);
    }
    leaveWithRow(into, comments, noun, line);
    return null;
  }
  countPost(into, added, post.split);
  if (added.outcome === 'waiting') {
    const reason = 'a post by itself: its comments stand in other rows, or in another file';
    report(tally, { kind: 'noted', of: 'row', why: 'waiting', reason, line, text: shown(post.title ?? post.text) });
  }
  if (added.outcome === 'known' && post.keyGiven === false && into.lastKey !== post.key) {
    const reason =
      'the text of a post that was there before, without an id that tells whether it is the same; a column that tells them apart can be named (--map date=thread)';
    report(tally, { kind: 'noted', of: 'row', why: 'text-recurs', reason, line, text: shown(post.text) });
  }
  into.lastKey = post.key;
  for (const [at, outcome] of added.comments.entries()) count(into, outcome, comments[at]!, noun, line);
  return added.postId ?? 0;
}

const noComments = ['no-comments', 'no comment, left out', undefined] as const;
function count(
  into: Import,
  outcome: CommentOutcome,
  comment: ReadComment,
  noun: 'comment' | 'reply',
  line: number,
): void {
  const { tally, brought } = into;
  if (outcome === 'same') {
    leave(into, noun, 'same-text', 'the same text twice under one post: one comment, with the larger votes', {
      line,
      text: comment.text,
    });
    if (hasFigure(comment)) leave(into, 'vote', 'with-comment', reasons['with-comment'], { line, text: '' });
    return;
  }
  if (outcome === 'erased') {
    // Its text is not repeated: it was erased.
    leave(into, noun, 'erased', reasons.erased, { line, text: '' });
    if (hasFigure(comment)) leave(into, 'vote', 'with-comment', reasons['with-comment'], { line, text: '' });
    return;
  }
  tally.imported[noun] += 1;
  if (hasFigure(comment)) tally.imported.vote += 1;
  if (outcome === 'new') brought.comments += 1;
  if (outcome === 'updated') brought.updated += 1;
  if (outcome === 'edited') {
    const reason = 'another text than before for a comment with this id; the one that was here first stays';
    report(tally, { kind: 'noted', of: noun, why: 'edited', reason, line, text: shown(comment.text) });
  }
}

function takeComment(into: Import, { line, post, parent, group, comment }: CommentFact): void {
  const { tally, brought } = into;
  const added = addCommentUnder(
    into.store,
    {
      post,
      parent,
      group,
      split: (name) => into.split ?? splitOf(name),
      comment: newComment(comment),
      replies: into.replies,
    },
    { importId: into.id, line, list: 'thread' },
  );
  const noun = added.reply ? 'reply' : 'comment';
  if (added.turned > 0 || added.gone > 0) turn(into, added, line);
  brought.posts += [added.post, added.head].filter((post) => post !== 'known').length - added.postsTaken;
  // It was reported when it was read.
  if (added.outcome === 'deleted') return;
  if (added.reply) {
    tally.read.comment -= 1;
    tally.read.reply += 1;
  }
  if (added.outcome === 'nowhere' || added.outcome === 'left') {
    if (added.outcome === 'left') leave(into, 'reply', ...replyLeft(into), { line, text: comment.text });
    else
      leave(into, noun, 'nowhere', 'names no post and no comment that it stands under', { line, text: comment.text });
    if (hasFigure(comment)) leave(into, 'vote', 'with-reply', reasons['with-reply'], { line, text: '' });
    return;
  }
  count(into, added.outcome, comment, noun, line);
}

/** Replies stay out on request, or where what they answer does. */
const replyLeft = ({ replies }: Import): [string, string] => {
  const why = replies === 'leave' ? 'reply-left' : 'reply-of-none';
  return [why, reasons[why]];
};

/** Comments that came in before what they answer did: they are replies, and gone where that stays out. */
function turn(into: Import, { turned, gone, figuresGone }: AddedUnder, line: number): void {
  const { tally, brought } = into;
  tally.read.comment -= turned;
  tally.read.reply += turned;
  tally.imported.comment -= turned;
  tally.imported.reply += turned - gone;
  if (gone === 0) return;
  brought.comments -= gone;
  leave(into, 'reply', ...replyLeft(into), { line, text: '', count: gone });
  tally.imported.vote -= figuresGone;
  if (figuresGone > 0) leave(into, 'vote', 'with-reply', reasons['with-reply'], { line, text: '', count: figuresGone });
}
