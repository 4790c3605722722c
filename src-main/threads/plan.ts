import { TiebreakError } from '../contract/errors.ts';
import type { ThreadPlan } from '../contract/fetching.ts';
import { discourse } from './discourse.ts';
import { mostRequests, userAgent } from './fetch-thread.ts';
import { hackerNews } from './hacker-news.ts';
import { lemmy } from './lemmy.ts';
import { mastodon } from './mastodon.ts';
import { reddit } from './reddit.ts';
import type { Thread } from './site.ts';
import { stackExchange } from './stack-exchange.ts';

/** Those that are known by their host come first, then those that are known by what their paths look like. */
const sites = [reddit, hackerNews, stackExchange, discourse, mastodon, lemmy] as const;

/**
 * How the thread at an address would be asked for. Nothing is asked.
 * @throws TiebreakError bad-input, with what is understood, where the address is none of a thread
 */
export function planThread(address: string): { readonly plan: ThreadPlan; readonly thread: Thread } {
  const shown = JSON.stringify(address.slice(0, 200));
  if (!URL.canParse(address))
    throw new TiebreakError(
      'bad-input',
      `${shown} is no address: it begins with https://, or with hf: for a data set on the hub. Nothing was asked.`,
    );
  const page = new URL(address);
  if (page.protocol !== 'https:') {
    throw new TiebreakError('bad-input', `${shown} does not begin with https://. Nothing was asked.`);
  }
  if (page.username !== '' || page.password !== '') {
    const message = 'The address holds a name or a password, which would be sent. Nothing was asked: leave it out.';
    throw new TiebreakError('bad-input', message);
  }
  for (const site of sites) {
    const thread = site.plan(page);
    if (!thread) continue;
    const { page: own, host, asks } = thread;
    return { thread, plan: { kind: 'thread', address: own, site: site.name, host, asks, userAgent, mostRequests } };
  }
  const known = sites.map(({ name, example }) => `${name} (${example})`).join(', ');
  const message = `${shown} is no thread that can be fetched. These can: ${known}. Nothing was asked: of other sites, save the data as a file, and import that.`;
  throw new TiebreakError('bad-input', message);
}
