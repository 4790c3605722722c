/**
 * How a page of the browser door comes in, and shows that it may. The secret of its session lies where only pages of this host and port
 * can read, so that other tabs, a reload, and a tab that outlived a restart are let in as well.
 */
const place = 'tiebreak.session';

/** The session's secret; empty before this browser was let in. */
export const secret = (): string => localStorage.getItem(place) ?? '';

/** What goes along with a request for more than the pages. */
export const authorization = (): Record<string, string> => ({ authorization: `Bearer ${secret()}` });

/** Uses up the key that stands in the address, if one does. Gives whether this page is let in. */
export async function enter(): Promise<boolean> {
  const key = new URLSearchParams(location.search).get('key');
  if (key !== null) history.replaceState(history.state, '', `/${location.hash}`);
  const shown = { ...authorization(), ...(key === null ? {} : { 'tiebreak-key': key }) };
  const answer = await fetch('/session', { method: 'POST', headers: shown }).catch(() => null);
  // Where nobody answers, what is asked next says so.
  if (answer === null) return true;
  if (answer.status === 200) localStorage.setItem(place, await answer.text());
  return answer.ok;
}

/**
 * Whether the application that had this page listens here again. Another program may do so by now: it must not be shown the secret,
 * nor get a page to load in its place, so whoever answers has to show first that the session is known there.
 */
export async function isBack(): Promise<boolean> {
  const mark = await hex(crypto.subtle.digest('SHA-256', bytes(`${location.port} ${secret()}`)));
  const nonce = crypto.randomUUID();
  const answer = await fetch(`/session/${mark.slice(0, 16)}?nonce=${nonce}`, { cache: 'no-store' }).catch(() => null);
  if (!answer?.ok) return false;
  const key = await crypto.subtle.importKey('raw', bytes(mark), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return (await answer.text()) === (await hex(crypto.subtle.sign('HMAC', key, bytes(nonce))));
}

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

async function hex(digest: Promise<ArrayBuffer>): Promise<string> {
  return [...new Uint8Array(await digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
