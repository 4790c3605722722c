import type { Answer, Preference } from '../contract/records.ts';
import type { PeopleSay } from '../contract/views.ts';
import { saysOf } from './says.ts';

/** Adds to each comment how people answered on its pairs, each person once. */
export function withPeople<C extends { readonly id: number }>(
  comments: readonly C[],
  answers: readonly Answer<Preference>[],
): readonly (C & { readonly people: PeopleSay })[] {
  const peopleOn = peopleIn(answers);
  return comments.map((comment) => ({ ...comment, people: peopleOn(comment.id) }));
}

/** How people answered on the pairs of a comment, by its number, each person once. */
export function peopleIn(answers: readonly Answer<Preference>[]): (comment: number) => PeopleSay {
  const counts = new Map<number, { wins: number; losses: number; ties: number }>();
  const countOf = (id: number) => {
    const found = counts.get(id) ?? { wins: 0, losses: 0, ties: 0 };
    counts.set(id, found);
    return found;
  };
  for (const { firstId, secondId, share } of saysOf(answers)) {
    const [first, second] = [countOf(firstId), countOf(secondId)];
    const [better, worse] = share < 0.5 ? [second, first] : [first, second];
    if (share === 0.5) {
      first.ties += 1;
      second.ties += 1;
    } else {
      better.wins += 1;
      worse.losses += 1;
    }
  }
  return (comment) => counts.get(comment) ?? { wins: 0, losses: 0, ties: 0 };
}
