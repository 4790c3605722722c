import type { ContextFact } from '../dataset/facts.ts';
import { reasons } from '../dataset/reasons.ts';
import { shown } from '../dataset/sift.ts';
import { joinContext, joinContextByText } from '../store/contexts.ts';
import { isErased } from '../store/erased.ts';
import { type Import, leave } from './import-into.ts';

/** Gives a post that is there its context. */
export function takeContext(into: Import, { line, post, context }: ContextFact): void {
  const { store, id, brought, tally } = into;
  if ('id' in post && (isErased(store, 'post', post.id) || isErased(store, 'post-text', post.id))) {
    leave(into, 'context', 'erased', reasons.erased, { line, text: '' });
    return;
  }
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
