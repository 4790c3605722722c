import type { NewPost } from '../../src-main/contract/records.ts';
import { addPost } from '../../src-main/store/add-post.ts';
import type { From } from '../../src-main/store/adding.ts';
import type { WritingStore } from '../../src-main/store/open.ts';

/** Adds a post that has comments, and gives its number. */
export function addedPost(store: WritingStore, post: NewPost, from: From = { importId: null, line: null }): number {
  const { postId, outcome } = addPost(store, post, from);
  if (postId === null) throw new Error(`The post ${post.key} was not added: ${outcome}.`);
  return postId;
}
