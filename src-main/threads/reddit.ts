import { listOf, type Site, strange } from './site.ts';

const host = 'www.reddit.com';

/**
 * A thread's page with .json is a list of two listings, with three signs as entities, as dumps and saved files have them: nothing else is asked for,
 * so that all of them read alike. https://support.reddithelp.com/hc/en-us/articles/16160319875092
 */
export const reddit: Site = {
  name: 'Reddit',
  example: 'https://www.reddit.com/r/NAME/comments/ID/',
  plan: (page) => {
    const short = page.hostname === 'redd.it';
    if (!short && !/^((www|old|new|np|sh|i)\.)?reddit\.com$/.test(page.hostname)) return null;
    const found = short
      ? /^\/([a-z0-9]{2,12})\/?$/i.exec(page.pathname)
      : /^(?:\/(?:r|user|u)\/[A-Za-z0-9_-]{1,50})?\/comments\/([a-z0-9]{2,12})(?:\/|\.json$|$)/i.exec(page.pathname);
    if (!found) return null;
    const id = found[1]!.toLowerCase();
    const room = /^\/(?:r|user|u)\/[A-Za-z0-9_-]{1,50}/.exec(page.pathname)?.[0] ?? '';
    const thread = `https://${host}${room}/comments/${id}`;
    const address = `${thread}/.json?limit=500`;
    return {
      page: `${thread}/`,
      host,
      asks: [{ address, of: 'the post and its comments, up to 500' }],
      gather: async (ask) => {
        const listings = listOf(await ask(address), host);
        const sound = listings.length === 2 && listings.every((one) => (one as { kind?: unknown })?.kind === 'Listing');
        if (!sound) throw strange(host);
        return { content: listings };
      },
    };
  },
};
