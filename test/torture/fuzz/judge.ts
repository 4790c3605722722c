import { ORPCError } from '@orpc/server';
import { TiebreakError } from '../../../src-main/contract/errors.ts';
import { Defect } from './target.ts';

/** What no sentence for a person holds. */
const ofPrograms =
  /Cannot read propert|is not a function|is not iterable|\bundefined\b|\[object |call stack|Invalid (array|string|typed array) length|Unexpected token|\bat .+:\d+:\d+|ERR_[A-Z]|SQLITE_|must be of type|The "\w+" argument/;

/** What is wrong with how something was refused; null where a person was told in a plain sentence. */
export function complaintAbout(error: unknown): string | null {
  if (error instanceof Defect) return error.message;
  const told = error instanceof TiebreakError || error instanceof ORPCError;
  if (!told) return `not refused but thrown: ${stackOf(error)}`;
  const { message, code } = error;
  if (code === 'defect' || code === 'INTERNAL_SERVER_ERROR') return `a defect: ${message} ${stackOf(error.cause)}`;
  // What was given may be quoted: that is not ours to answer for.
  const own = message.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, '""');
  if (ofPrograms.test(own)) return `in words of programs: ${message}`;
  if (!/^[\p{Lu}\p{N}"'/`[_.]|^\S+ /u.test(message) || !/[.:)]$/.test(message.trimEnd()))
    return `no sentence: ${message}`;
  return null;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 6).join(' | ') : String(error);
}
