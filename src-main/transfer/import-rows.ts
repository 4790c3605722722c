import type { Noun, ReplyChoice } from '../contract/reading.ts';
import type { NewComment, NewPost, Split } from '../contract/records.ts';
import type { AnswerFact, CommentFact, ContextFact, PostFact, PostHead, ReadComment } from '../dataset/facts.ts';
import type { RecordFacts } from '../dataset/read.ts';
import { reasons } from '../dataset/reasons.ts';
import { shown } from '../dataset/sift.ts';
import { splitOf } from '../dataset/split.ts';
import { addCommentUnder, replyHead } from '../store/add-comment.ts';
import { addPost } from '../store/add-post.ts';
import type { CommentOutcome } from '../store/adding.ts';
import { addAnswer } from '../store/answers.ts';
import { joinContext, joinContextByText } from '../store/contexts.ts';
import { importOfLabel } from '../store/labels.ts';
import type { WritingStore } from '../store/open.ts';
import { commentIdByText, postByKey } from '../store/posts.ts';
import { report, type Tally } from './tally.ts';

/** What an import of one file goes by, and what it has come to. */
export type Import = {
  readonly store: WritingStore;
  readonly id: number;
  /** Puts every new post there; without it the file decides, and where it says nothing a hash of the group. */
  readonly split: Split | undefined;
  readonly replies: ReplyChoice;
  readonly tally: Tally;
  readonly brought: Brought;
  /** How often this file gave the same answer without an id, for answers that were there when it did. */
  readonly occurrences: Map<number, number>;
  /** The post of the record before. */
  lastKey: string | null;
};

/** What is new in the store, and what became of what was there. */
export type Brought = {
  posts: number;
  comments: number;
  labels: number;
  contexts: number;
  /** Comments whose votes or places are newer than those that were there. */
  updated: number;
  /** Posts whose text came. */
  filled: number;
  /** Posts that are there without their text. */
  textless: number;
  unmatched: number;
  ambiguous: number;
  contextsKept: number;
  keptWithGroup: number;
};

export function nothingBrought(): Brought {
  const counts = { posts: 0, comments: 0, labels: 0, contexts: 0, updated: 0, filled: 0, textless: 0 };
  return { ...counts, unmatched: 0, ambiguous: 0, contextsKept: 0, keptWithGroup: 0 };
}

/** Adds what one record says to the store and to the tally. A row of which nothing came in stays out with what is in it. */
export function take(into: Import, { row, facts }: RecordFacts): void {
  const { tally } = into;
  const before = partsOf(tally);
  let isLeft = false;
  // A post by itself that is here already brings nothing, and nothing of it is lost.
  let isPost = false;
  for (const fact of facts) {
    if (fact.kind === 'post') {
      const taken = takePost(into, fact) !== null;
      isLeft ||= !taken;
      isPost ||= taken && fact.comments.length === 0;
    } else if (fact.kind === 'comment') takeComment(into, fact);
    else if (fact.kind === 'answer') takeAnswer(into, fact);
    else if (fact.kind === 'context') takeContext(into, fact);
    else {
      report(tally, fact);
      isLeft ||= fact.kind === 'left' && fact.of === 'row';
    }
  }
  if (!row || isLeft) return;
  if (isPost || partsOf(tally) > before) tally.imported.row += 1;
  else leave(into, 'row', 'with-parts', reasons['with-parts'], { line: facts[0]?.line ?? 0, text: '' });
}

/** What came in of rows. */
function partsOf({ imported: { comment, reply, answer, context } }: Tally): number {
  return comment + reply + answer + context;
}

function leave(
  into: Import,
  of: Noun,
  why: string,
  reason: string,
  at: { line: number; text: string; count?: number },
  detail?: string,
): void {
  report(
    into.tally,
    { kind: 'left', of, why, reason, line: at.line, text: shown(at.text), count: at.count ?? 1 },
    detail,
  );
}

/** The number of the post; null where its row was left out. */
function takePost(into: Import, { line, post, comments, list }: PostFact): number | null {
  const head = { ...newPost(into, post), comments: comments.map(newComment) };
  const id = takeHead(into, head, { line, list }, comments, 'comment');
  if (id !== null) takeReplies(into, { ...newPost(into, post), id }, comments, line);
  return id;
}

type Answered = Omit<NewPost, 'comments'> & { readonly id: number; readonly root?: string };

/** Each comment that was answered becomes a post, and the answers its comments. */
function takeReplies(into: Import, post: Answered, comments: readonly ReadComment[], line: number): void {
  for (const comment of comments) {
    const { replies } = comment;
    if (replies.length === 0) continue;
    const head = replyHead(post, newComment(comment));
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
  const { tally, brought } = into;
  const added = addPost(into.store, post, { importId: into.id, line, list });
  if (added.outcome === 'conflict' || added.outcome === 'alone') {
    if (noun === 'comment') {
      const [why, reason, detail] = added.outcome === 'alone' ? noComments : conflictOf(post.key);
      leave(into, 'row', why, reason, { line, text: post.text }, detail);
    }
    leaveWithRow(into, comments, noun, line);
    return null;
  }
  if (added.outcome === 'new') brought.posts += 1;
  if (added.outcome === 'new' && post.text === '') brought.textless += 1;
  if (added.outcome === 'filled') {
    brought.filled += 1;
    brought.textless -= 1;
  }
  if (added.outcome === 'new' && added.split !== post.split) brought.keptWithGroup += 1;
  if (added.context === 'added') brought.contexts += 1;
  if (added.context === 'other') brought.contextsKept += 1;
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
const conflictOf = (key: string) =>
  [
    'conflict',
    'another post with the same id has a different text',
    `another post with the id ${shown(key)} has a different text`,
  ] as const;

const hasFigure = ({ votes, place }: ReadComment): boolean => votes !== null || place !== null;

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
  tally.imported[noun] += 1;
  if (hasFigure(comment)) tally.imported.vote += 1;
  if (outcome === 'new') brought.comments += 1;
  if (outcome === 'updated') brought.updated += 1;
  if (outcome === 'edited') {
    const reason = 'another text than before for a comment with this id; the one that was here first stays';
    report(tally, { kind: 'noted', of: noun, why: 'edited', reason, line, text: shown(comment.text) });
  }
}

function leaveWithRow(into: Import, comments: readonly ReadComment[], noun: 'comment' | 'reply', line: number): void {
  if (comments.length > 0)
    leave(into, noun, 'with-row', reasons['with-post'], { line, text: '', count: comments.length });
  const votes = comments.filter(hasFigure).length;
  if (votes > 0) leave(into, 'vote', 'with-comment', reasons['with-comment'], { line, text: '', count: votes });
  for (const { replies } of comments) leaveWithRow(into, replies, 'reply', line);
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
  if (added.turned > 0) turn(into, added.turned, line);
  // It was reported when it was read.
  if (added.outcome === 'deleted') return;
  if (added.reply) {
    tally.read.comment -= 1;
    tally.read.reply += 1;
  }
  brought.posts += (added.post === 'known' ? 0 : 1) - added.postsTaken;
  brought.textless += (added.post === 'made' ? 1 : 0) - added.postsTaken;
  if (added.outcome === 'nowhere' || added.outcome === 'left') {
    if (added.outcome === 'left') leave(into, 'reply', 'reply-left', replyLeft, { line, text: comment.text });
    else
      leave(into, noun, 'nowhere', 'names no post and no comment that it stands under', { line, text: comment.text });
    if (hasFigure(comment)) leave(into, 'vote', 'with-reply', reasons['with-reply'], { line, text: '' });
    return;
  }
  count(into, added.outcome, comment, noun, line);
}

const replyLeft = 'left out; reading them under the comment that they answer (--replies under) brings them in';

/** Comments that came in before what they answer did: they are replies. */
function turn(into: Import, turned: number, line: number): void {
  const { tally, brought } = into;
  tally.read.comment -= turned;
  tally.read.reply += turned;
  tally.imported.comment -= turned;
  if (into.replies === 'under') {
    tally.imported.reply += turned;
    return;
  }
  brought.comments -= turned;
  leave(into, 'reply', 'reply-left', replyLeft, { line, text: '', count: turned });
}

/** Adds an answer, with the post and the two comments where they are not there and the file says them. */
function takeAnswer(into: Import, fact: AnswerFact): void {
  const { store, id: importId, tally, brought } = into;
  const { line, post, left, right, createdAt } = fact;
  const leaveOut = (why: string, reason: string, detail?: string): void => {
    leave(into, 'answer', why, reason, { line, text: left.text }, detail);
    leaveWithRow(into, [left, right], 'comment', line);
  };
  if (post.text === '') {
    const known = postByKey(store, post.key);
    const ids = known && [left, right].map(({ text }) => commentIdByText(store, known.id, text));
    if (!known) {
      leaveOut('no-such-post', 'of a post that is not here', `there is no post ${shown(post.key)}`);
      return;
    }
    const lacking = ids!.indexOf(null);
    if (lacking !== -1) {
      const side = lacking === 0 ? 'left' : 'right';
      leaveOut(
        'no-such-comment',
        'of a comment that its post does not have',
        `the post has no comment with the text of ${side}`,
      );
      return;
    }
  }
  const sides = [left, right].map((side) => ({ ...newComment(side), rank: null, votes: null }));
  const added = addPost(store, { ...newPost(into, post), comments: sides }, { importId, line, list: 'thread' });
  if (added.outcome === 'conflict' || added.postId === null) {
    leaveOut(...conflictOf(post.key));
    return;
  }
  if (added.outcome === 'new') brought.posts += 1;
  if (added.outcome === 'filled') brought.filled += 1;
  if (added.outcome === 'new' && added.split !== newPost(into, post).split) brought.keptWithGroup += 1;
  if (added.context === 'added') brought.contexts += 1;
  if (added.context === 'other') brought.contextsKept += 1;
  brought.comments += added.comments.filter((outcome) => outcome === 'new').length;
  const [leftId, rightId] = [added.commentIds[0]!, added.commentIds[1]!];
  const answer = addAnswer(store, {
    ...fact,
    postId: added.postId,
    leftId,
    rightId,
    createdAt,
    key: keyIn(into, fact),
    importId,
  });
  tally.imported.comment += 2;
  tally.imported.vote += [left, right].filter(hasFigure).length;
  tally.imported.answer += 1;
  if (answer.added) brought.labels += 1;
}

/** The same answer without an id, several times in one file, is as many answers; the file again brings none of them anew. */
function keyIn(into: Import, { key, keyGiven }: AnswerFact): string {
  if (keyGiven) return key;
  const place = Number.parseInt(key.slice(2, 15), 16);
  const known = into.occurrences.get(place);
  const importId = known === undefined ? importOfLabel(into.store, key) : undefined;
  // Given by this import before, and noted only now that it comes again.
  const before = known ?? (importId === into.id ? 1 : 0);
  if (before > 0 || importId !== undefined) into.occurrences.set(place, before + 1);
  return before === 0 ? key : `${key} ${before + 1}`;
}

function takeContext(into: Import, { line, post, context }: ContextFact): void {
  const { store, id, brought, tally } = into;
  const joined = 'id' in post ? joinContext(store, post.id, context, id) : joinContextByText(store, post, context, id);
  const leaveOut = (why: string, reason: string, detail: string): void =>
    leave(into, 'context', why, reason, { line, text: context }, detail);
  if (joined === 'added') brought.contexts += 1;
  if (joined === 'added' || joined === 'same') tally.imported.context += 1;
  if (joined === 'no-post') {
    brought.unmatched += 1;
    leaveOut('unmatched', 'no post has this id or text', `there is no post with ${nameOf(post)}`);
  }
  if (joined === 'several-posts') {
    brought.ambiguous += 1;
    leaveOut('ambiguous', 'more than one post has this text', `there is more than one post with ${nameOf(post)}`);
  }
  if (joined === 'other') {
    brought.contextsKept += 1;
    const which = 'id' in post ? shown(post.id) : `with ${nameOf(post)}`;
    leaveOut(
      'context-kept',
      'the post has another context already, which stays',
      `the post ${which} has another context already, which stays`,
    );
  }
}

function nameOf(post: ContextFact['post']): string {
  if ('id' in post) return `the id ${shown(post.id)}`;
  const title = post.title === null ? '' : `the title ${JSON.stringify(shown(post.title))} and `;
  return `${title}the text ${JSON.stringify(shown(post.text))}`;
}

function newPost({ split }: Import, post: PostHead): Omit<NewPost, 'comments'> {
  const { key, keyGiven, title, text, context, group, author, date, link, accepted } = post;
  return {
    key,
    keyGiven,
    title,
    text,
    context,
    group,
    author,
    createdAt: date,
    link,
    accepted,
    split: split ?? post.split ?? splitOf(group),
  };
}

function newComment({ text, place, votes, key, author, date, link }: ReadComment): NewComment {
  return { text, rank: place, votes, key, author, createdAt: date, link };
}
