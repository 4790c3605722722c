import { countedTo } from '../../common/words.ts';
import type { CallHooks } from '../../contract/calls.ts';
import type { Split } from '../../contract/records.ts';
import type { LaterText, PostPage, PostView } from '../../contract/views.ts';
import { withPeople } from '../../recipe/people.ts';
import { commentCount, type FirstComments, type FirstCommentsCall, firstComments } from '../../store/first-comments.ts';
import { answersOfPost } from '../../store/labels.ts';
import { partOfText } from '../../store/part-of-text.ts';
import { countPosts, listPostIds, postLines } from '../../store/post-list.ts';
import { importOfPost } from '../../store/posts.ts';
import { workInThread } from '../../worker/start.ts';
import { type House, modelOrNone } from '../kernel/house.ts';

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

/** A page of the posts that match. Disagreement is that with the model named, or with the one in use. */
export function listPosts(house: House, call: PostListCall): PostPage {
  const { store } = house;
  const asked = call.disagreement || call.model !== undefined;
  const model = asked ? modelOrNone(house, call.model) : null;
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
export async function viewPost(house: House, id: number, limit: number, hooks: CallHooks = {}): Promise<PostView> {
  const { store } = house;
  const first = await firstOf(house, { post: id, limit, models: [], order: 'data' }, hooks);
  const comments = withPeople(first.comments, answersOfPost(store, id));
  return { post: first.post, total: first.total, comments, import: importOfPost(store, id) };
}

/** What follows the beginning of a long text. */
export const viewPart = ({ store }: House, asked: Parameters<typeof partOfText>[1]): LaterText =>
  partOfText(store, asked);

/** Comments of a thread that are read at once, here: some hundredths of a second. Longer ones are read in the second thread. */
const readHere = 5_000;

/** The first comments of a post, without keeping anybody waiting for a thread of hundreds of thousands. */
export async function firstOf(
  { store }: Pick<House, 'store'>,
  call: FirstCommentsCall,
  { signal }: CallHooks,
): Promise<FirstComments> {
  if (commentCount(store, call.post) <= readHere) return firstComments(store, call);
  return workInThread({ job: 'comments', path: store.path, call }, 'preview', { signal });
}
