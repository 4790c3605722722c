import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Who may come in: who has the key, once; from then on, who has the cookie. Both end with this process. */
export type Session = {
  /** Stands in the address that is opened. */
  readonly key: string;
  readonly isKey: (key: string | null) => boolean;
  readonly setCookie: string;
  readonly hasCookie: (header: string | undefined) => boolean;
};

/** @param port stands in the cookie's name: browsers don't tell ports of a host apart, and two Tiebreaks may run */
export function createSession(port: number): Session {
  const key = randomBytes(32).toString('base64url');
  const secret = randomBytes(32).toString('base64url');
  const name = `tiebreak-${port}`;
  return {
    key,
    isKey: (found) => found !== null && same(found, key),
    setCookie: `${name}=${secret}; Path=/; HttpOnly; SameSite=Strict`,
    hasCookie: (header) =>
      (header ?? '')
        .split(';')
        .map((part) => part.trim())
        .some((part) => part.startsWith(`${name}=`) && same(part.slice(name.length + 1), secret)),
  };
}

/** Takes the same time wherever they differ. */
function same(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
