import { lessMemory, outOfMemory } from '../common/forecast-words.ts';

/**
 * Why a process ended, in words for a person.
 * @param lastWords the end of what it wrote on standard error
 */
export function exitReason(code: number | null, signal: NodeJS.Signals | null, lastWords: string): string {
  if (outOfMemory.test(lastWords)) return `it ran out of memory; ${lessMemory}`;
  if (signal === 'SIGKILL') {
    return `it was killed from outside, as the system does when memory runs out (SIGKILL); ${lessMemory}`;
  }
  const words = lastLine(lastWords);
  const said = words === null ? '' : `, its last words were "${words}"`;
  return signal === null ? `it stopped with exit code ${code}${said}` : `it was ended by ${signal}${said}`;
}

/** The line that says most: the last one that names an error, or else the last one. */
function lastLine(text: string): string | null {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^at |^Node\.js v/.test(line));
  const line = lines.findLast((candidate) => /error/i.test(candidate)) ?? lines.at(-1);
  return line === undefined ? null : line.slice(0, 200);
}
