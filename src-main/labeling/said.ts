import { decisive } from '../common/verdicts.ts';
import type { Answer, Preference } from '../contract/records.ts';
import type { Outcome } from './davidson.ts';
import type { Said } from './post-posterior.ts';

type Told = Pick<Answer<Preference>, 'leftId' | 'rightId' | 'choice' | 'annotator'> & { readonly verdict?: boolean };

/**
 * What people said of comments, by their places in a list, with the sides on which they stood. Where a person answered a pair several
 * times, these answers share one say (recipe/says.ts). That both are bad is a tie. Where a verdict counts on a pair, it stands in the place of the
 * answers of all who spoke of it and weighs as much as they would together; several verdicts share that.
 */
export function saidOf(all: readonly Told[], ids: readonly number[]): readonly Said[] {
  const answers = decisive(all);
  const weights = all.some(({ verdict }) => verdict) ? weightsOf(all) : null;
  const places = new Map(ids.map((id, place) => [id, place]));
  const times = new Map<string, number>();
  for (const answer of answers) times.set(nameOf(answer), (times.get(nameOf(answer)) ?? 0) + 1);
  return answers.flatMap((answer): Said[] => {
    const [left, right] = [places.get(answer.leftId), places.get(answer.rightId)];
    if (left === undefined || right === undefined || left === right) return [];
    return [{ left, right, outcome: outcomeOf(answer), weight: (weights?.(answer) ?? 1) / times.get(nameOf(answer))! }];
  });
}

/** How many people a person's verdicts on a pair stand for; 1 for other answers. */
function weightsOf(all: readonly Told[]): (answer: Told) => number {
  const pairs = new Map<string, { readonly people: Set<string>; readonly judges: Set<string> }>();
  for (const answer of all) {
    const pair = pairs.get(pairOf(answer)) ?? { people: new Set(), judges: new Set() };
    pair.people.add(answer.annotator);
    if (answer.verdict) pair.judges.add(answer.annotator);
    pairs.set(pairOf(answer), pair);
  }
  return (answer) => {
    const { people, judges } = pairs.get(pairOf(answer))!;
    return judges.size === 0 ? 1 : people.size / judges.size;
  };
}

const outcomeOf = ({ choice }: Told): Outcome => (choice === 'left' || choice === 'right' ? choice : 'tie');

const pairOf = ({ leftId, rightId }: Told): string => `${Math.min(leftId, rightId)} ${Math.max(leftId, rightId)}`;
const nameOf = (answer: Told): string => `${pairOf(answer)} ${answer.annotator}`;
