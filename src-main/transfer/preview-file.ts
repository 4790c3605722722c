import { basename } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import type { FoundReading, Preview, PreviewPost, ReadingChoices, ReplyChoice } from '../contract/reading.ts';
import { sizeOfFile } from '../dataset/bytes/open.ts';
import {
  type AnswerFact,
  type CommentFact,
  type Fact,
  hasFigure,
  type PostFact,
  type ReadComment,
} from '../dataset/facts.ts';
import { lookAt } from '../dataset/look.ts';
import { asJudged, readFacts } from '../dataset/read.ts';
import { reasons } from '../dataset/reasons.ts';
import { shown } from '../dataset/sift.ts';
import { createLonePosts, type LonePosts } from './lone-posts.ts';
import { countsOfTally, emptyTally, report, type Tally } from './tally.ts';

export type PreviewHooks = {
  readonly onProgress?: ((progress: { readonly bytes: number; readonly total: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
};

const postsShown = 4;
const commentsShown = 5;
/** Milliseconds between two previews while the file is read on. */
const tellEveryMs = 300;

/**
 * What a file will come to, without anything of it being stored: of its beginning at once, then of more and more, in the end of all of it. What only
 * the store knows, such as comments that are there already, is not counted.
 * @throws TiebreakError where it can't be told what the file is
 */
export async function* previewFile(
  path: string,
  choices: ReadingChoices,
  hooks: PreviewHooks = {},
): AsyncGenerator<Preview> {
  const total = await sizeOfFile(path);
  const look = await lookAt(path, choices);
  const { found } = look;
  const score = found.score === 'undecided' ? null : found.score;
  const onBytes = (bytes: number): void => hooks.onProgress?.({ bytes, total });
  const how = { score, html: choices.html, replies: choices.replies };
  const reading = readFacts(look, how, { signal: hooks.signal, onBytes });
  const tally: Tally = { ...emptyTally(), read: reading.read };
  const posts = new Map<string, Shown>();
  const lone = createLonePosts();
  const preview = (whole: boolean, what: FoundReading): Preview => ({
    file: basename(path),
    found: what,
    posts: [...posts.values()].map((post) => shownPost(post, what)),
    whole,
    remembered: false,
    read: { ...tally.read },
    imported: { ...tally.imported },
    reported: countsOfTally(tally).reported.map((kind) => ({ ...kind, examples: [...kind.examples] })),
  });
  let told = 0;
  for await (const batch of reading.batches) {
    for (const { row, facts } of batch) take({ tally, posts, lone }, row, facts, choices.replies);
    if (performance.now() - told < tellEveryMs) continue;
    yield preview(false, found);
    told = performance.now();
    await breathe();
  }
  lone.reportTo(tally);
  yield preview(true, asJudged(look, reading.judgement(), reading.dates()).found);
}

type Shown = {
  readonly title: string | null;
  readonly text: string;
  readonly context: string | null;
  readonly comments: ReadComment[];
  more: number;
  answer: string | null;
};

function take(
  { tally, posts, lone }: { readonly tally: Tally; readonly posts: Map<string, Shown>; readonly lone: LonePosts },
  row: boolean,
  facts: readonly Fact[],
  replies: ReplyChoice,
): void {
  let isLeft = false;
  for (const fact of facts) {
    if (fact.kind === 'left' || fact.kind === 'noted') {
      report(tally, fact);
      isLeft ||= fact.kind === 'left' && fact.of === 'row';
    } else if (fact.kind === 'context' || fact.kind === 'reward') tally.imported[fact.kind] += 1;
    else if (row && fact.kind === 'post' && lone.take(fact)) {
      const of = { kind: 'left', of: 'row', line: fact.line, text: shown(fact.post.title ?? fact.post.text) } as const;
      report(tally, { ...of, why: 'no-comments', reason: 'no comment, left out' });
      isLeft = true;
    } else if (fact.kind === 'comment' && isReply(fact)) takeReply(tally, fact, replies);
    else {
      if (fact.kind !== 'post') lone.hasMore(fact.kind === 'comment' ? (fact.post ?? '') : fact.post.key);
      countComments(tally, commentsIn(fact), 'comment');
      if (fact.kind === 'answer') tally.imported.answer += 1;
      show(posts, fact);
    }
  }
  if (!row || isLeft) return;
  const came = facts.some(
    (fact) => fact.kind !== 'left' && fact.kind !== 'noted' && !(fact.kind === 'comment' && fact.comment.text === ''),
  );
  if (came) tally.imported.row += 1;
  else
    report(tally, {
      kind: 'left',
      of: 'row',
      why: 'with-parts',
      reason: reasons['with-parts'],
      line: 0,
      text: '',
    });
}

/** Whether a comment that stands by itself answers another. Where it names no post, only the store can tell. */
const isReply = ({ post, parent, comment }: CommentFact): boolean =>
  post !== null && parent !== null && parent !== post && comment.text !== '';

function takeReply(tally: Tally, { line, comment }: CommentFact, replies: ReplyChoice): void {
  tally.read.comment -= 1;
  tally.read.reply += 1;
  if (replies === 'under') {
    countComments(tally, [comment], 'reply');
    return;
  }
  const left = { kind: 'left', line, text: comment.text } as const;
  report(tally, { ...left, of: 'reply', why: 'reply-left', reason: reasons['reply-left'] });
  if (!hasFigure(comment)) return;
  report(tally, { ...left, of: 'vote', why: 'with-reply', reason: reasons['with-reply'], text: '' });
}

function countComments(tally: Tally, comments: readonly ReadComment[], noun: 'comment' | 'reply'): void {
  for (const comment of comments) {
    // Known to be deleted, and reported so.
    if (comment.text === '') continue;
    tally.imported[noun] += 1;
    if (hasFigure(comment)) tally.imported.vote += 1;
    countComments(tally, comment.replies, 'reply');
  }
}

type WithComments = PostFact | CommentFact | AnswerFact;

function commentsIn(fact: WithComments): readonly ReadComment[] {
  if (fact.kind === 'post') return fact.comments;
  return fact.kind === 'answer' ? [fact.left, fact.right] : [fact.comment];
}

function show(posts: Map<string, Shown>, fact: WithComments): void {
  const key = fact.kind === 'comment' ? (fact.post ?? fact.parent ?? '') : fact.post.key;
  let held = posts.get(key);
  if (!held) {
    if (posts.size >= postsShown) return;
    const head = fact.kind === 'comment' ? { title: null, text: '', context: null } : fact.post;
    held = { title: head.title, text: head.text, context: head.context, comments: [], more: 0, answer: null };
    posts.set(key, held);
  }
  for (const comment of commentsIn(fact)) {
    const isThere = fact.kind === 'answer' && held.comments.some(({ text }) => text === comment.text);
    if (isThere || comment.text === '') continue;
    // More than are shown, so that the best of a long thread are among them.
    if (held.comments.length < 200) held.comments.push(comment);
    else held.more += 1;
  }
  if (fact.kind === 'answer') held.answer ??= answerInWords(fact);
}

function answerInWords({ choice, left, right, annotator }: AnswerFact): string {
  const who = annotator === 'import' ? '' : ` (${annotator})`;
  if (choice === 'tie') return `Both are as good${who}`;
  if (choice === 'bad') return `Both are bad${who}`;
  const [better, worse] = choice === 'left' ? [left, right] : [right, left];
  const cut = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
  return `“${cut(better.text)}” is better than “${cut(worse.text)}”${who}`;
}

function shownPost({ title, text, context, comments, more, answer }: Shown, { score }: FoundReading): PreviewPost {
  const isPlaces = comments.some(({ place }) => place !== null) && score !== 'votes';
  const worst = Number.POSITIVE_INFINITY;
  const sorted = comments.toSorted((a, b) =>
    isPlaces ? (a.place ?? worst) - (b.place ?? worst) || 0 : (b.votes ?? -worst) - (a.votes ?? -worst) || 0,
  );
  return {
    title,
    text,
    context,
    comments: sorted.slice(0, commentsShown).map((comment) => ({
      text: comment.text,
      votes: comment.votes,
      place: comment.place,
      author: comment.author,
    })),
    more: more + Math.max(0, sorted.length - commentsShown),
    answer,
  };
}
