import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeWholeFileNow } from '../../disk/whole.ts';

/**
 * What an open door leaves in its data folder: where it listens, and a secret of its own. Who can read the folder, as a second
 * `npm start` can, may ask it for an address with a fresh key. The secret is never sent, and dies with the door.
 */
export type Word = {
  /** Whether who asks has read the word. */
  readonly isAsking: (nonce: string, asked: string) => boolean;
  /** Shows who asked that the key comes from this door, and not from a program that listens where one was. */
  readonly giving: (nonce: string, key: string) => string;
  readonly remove: () => void;
};

const placeOf = (home: string): string => join(home, 'browser-door.json');
const mac = (secret: string, text: string): string => createHmac('sha256', secret).update(text).digest('hex');
const patienceMs = 5_000;

/** Leaves word of a door that listens on this port. */
export function leaveWord(home: string, port: number): Word {
  const secret = randomBytes(32).toString('base64url');
  writeWholeFileNow(placeOf(home), JSON.stringify({ port, secret }), 0o600);
  return {
    isAsking: (nonce, asked) => same(asked, mac(secret, `ask ${nonce}`)),
    giving: (nonce, key) => mac(secret, `give ${nonce} ${key}`),
    remove: () => rmSync(placeOf(home), { force: true }),
  };
}

/** The address, with a key of its own, of the door that is open on this data folder; null where there is none. */
export async function addressOfOpenDoor(home: string): Promise<string | null> {
  try {
    const { port, secret } = JSON.parse(readFileSync(placeOf(home), 'utf8')) as { port: unknown; secret: unknown };
    if (!Number.isInteger(port) || typeof secret !== 'string') return null;
    const origin = `http://127.0.0.1:${port}`;
    const nonce = randomBytes(32).toString('base64url');
    const answer = await fetch(`${origin}/keys`, {
      method: 'POST',
      headers: { origin, 'tiebreak-nonce': nonce, 'tiebreak-asked': mac(secret, `ask ${nonce}`) },
      redirect: 'error',
      signal: AbortSignal.timeout(patienceMs),
    });
    const { key, given } = (await answer.json()) as { key: unknown; given: unknown };
    if (!/^[\w-]{43}$/.test(String(key)) || !same(String(given), mac(secret, `give ${nonce} ${key}`))) return null;
    return addressWith(port as number, String(key));
  } catch {
    // No word, a torn one, nobody there, or somebody else.
    return null;
  }
}

export const addressWith = (port: number, key: string): string => `http://127.0.0.1:${port}/?key=${key}`;

/** Takes the same time wherever they differ. */
function same(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}
