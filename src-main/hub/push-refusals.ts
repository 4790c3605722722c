import { TiebreakError } from '../contract/errors.ts';
import type { HubToken } from './token.ts';

type Refusal = { readonly url: string; readonly statusCode: number; readonly data?: object | undefined };
type Asked = { readonly hub: string; readonly token: HubToken; readonly repository: string };

/** Why the hub refused what was sent, in a sentence; its own words go along where it has some, without the token. */
export function refusalOf({ url, statusCode, data }: Refusal, { hub, token, repository }: Asked): TiebreakError {
  const { host, origin } = new URL(hub);
  const words = wordsOf(data, token);
  const said = words === '' ? '' : ` It says: ${words}`;
  const rest = `Nothing of ${repository} was changed.`;
  const at = URL.canParse(url) ? new URL(url) : new URL(hub);
  if (at.origin !== origin) {
    const message = `${at.host}, where the hub keeps large files, refused what was sent (${statusCode}).${said} ${rest} Send it again: what is up is not sent a second time.`;
    return new TiebreakError('bad-input', message);
  }
  switch (statusCode) {
    case 401:
      return new TiebreakError(
        'bad-input',
        `${host} doesn't know the token in ${token.from} (401). ${rest} See whether it was revoked or cut off, and make another one there that may write.`,
      );
    case 403:
      return new TiebreakError(
        'bad-input',
        `${host} doesn't let the token in ${token.from} write to ${repository} (403): the name is somebody else's, or the token may only read.${said} ${rest} Choose a repository under your own name, or make a token that may write to it.`,
      );
    case 409:
      return new TiebreakError(
        'bad-input',
        `${repository} is there already on ${host}, and the token in ${token.from} may not see it. ${rest} Choose another name.`,
      );
    case 429:
      return new TiebreakError(
        'busy',
        `${host} is asked too much at the moment (429). ${rest} Send it again in a few minutes: what is up is not sent a second time.`,
      );
    default:
      return new TiebreakError(
        'bad-input',
        `${host} refused what was sent (${statusCode}).${said} ${rest} What is up is not sent a second time.`,
      );
  }
}

/** What the hub says of a refusal, as one line. */
function wordsOf(data: object | undefined, token: HubToken): string {
  const { error, message } = (data ?? {}) as { readonly error?: unknown; readonly message?: unknown };
  const text = typeof error === 'string' ? error : typeof message === 'string' ? message : '';
  if (text.trimStart().startsWith('<')) return '';
  const line = token.without(text).replaceAll(/\s+/g, ' ').trim().slice(0, 300);
  return line === '' || /[.!?…]$/.test(line) ? line : `${line}.`;
}

/** An answer that is none. */
export function strange(hub: string): TiebreakError {
  const message = `${new URL(hub).host} answered in a way that is not understood here. Nothing here was changed: export the model as a Hugging Face folder, and upload that in a browser.`;
  return new TiebreakError('bad-input', message);
}
