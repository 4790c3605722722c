import { type AnswerFact, hasFigure } from '../dataset/facts.ts';
import { reasons } from '../dataset/reasons.ts';
import { shown } from '../dataset/sift.ts';
import { addPost } from '../store/add-post.ts';
import { addAnswer } from '../store/answers.ts';
import { erasedAmong, isErased } from '../store/erased.ts';
import { importOfLabel } from '../store/labels.ts';
import { commentIdByText, postByKey } from '../store/posts.ts';
import { conflictOf, countPost, type Import, leave, leaveWithRow, newComment, newPost } from './import-into.ts';

/** Adds an answer, with the post and the two comments where they are not there and the file says them. */
export function takeAnswer(into: Import, fact: AnswerFact): void {
  const { store, id: importId, tally, brought } = into;
  const { line, post, left, right, createdAt } = fact;
  const leaveOut = (why: string, reason: string, detail?: string): void => {
    leave(into, 'answer', why, reason, { line, text: left.text }, detail);
    leaveWithRow(into, [left, right], 'comment', line);
  };
  // Neither what was said nor whose it was is repeated.
  const leaveErased = (): void => {
    leave(into, 'answer', 'erased', reasons.erased, { line, text: '' });
    leaveWithRow(into, [left, right], 'comment', line);
  };
  if (
    isErased(store, 'post', post.key) ||
    isErased(store, 'answered', fact.annotator) ||
    erasedAmong(store, () => post.key, [left, right].map(newComment)).size > 0
  ) {
    leaveErased();
    return;
  }
  if (fact.postIsHere) {
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
  const head = newPost(into, post);
  const added = addPost(store, { ...head, comments: sides }, { importId, line, list: 'thread' });
  if (added.outcome === 'conflict' || added.postId === null) {
    leaveOut(...conflictOf(post.key));
    return;
  }
  countPost(into, added, head.split);
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
