import type { IncomingHttpHeaders } from 'node:http';

/**
 * Why a request is not for us, or null. Other pages in the same browser can send requests here: their Origin and
 * Sec-Fetch-Site give them away, and a name that was made to point to this machine gives itself away in Host.
 * @param changes whether the request does more than read: then it must say where it comes from
 */
export function foreign(headers: IncomingHttpHeaders, port: number, changes: boolean): string | null {
  const { host, origin } = headers;
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) {
    return 'Tiebreak answers only to the address it printed.';
  }
  if (origin === undefined ? changes : origin !== `http://${host}`) {
    return 'Tiebreak answers only to its own pages.';
  }
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return 'Tiebreak answers only to its own pages.';
  }
  return null;
}
