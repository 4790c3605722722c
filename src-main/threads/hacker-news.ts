import { objectOf, type Site, strange } from './site.ts';

const host = 'hn.algolia.com';

/** https://hn.algolia.com/api: an item with all that stands under it, by Algolia, which keeps Hacker News for its search. */
export const hackerNews: Site = {
  name: 'Hacker News',
  example: 'https://news.ycombinator.com/item?id=ID',
  plan: (page) => {
    const asked =
      page.hostname === 'news.ycombinator.com' && page.pathname === '/item'
        ? page.searchParams.get('id')
        : page.hostname === host && /^\/api\/v1\/items\/(\d+)$/.exec(page.pathname)?.[1];
    if (!asked || !/^\d{1,12}$/.test(asked)) return null;
    const address = `https://${host}/api/v1/items/${asked}`;
    return {
      page: `https://news.ycombinator.com/item?id=${asked}`,
      host,
      asks: [{ address, of: 'the item with all comments, from Algolia, which keeps Hacker News for its search' }],
      gather: async (ask) => {
        const item = objectOf(await ask(address), host);
        if (!Array.isArray(item.children)) throw strange(host);
        return { content: item };
      },
    };
  },
};
