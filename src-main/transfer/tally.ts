import type { Noun, ReadingCounts, Reported } from '../contract/reading.ts';
import { nouns } from '../contract/reading.ts';
import type { Left, Noted } from '../dataset/facts.ts';

/** Things of one kind that a report shows. */
const examplesShown = 20;
/** Things that were left out which are kept one by one. */
const leftListed = 10_000;

/** A thing that was left out, for the list of all of them. */
export type LeftOut = { readonly line: number; readonly of: Noun; readonly reason: string; readonly text: string };

type Said = (Left | Noted) & { readonly line: number };

/** What a file has come to: of each noun what was read and what came in, and everything that did not, or not as it stands there. */
export type Tally = {
  read: Record<Noun, number>;
  readonly imported: Record<Noun, number>;
  readonly kinds: Map<
    string,
    Reported & { count: number; examples: { line: number; text: string; detail?: string }[] }
  >;
  readonly left: LeftOut[];
  /** How many were left out, without those that only went along with others. */
  leftCount: number;
};

const zero = (): Record<Noun, number> => Object.fromEntries(nouns.map((noun) => [noun, 0])) as Record<Noun, number>;

export function emptyTally(): Tally {
  return { read: zero(), imported: zero(), kinds: new Map(), left: [], leftCount: 0 };
}

/** Notes a thing that was left out, or that came in otherwise than it stands in the file. */
export function report(tally: Tally, { kind, of, why, reason, text, line, count = 1 }: Said, detail?: string): void {
  const name = `${of} ${why}`;
  let known = tally.kinds.get(name);
  if (!known) {
    known = { kind: why, of, left: kind === 'left', count: 0, reason, examples: [] };
    tally.kinds.set(name, known);
  }
  known.count += count;
  // What went along with others is no loss of its own, and of what has no text its line is said.
  const goesAlong = why.startsWith('with-');
  if (known.examples.length < examplesShown && !goesAlong && (text !== '' || line > 0)) {
    known.examples.push({ line, text, ...(detail === undefined ? {} : { detail }) });
  }
  if (kind !== 'left' || goesAlong) return;
  tally.leftCount += count;
  if (tally.left.length < leftListed) tally.left.push({ line, of, reason: detail ?? reason, text });
}

/** What the reports say, the most frequent losses first. */
export function countsOfTally({ read, imported, kinds }: Tally): ReadingCounts {
  const reported = [...kinds.values()].sort((a, b) => Number(b.left) - Number(a.left) || b.count - a.count);
  return { read, imported, reported };
}
