import type { Comment, Post, PostWithComments, Split } from '../../contract/records.ts';
import type { PostPage, PostView } from '../../contract/views.ts';
import { withPeople } from '../../recipe/people.ts';
import { answersOfPost } from '../../store/labels.ts';
import { countPosts, listPostIds, postLines } from '../../store/post-list.ts';
import { findPost, importOfPost } from '../../store/posts.ts';
import { type House, modelInUse, rewardModel } from '../kernel/house.ts';

export type PostListCall = {
  readonly search: string;
  readonly split?: Split | undefined;
  readonly answered?: boolean | undefined;
  readonly disagreement: boolean;
  readonly model?: string | undefined;
  readonly after?: number | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
};

/** As far as matching posts are counted. */
const countedTo = 10_000;

/** A page of the posts that match. Disagreement is that with the model named, or with the one in use. */
export function listPosts(house: House, call: PostListCall): PostPage {
  const { store } = house;
  const asked = call.disagreement || call.model !== undefined;
  const model = !asked ? null : call.model === undefined ? modelInUse(house) : rewardModel(house, call.model);
  // Without a model there is nothing to disagree with.
  if (call.disagreement && !model) return { posts: [], after: null, before: null, total: 0 };
  const filter = { ...call, disagreeingWith: call.disagreement ? model?.id : undefined };
  const { after, before, limit } = call;
  const backwards = after === undefined && before !== undefined;
  const found = listPostIds(store, filter, { after, before }, limit + 1);
  const ids = backwards ? found.slice(-limit) : found.slice(0, limit);
  const more = found.length > ids.length;
  const first = ids[0] ?? (after === undefined ? before : after + 1);
  const last = ids.at(-1) ?? (before === undefined ? after : before - 1);
  const isAny = (range: { after: number } | { before: number }): boolean =>
    listPostIds(store, filter, range, 1).length > 0;
  const anyBefore = first !== undefined && (backwards ? more : after !== undefined && isAny({ before: first }));
  const anyAfter = last !== undefined && (backwards ? isAny({ after: last }) : more);
  return {
    posts: postLines(store, ids, model?.id ?? null),
    after: anyAfter ? last : null,
    before: anyBefore ? first : null,
    // What stands on one page was counted by reading it.
    total: anyBefore || anyAfter ? countPosts(store, filter, countedTo) : ids.length,
  };
}

/** A post with its comments, and how people answered on them. */
export function viewPost({ store }: House, id: number, limit: number): PostView {
  const { post, comments } = parted(findPost(store, id));
  const shown = withPeople(comments.slice(0, limit), answersOfPost(store, id));
  return { post, total: comments.length, comments: shown, import: importOfPost(store, id) };
}

/** The post by itself, and its comments by themselves. */
export function parted({ comments, ...post }: PostWithComments): {
  readonly post: Post;
  readonly comments: readonly Comment[];
} {
  return { post, comments };
}
