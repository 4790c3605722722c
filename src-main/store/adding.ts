import type { NewComment, Split } from '../contract/records.ts';

/** How posts and comments of a file come in: what is asked, and what became of each. */

/** Where something comes from. list: whether its figures are a list of their own, or go on with the thread's; a thread's unless it is said. */
export type From = { readonly importId: number | null; readonly line: number | null; readonly list?: 'row' | 'thread' };

/**
 * What became of a comment. new: it was added. known: it was there, with these figures or without any said here. updated: its figures are newer
 * than those that were there. listed: it was there, and has a place or votes in one more list. same: this list had the text already; it is one
 * comment with the larger votes. edited: its id was there with another text, or it was corrected here; what is there stays, newer figures
 * counted. erased: it was erased on request, and nothing was added.
 */
export type CommentOutcome = 'new' | 'known' | 'updated' | 'listed' | 'same' | 'edited' | 'erased';

/**
 * What became of a post. new: it was added. known: it was there. filled: it was there without its text, and has it now. waiting: it has no
 * comments yet, and waits for some; said again it still waits. alone: it has no comments, and no id by which some could come. conflict: its key
 * belongs to a post with another text, and nothing was added. erased: it was erased on request, and nothing was added.
 */
type PostOutcome = 'new' | 'known' | 'filled' | 'waiting' | 'alone' | 'conflict' | 'erased';

export type AddedPost = {
  readonly outcome: PostOutcome;
  /** null where it is not among the posts: waiting and alone. */
  readonly postId: number | null;
  readonly split: Split;
  /** What became of a context that came with a post that was there already; null where none came, or the post is new. */
  readonly context: 'added' | 'same' | 'other' | null;
  /** Of each comment in turn; [] where the post is a conflict, erased, or not among the posts. */
  readonly comments: readonly CommentOutcome[];
  /** The numbers of these comments, in turn; 0 for one that was erased. */
  readonly commentIds: readonly number[];
};

/** A comment that names what it stands under by keys: the post, what it answers, or both. */
export type CommentUnder = {
  readonly post: string | null;
  /** The key of a post or of a comment. */
  readonly parent: string | null;
  /** Of a post that is made; its key where nothing is said. */
  readonly group: string | null;
  /** Where a new group goes. */
  readonly split: (group: string) => Split;
  /** '' for the text of one that is known to be deleted: only its key counts then, so that what answers it is known to be a reply. */
  readonly comment: NewComment;
  readonly replies: 'leave' | 'under';
};

export type AddedUnder = {
  /** left: it is a reply, and replies are left out, or what it answers is deleted. deleted: its text is '', nothing was added. nowhere: it names nothing that it stands under. */
  readonly outcome: CommentOutcome | 'left' | 'deleted' | 'nowhere';
  /** Whether it answers a comment and no post. */
  readonly reply: boolean;
  readonly postId: number | null;
  /** What became of the post that it stands under, where that is more than known: made, with the text that waited for it or without any. */
  readonly post: 'made' | 'made-with-text' | 'known';
  /** The same of the post at the head of a reply. */
  readonly head: 'made' | 'made-with-text' | 'known';
  /**
   * Comments of this import that came before and have turned out to be replies, since this comment is what they answer: with 'leave' they were
   * taken out again, with 'under' they are comments of its own post.
   */
  readonly turned: number;
  /** Comments of this import that were taken out again: those that turned, and replies to one that is known to be deleted now. */
  readonly gone: number;
  /** How many of these had votes or a place. */
  readonly figuresGone: number;
  /** Posts that were made for such comments and went with them. */
  readonly postsTaken: number;
};
