/** Verdicts: labels that settle a pair on which people differ. */

type OnPair = { readonly leftId: number; readonly rightId: number; readonly verdict?: boolean };

/** What names a pair, whichever comment was left. */
const nameOf = ({ leftId, rightId }: OnPair): string =>
  leftId < rightId ? `${leftId} ${rightId}` : `${rightId} ${leftId}`;

/**
 * The answers that are used where a pair is learned from or ranked by: on a pair on which a verdict counts, verdicts alone. Answers without a
 * verdict among them come back as they are.
 * @param answers those that count, on pairs of one or several posts
 */
export function decisive<A extends OnPair>(answers: readonly A[]): readonly A[] {
  if (!answers.some(({ verdict }) => verdict)) return answers;
  const settled = new Set(answers.filter(({ verdict }) => verdict).map(nameOf));
  return answers.filter((answer) => answer.verdict || !settled.has(nameOf(answer)));
}

/** What people answered by themselves: without verdicts. */
export const ordinary = <A extends { readonly verdict?: boolean }>(answers: readonly A[]): readonly A[] =>
  answers.some(({ verdict }) => verdict) ? answers.filter(({ verdict }) => !verdict) : answers;
