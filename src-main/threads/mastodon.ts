import { listOf, objectOf, type Site } from './site.ts';

/** https://docs.joinmastodon.org/methods/statuses/: a status, and what was answered to it. */
export const mastodon: Site = {
  name: 'Mastodon',
  example: 'https://HOST/@NAME/ID',
  plan: (page) => {
    const found = /^\/(@[A-Za-z0-9_.-]{1,100}(?:@[A-Za-z0-9_.-]{1,200})?)\/(\d{1,30})\/?$/.exec(page.pathname);
    if (!found) return null;
    const { host } = page;
    const [, name, id] = found;
    const status = `https://${host}/api/v1/statuses/${id}`;
    const context = `${status}/context`;
    return {
      page: `https://${host}/${name}/${id}`,
      host,
      asks: [
        { address: status, of: 'the status' },
        { address: context, of: 'the answers to it' },
      ],
      gather: async (ask) => {
        const own = objectOf(await ask(status), host);
        const around = objectOf(await ask(context), host);
        listOf(around.descendants, host);
        return { content: { status: own, context: around } };
      },
    };
  },
};
