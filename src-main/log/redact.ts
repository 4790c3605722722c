import { homedir } from 'node:os';
import { TiebreakError } from '../contract/errors.ts';

/**
 * What of a value may stand in a log that people send to others: no text of a comment, no answer, no key, no address, no name of a home folder.
 * Of what can be anything, such as an error's message, only known wordings are kept: whatever is not known might be somebody's text.
 */

const longestFact = 200;

/** What JavaScript itself says of a defect, in wordings that hold names out of the program and no values. */
const knownMessages: readonly RegExp[] = [
  /^Cannot (read|set) properties of (undefined|null)/,
  /^[\w$.]{1,60} is not (a function|defined|iterable|a constructor)$/,
  /^Invalid (array|string|typed array) length/,
  /^Maximum call stack size exceeded$/,
  /^Array buffer allocation failed$/,
  /^Assignment to constant variable\.$/,
];

/** Codes of the system, of Node and of SQLite. */
const knownCode = /^(E[A-Z0-9]{2,14}|ERR_[A-Z_]{2,40}|SQLITE_[A-Z_]{2,30})$/;
const knownCalls: ReadonlySet<string> = new Set(
  'open read write stat lstat mkdir rename unlink rmdir scandir copyfile ftruncate fsync spawn connect listen bind'.split(
    ' ',
  ),
);

/** A short fact of ours in one line, such as a device's name. What is long is none. */
export function redacted(text: string, homes: readonly string[] = [homedir()]): string {
  if (text.length > longestFact) return '[text]';
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return withoutQuoted(withoutSecrets(withoutHomes(line, homes)));
}

type LoggedError = {
  readonly name: string;
  /** Of the system, the database or the application. */
  readonly code?: string;
  readonly syscall?: string;
  readonly message?: string;
  /** Where it came about, the innermost place first. */
  readonly at: readonly string[];
  readonly cause?: LoggedError;
};

/** @param installation the folder whose files are called by their place in it */
export function redactedError(error: unknown, installation: string, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { name: `a thrown ${typeof error}`, at: [] };
  const { code, syscall } = error as NodeJS.ErrnoException;
  const known = error instanceof TiebreakError || (typeof code === 'string' && knownCode.test(code));
  const message = knownMessage(error);
  return {
    name: /^[A-Za-z]{0,30}(Error|Exception)$/.test(error.name) ? error.name : 'Error',
    ...(known ? { code: code! } : {}),
    ...(typeof syscall === 'string' && knownCalls.has(syscall) ? { syscall } : {}),
    ...(message === null ? {} : { message }),
    at: framesOf(error, installation),
    ...(error.cause === undefined || depth >= 2 ? {} : { cause: redactedError(error.cause, installation, depth + 1) }),
  };
}

function knownMessage({ message, name }: Error): string | null {
  if (!/^(Type|Range|Reference)Error$/.test(name) || /[\r\n]/.test(message)) return null;
  return knownMessages.some((known) => known.test(message)) ? redacted(message) : null;
}

/** The places of a stack, without its first lines, which are the message, whatever that looks like. */
function framesOf({ stack, message }: Error, installation: string): readonly string[] {
  if (typeof stack !== 'string') return [];
  const begin = message === '' ? 0 : stack.indexOf(message) + message.length;
  // A message that was changed later can't be told from the places: then there are none.
  if (message !== '' && begin < message.length) return [];
  return stack
    .slice(begin)
    .split('\n')
    .slice(-Error.stackTraceLimit)
    .flatMap((line) => {
      const found =
        /^\s+at (?:async )?(?:([\w$.<>[\] ]{1,80}) \()?((?:file:\/\/|node:|\/|[A-Za-z]:\\)[^()]*:\d+:\d+)\)?$/.exec(
          line,
        );
      const place = found && placeIn(found[2]!, installation);
      return place ? [found[1] === undefined ? place : `${found[1]} (${place})`] : [];
    });
}

/** Null for what is neither the program's own nor Node's. */
function placeIn(place: string, installation: string): string | null {
  if (place.startsWith('node:')) return place;
  const [path, root] = [place.replace(/^file:\/\/(?=\/)/, ''), installation].map((each) => each.replaceAll('\\', '/'));
  const at = path!.indexOf(root!);
  return at < 0 ? null : path!.slice(at + root!.length).replace(/^\//, '');
}

function withoutHomes(text: string, homes: readonly string[]): string {
  const known = homes.filter((home) => home.length > 1).reduce((all, home) => all.replaceAll(home, '~'), text);
  // Other people's, and this one's written otherwise.
  return known.replace(/(?:\/home\/|\/Users\/)[^/\s"']+/g, '~').replace(/[A-Za-z]:[\\/]+Users[\\/]+[^\\/\s"']+/gi, '~');
}

function withoutSecrets(text: string): string {
  return text
    .replace(/\b[a-z][a-z0-9+.-]{1,20}:\/\/\S+/gi, '[address]')
    .replace(/\S+@\S+\.\S+/g, '[address]')
    .replace(/\b(bearer|basic|token|key|secret|password|authorization|cookie)\b(\s*[:=]\s*|\s+)\S+/gi, '$1 [secret]')
    .replace(/\b(hf|sk|pk|gh[a-z]|xox[a-z]|AKIA)[_-]?[A-Za-z0-9_-]{8,}/g, '[secret]')
    .replace(/\b(?=[A-Za-z0-9_+/=-]*\d)(?=[A-Za-z0-9_+/=-]*[A-Za-z])[A-Za-z0-9_+/=-]{20,}/g, '[secret]');
}

/** What is quoted is somebody's: a file's name, a text, a value. */
function withoutQuoted(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|“[^”]*”|‘[^’]*’|«[^»]*»/g, '[text]');
}
