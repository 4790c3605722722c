import { append } from '../common/lists.ts';
import { listOf, objectOf, Refused, type Site, strange } from './site.ts';

/** As many as the site's own pages ask for at a time. */
const postsAtOnce = 20;

/** https://docs.discourse.org: a topic names all its posts and holds the first ones; the others come by their ids. */
export const discourse: Site = {
  name: 'Discourse',
  example: 'https://HOST/t/TITLE/ID',
  plan: (page) => {
    const found = /^\/t\/(?:[^/]+\/)?(\d{1,12})(?:\.json)?(?:\/\d*)?\/?$/.exec(page.pathname);
    if (!found) return null;
    const { host } = page;
    const id = found[1]!;
    const own = `https://${host}/t/${id}`;
    const topic = `https://${host}/t/${id}.json`;
    const first = `${topic}?print=true`;
    const rest = (ids: readonly (number | string)[]): string =>
      `https://${host}/t/${id}/posts.json?${ids.map((one) => `post_ids[]=${one}`).join('&')}`;
    return {
      page: own,
      host,
      asks: [
        { address: first, of: 'the topic with its first thousand posts' },
        { address: topic, of: 'only where the site refuses that: the topic with its first twenty posts' },
        { address: rest(['ID']), of: `only for posts that are missing then: ${postsAtOnce} at a time, by their ids` },
      ],
      gather: async (ask) => {
        const answer = objectOf(
          await ask(first).catch((error: unknown) => {
            // Sites bound how often a topic may be printed; its ordinary page is asked for then.
            if (error instanceof Refused) return ask(topic);
            throw error;
          }),
          host,
        );
        const stream = objectOf(answer.post_stream, host);
        const posts = [...listOf(stream.posts, host)];
        const all = listOf(stream.stream ?? [], host);
        if (!all.every((one) => Number.isSafeInteger(one) && (one as number) > 0)) throw strange(host);
        const here = new Set(posts.map((post) => (post as { id?: unknown })?.id));
        const wanted = (all as readonly number[]).filter((one) => !here.has(one));
        let at = 0;
        for (; at < wanted.length && ask.left() > 0; at += postsAtOnce) {
          const more = objectOf(await ask(rest(wanted.slice(at, at + postsAtOnce))), host);
          append(posts, listOf(objectOf(more.post_stream, host).posts, host));
        }
        const missing = wanted.length - Math.min(at, wanted.length);
        return {
          // The answer itself doesn't say where it is from.
          content: { ...answer, url: own, post_stream: { ...stream, posts } },
          missing:
            missing > 0
              ? [`${missing} of ${all.length} posts were not fetched: the topic is longer than is asked for at once.`]
              : [],
        };
      },
    };
  },
};
