import { flaggedPairs } from '../app/comparing/answering.ts';
import type { House } from '../app/kernel/house.ts';
import { listPosts, viewPart, viewPost } from '../app/ranking/browsing.ts';
import { listSorted } from '../app/ranking/sorted-list.ts';
import { beginnings, os } from './base.ts';

export const postsApi = (house: House) =>
  os.posts.router({
    list: os.posts.list.handler(({ input }) => listPosts(house, input)),
    sorted: os.posts.sorted.handler(({ input, signal }) => listSorted(house, input, signal)),
    get: os.posts.get
      .use(beginnings)
      .handler(({ input, signal }) => viewPost(house, input.post, input.limit, { signal })),
    part: os.posts.part.handler(({ input }) => viewPart(house, input)),
    flagged: os.posts.flagged.use(beginnings).handler(({ input }) => ({ pairs: flaggedPairs(house, input.limit) })),
  });
