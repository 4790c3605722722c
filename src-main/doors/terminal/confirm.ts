import { createInterface } from 'node:readline/promises';

/** Whether somebody sits at the terminal who can be asked. */
export const canAsk = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true;

/** Asks on the terminal whether what was shown shall be done; no where nobody can be asked. */
export async function confirmed(signal: AbortSignal | undefined, question = 'Fetch it?'): Promise<boolean> {
  if (!canAsk()) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `, signal ? { signal } : {})).trim());
  } catch {
    return false;
  } finally {
    terminal.close();
  }
}
