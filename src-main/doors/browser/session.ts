import { createHash, createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWholeFileNow } from '../../disk/whole.ts';

/**
 * Who may come in. A key stands in an address, and is used up by the first page that shows it: that page gets the secret of a session,
 * keeps it where only pages of this host and port can read, and shows it with every request. Nothing of that is a cookie, which browsers
 * send to every port of this machine.
 */
export type Session = {
  /** A key for one address. The newest few count. */
  readonly mintKey: () => string;
  /** Uses a key up, and gives the secret of a new session for it; null where there is no such key. */
  readonly enter: (key: string) => string | null;
  readonly knows: (secret: string) => boolean;
  /** Shows that this door has a session, by the beginning of its mark, without anything being told that lets in; null where it has none. */
  readonly proof: (mark: string, nonce: string) => string | null;
  /** What fetches this path once: downloads are asked for by the browser, which shows no secret. */
  readonly ticketFor: (path: string) => string;
  readonly useTicket: (ticket: string, path: string) => boolean;
  /** Lets all that were let in into another data folder in the place of this one, for as long as they live and after a restart there. */
  readonly moveTo: (home: string) => void;
};

/** Of more, the oldest ends. */
const limits = { keys: 8, sessions: 20, tickets: 64 } as const;

const placeOf = (home: string): string => join(home, 'sessions.json');
const random = (): string => randomBytes(32).toString('base64url');
const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Sessions outlive this process, so that a tab that is open comes back after a restart: their marks are kept in the data folder, from
 * which no secret can be told.
 * @param port is part of a mark: a program that listens where Tiebreak once did gets nothing that lets in elsewhere
 */
export function createSession(first: string, port: number): Session {
  let home = first;
  const keys = new Set<string>();
  const tickets = new Map<string, string>();
  const markOf = (secret: string): string => digest(`${port} ${secret}`);
  const sessions = new Set(readKept(home).sessions);
  keep(home, port, sessions);
  return {
    mintKey: () => {
      const key = random();
      keys.add(digest(key));
      dropOldest(keys, limits.keys);
      return key;
    },
    enter: (key) => {
      if (!keys.delete(digest(key))) return null;
      const secret = random();
      sessions.add(markOf(secret));
      dropOldest(sessions, limits.sessions);
      keep(home, port, sessions);
      return secret;
    },
    knows: (secret) => sessions.has(markOf(secret)),
    proof: (mark, nonce) => {
      const found = [...sessions].find((each) => each.startsWith(mark));
      return found === undefined ? null : createHmac('sha256', found).update(nonce).digest('hex');
    },
    ticketFor: (path) => {
      const ticket = random();
      tickets.set(digest(ticket), path);
      dropOldest(tickets, limits.tickets);
      return ticket;
    },
    useTicket: (ticket, path) => {
      const mark = digest(ticket);
      return tickets.get(mark) === path && tickets.delete(mark);
    },
    moveTo: (other) => {
      home = other;
      for (const mark of readKept(home).sessions) sessions.add(mark);
      dropOldest(sessions, limits.sessions);
      keep(home, port, sessions);
    },
  };
}

/** The port that the last door of this data folder had, which old tabs still ask; 0 without one. */
export function lastPort(home: string): number {
  return readKept(home).port;
}

type Kept = { readonly port: number; readonly sessions: readonly string[] };

function readKept(home: string): Kept {
  try {
    const { port, sessions } = JSON.parse(readFileSync(placeOf(home), 'utf8')) as Partial<Kept>;
    const marks = Array.isArray(sessions) ? sessions.filter((mark) => /^[0-9a-f]{64}$/.test(String(mark))) : [];
    return { port: Number.isInteger(port) && port! > 0 && port! < 65_536 ? port! : 0, sessions: marks };
  } catch {
    return { port: 0, sessions: [] };
  }
}

function keep(home: string, port: number, sessions: ReadonlySet<string>): void {
  try {
    writeWholeFileNow(placeOf(home), JSON.stringify({ port, sessions: [...sessions] }), 0o600);
  } catch {
    // It costs old tabs their return, and nothing else.
  }
}

function dropOldest(
  all: { readonly size: number; keys(): Iterator<string>; delete(key: string): boolean },
  most: number,
) {
  while (all.size > most) all.delete(all.keys().next().value!);
}
