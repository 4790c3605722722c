import { decisive } from '../common/verdicts.ts';
import type { Answer, Preference } from '../contract/records.ts';

/** What one person says of two comments, in all their answers on them. */
export type Say = {
  /** The comment with the lower number. */
  readonly firstId: number;
  readonly secondId: number;
  readonly annotator: string;
  readonly verdict: boolean;
  /** How far they hold the first to be the better one, 0 to 1; a tie is a half. */
  readonly share: number;
};

/**
 * One say for each person and pair, in the order in which they first answered, however often they did: a pair may be asked
 * again on purpose, and a file may bring a pair several times. Two answers of one person are no two people: they are two
 * measurements of one opinion, and its best estimate is their mean (the newest alone would throw a measurement away, and the
 * sum would let whoever is asked most often decide). So a person's answers on a pair share their one say equally, and who says
 * both is half and half. Where a verdict counts on a pair, what others answered on it is not used; several verdicts are the says of several people.
 */
export function saysOf(
  answers: readonly (Pick<Answer<Preference>, 'leftId' | 'rightId' | 'choice' | 'annotator'> & {
    readonly verdict?: boolean;
  })[],
): readonly Say[] {
  const said = new Map<string, Omit<Say, 'share'> & { sum: number; count: number }>();
  for (const { leftId, rightId, choice, annotator, verdict = false } of decisive(answers)) {
    const [firstId, secondId] = [Math.min(leftId, rightId), Math.max(leftId, rightId)];
    const name = `${firstId} ${secondId} ${annotator}`;
    const one = said.get(name) ?? { firstId, secondId, annotator, verdict, sum: 0, count: 0 };
    one.sum += choice === 'tie' || choice === 'bad' ? 0.5 : (choice === 'left') === (leftId === firstId) ? 1 : 0;
    one.count += 1;
    said.set(name, one);
  }
  return [...said.values()].map(({ firstId, secondId, annotator, verdict, sum, count }) => {
    return { firstId, secondId, annotator, verdict, share: sum / count };
  });
}
