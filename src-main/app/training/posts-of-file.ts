import { append } from '../../common/lists.ts';
import { rankedList } from '../../common/ranked-lists.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { Comment, Post, PostWithComments } from '../../contract/records.ts';
import type { AnswerFact, Fact, PostHead, ReadComment } from '../../dataset/facts.ts';
import { lookAt } from '../../dataset/look.ts';
import { judgeFile, readFacts } from '../../dataset/read.ts';

/** A row that was left out. */
export type LeftOut = { readonly line: number; readonly reason: string };

/**
 * The posts of a file with the comments that compare, without a store: those of one row or of rows that follow each other. What the file's people
 * answered comes as a post with two comments.
 * @param onLeft told of what is left out
 */
export async function* postsOfFile(
  path: string,
  onLeft: (left: LeftOut) => void,
  signal: AbortSignal | undefined,
): AsyncGenerator<PostWithComments> {
  const first = await lookAt(path);
  const look = first.judged ? await judgeFile(first, { signal }) : first;
  const { score: meaning, scoreSays: says } = look.found;
  if (meaning === 'undecided') {
    throw new TiebreakError(
      'bad-input',
      `It can't be told what 'score' means in ${path}: ${says}. Import it with --score votes or --score places, and evaluate on its split.`,
    );
  }
  let thread: { readonly key: string; readonly line: number; readonly post: Head; comments: ReadComment[] } | null =
    null;
  for await (const batch of readFacts(look, { score: meaning, html: false, replies: 'leave' }, { signal }).batches) {
    for (const { facts } of batch) {
      for (const fact of facts) {
        const part = partOf(fact);
        if (part === null) {
          if (fact.kind === 'left' && !fact.why.startsWith('with-')) onLeft({ line: fact.line, reason: fact.reason });
          continue;
        }
        if (thread && part.key === thread.key && !part.alone) {
          append(thread.comments, part.comments);
          continue;
        }
        if (thread) yield postOf(thread);
        thread = { key: part.key, line: fact.line, post: part.post, comments: [...part.comments] };
      }
    }
  }
  if (thread) yield postOf(thread);
}

type Head = Pick<PostHead, 'key' | 'title' | 'text' | 'context'>;
type Part = {
  readonly key: string;
  /** Whether it goes on with nothing before it. */
  readonly alone: boolean;
  readonly post: Head;
  readonly comments: readonly ReadComment[];
};

function partOf(fact: Fact): Part | null {
  if (fact.kind === 'post') {
    return { key: fact.post.key, alone: fact.list === 'row', post: fact.post, comments: fact.comments };
  }
  if (fact.kind === 'comment' && fact.comment.text !== '') {
    const key = fact.post ?? fact.parent ?? '';
    return { key, alone: false, post: { key, title: null, text: '', context: null }, comments: [fact.comment] };
  }
  if (fact.kind === 'answer') return { key: fact.key, alone: true, post: fact.post, comments: sidesOf(fact) };
  return null;
}

/** The two comments of an answer, with places as it says. */
function sidesOf({ left, right, choice }: AnswerFact): readonly ReadComment[] {
  const [first, second] = choice === 'right' ? [1, 0] : choice === 'left' ? [0, 1] : [0, 0];
  return [
    { ...left, votes: null, place: first },
    { ...right, votes: null, place: second },
  ];
}

function postOf({
  line,
  post,
  comments: given,
}: {
  line: number;
  post: Head;
  comments: ReadComment[];
}): PostWithComments {
  const { entries } = rankedList(given.map(({ place, votes }, at) => ({ commentId: at + 1, rank: place, votes })));
  const places = new Map(entries.map(({ commentId, place }) => [commentId, place]));
  const comments = given.map(({ text, votes, author, date, link }, at): Comment => {
    const rank = places.get(at + 1) ?? null;
    return { id: at + 1, postId: line, text, votes, rank, author, createdAt: date, link };
  });
  const { key, title, text, context } = post;
  const about: Pick<Post, 'author' | 'createdAt' | 'link'> = { author: null, createdAt: null, link: null };
  return { id: line, key, title, text, context, group: key, split: 'test', ...about, comments, lists: [{ entries }] };
}
