import type { RewardFact } from '../dataset/facts.ts';
import { shown } from '../dataset/sift.ts';
import { inputKeyOf, postInput } from '../recipe/pairs.ts';
import { commentByHash, hashOf, postByKey } from '../store/posts.ts';
import { bringReward } from '../store/rewards.ts';
import { type Import, leave } from './import-into.ts';

/**
 * Gives a comment that is here the reward that the import's model gave elsewhere. It is that very comment, by the id of its post and the hash of
 * its text, read as it would be read here; a reward that is there stays.
 */
export function takeReward(into: Import, { line, post: key, comment, inputKey, reward }: RewardFact): void {
  const { store, tally, brought } = into;
  const model = into.rewardsOf!;
  const text = 'text' in comment ? comment.text : comment.key;
  const leaveOut = (why: string, reason: string, detail?: string): void =>
    leave(into, 'reward', why, reason, { line, text }, detail);
  const post = postOf(into, key);
  if (!post) {
    leaveOut('no-such-post', 'of a post that is not here', `there is no post ${shown(key)}`);
    return;
  }
  const hash = 'text' in comment ? hashOf(comment.text) : Buffer.from(comment.key, 'hex');
  const known = commentByHash(store, post.id, hash);
  if (!known) {
    const detail = `the post ${shown(key)} has no such comment`;
    leaveOut('no-such-comment', 'of a comment that its post does not have', detail);
    return;
  }
  if (inputKey !== null && inputKey !== inputKeyOf({ post: post.read, comment: known.text })) {
    leaveOut('read-otherwise', readOtherwise);
    return;
  }
  const outcome = bringReward(store, { modelId: model.id, commentId: known.id, reward, importId: into.id });
  if (outcome === 'added') brought.rewards += 1;
  if (outcome === 'added' || outcome === 'same') tally.imported.reward += 1;
  else if (outcome === 'twice') leaveOut('twice', 'of a comment that the file has twice: the first one counts');
  else leaveOut('reward-kept', 'of a comment that has another reward of this model already, which stays');
}

const readOtherwise =
  'of a text that this model would not be given now: the post has changed since it was exported, or another model was given it';

/** The post, and what the model reads of it. Rows of one post mostly follow each other. */
function postOf(into: Import, key: string): Import['lastScored'] {
  if (into.lastScored?.key !== key) {
    const post = postByKey(into.store, key);
    if (!post) return null;
    into.lastScored = { key, id: post.id, read: postInput(post, into.rewardsOf!.context) };
  }
  return into.lastScored;
}
