import { append } from '../common/lists.ts';
import { listOf, objectOf, type Site } from './site.ts';

const host = 'api.stackexchange.com';
const answersAtOnce = 100;
const ownHosts =
  /^((?:meta|[a-z]{2})\.)?(stackoverflow|superuser|serverfault|askubuntu|stackapps)\.com$|^(meta\.)?mathoverflow\.net$|^([a-z0-9-]+\.){1,2}stackexchange\.com$/;

/** https://api.stackexchange.com/docs: a question and its answers, page by page. */
export const stackExchange: Site = {
  name: 'Stack Exchange',
  example: 'https://SITE/questions/ID/',
  plan: (page) => {
    const site = page.hostname.replace(/^www\./, '');
    if (!ownHosts.test(site)) return null;
    const id = /^\/(?:questions|q)\/(\d{1,12})(?:\/|$)/.exec(page.pathname)?.[1];
    if (!id) return null;
    const question = `https://${host}/2.3/questions/${id}?site=${site}&filter=withbody`;
    const answers = (number: number | string): string =>
      `https://${host}/2.3/questions/${id}/answers?site=${site}&filter=withbody&order=desc&sort=votes&pagesize=${answersAtOnce}&page=${number}`;
    return {
      page: `https://${site}/questions/${id}`,
      host,
      asks: [
        { address: question, of: 'the question' },
        { address: answers(1), of: `its answers, ${answersAtOnce} a page, and further pages where there are any` },
      ],
      gather: async (ask) => {
        const items: unknown[] = [];
        const take = async (address: string): Promise<boolean> => {
          const answer = objectOf(await ask(address), host);
          append(items, listOf(answer.items, host));
          if (typeof answer.backoff === 'number') await ask.rest(answer.backoff);
          return answer.has_more === true;
        };
        await take(question);
        let goesOn = true;
        for (let number = 1; goesOn && ask.left() > 0; number++) goesOn = await take(answers(number));
        return {
          content: { items },
          missing: goesOn ? ['Further answers were not fetched: there are more than are asked for at once.'] : [],
        };
      },
    };
  },
};
