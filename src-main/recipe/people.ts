import type { Answer, Preference } from '../contract/records.ts';
import type { PeopleSay } from '../contract/views.ts';
import { saysOf } from './says.ts';

/** Adds to each comment how people answered on its pairs, each person once. */
export function withPeople<C extends { readonly id: number }>(
  comments: readonly C[],
  answers: readonly Answer<Preference>[],
): readonly (C & { readonly people: PeopleSay })[] {
  const counts = new Map(comments.map(({ id }) => [id, { wins: 0, losses: 0, ties: 0 }]));
  for (const { firstId, secondId, share } of saysOf(answers)) {
    const [first, second] = [counts.get(firstId), counts.get(secondId)];
    if (!first || !second) continue;
    const [better, worse] = share < 0.5 ? [second, first] : [first, second];
    if (share === 0.5) {
      first.ties += 1;
      second.ties += 1;
    } else {
      better.wins += 1;
      worse.losses += 1;
    }
  }
  return comments.map((comment) => ({ ...comment, people: counts.get(comment.id)! }));
}
