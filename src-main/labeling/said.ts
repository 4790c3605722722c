import type { Answer, Preference } from '../contract/records.ts';
import type { Outcome } from './davidson.ts';
import type { Said } from './post-posterior.ts';

type Told = Pick<Answer<Preference>, 'leftId' | 'rightId' | 'choice' | 'annotator'>;

/**
 * What people said of comments, by their places in a list, with the sides on which they stood. Where a person answered a pair several
 * times, these answers share one say (recipe/says.ts). That both are bad is a tie.
 */
export function saidOf(answers: readonly Told[], ids: readonly number[]): readonly Said[] {
  const places = new Map(ids.map((id, place) => [id, place]));
  const times = new Map<string, number>();
  for (const answer of answers) times.set(nameOf(answer), (times.get(nameOf(answer)) ?? 0) + 1);
  return answers.flatMap((answer): Said[] => {
    const [left, right] = [places.get(answer.leftId), places.get(answer.rightId)];
    if (left === undefined || right === undefined || left === right) return [];
    return [{ left, right, outcome: outcomeOf(answer), weight: 1 / times.get(nameOf(answer))! }];
  });
}

const outcomeOf = ({ choice }: Told): Outcome => (choice === 'left' || choice === 'right' ? choice : 'tie');

const nameOf = ({ leftId, rightId, annotator }: Told): string =>
  `${Math.min(leftId, rightId)} ${Math.max(leftId, rightId)} ${annotator}`;
