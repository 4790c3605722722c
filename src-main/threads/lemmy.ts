import { append } from '../common/lists.ts';
import { listOf, objectOf, type Site } from './site.ts';

const commentsAtOnce = 50;

/** https://join-lemmy.org/api: a post and its comments, page by page. */
export const lemmy: Site = {
  name: 'Lemmy',
  example: 'https://HOST/post/ID',
  plan: (page) => {
    const id = /^\/post\/(\d{1,12})(?:\/\d*)?\/?$/.exec(page.pathname)?.[1];
    if (!id) return null;
    const { host } = page;
    const post = `https://${host}/api/v3/post?id=${id}`;
    const comments = (number: number): string =>
      `https://${host}/api/v3/comment/list?post_id=${id}&type_=All&sort=Old&limit=${commentsAtOnce}&page=${number}`;
    return {
      page: `https://${host}/post/${id}`,
      host,
      asks: [
        { address: post, of: 'the post' },
        { address: comments(1), of: `its comments, ${commentsAtOnce} a page, and further pages where there are any` },
      ],
      gather: async (ask) => {
        const { post_view } = objectOf(await ask(post), host);
        const all: unknown[] = [];
        let goesOn = true;
        for (let number = 1; goesOn && ask.left() > 0; number++) {
          const more = listOf(objectOf(await ask(comments(number)), host).comments, host);
          append(all, more);
          goesOn = more.length === commentsAtOnce;
        }
        return {
          content: { post_view: objectOf(post_view, host), comments: all },
          missing: goesOn ? ['Further comments were not fetched: there are more than are asked for at once.'] : [],
        };
      },
    };
  },
};
