/** Which pair of a post is asked next: by chance, with a little preference for comments that few people judged yet. */

/** Numbers from 0 up to 1. */
export type Random = () => number;

export type OpenPairs = {
  readonly comments: readonly number[];
  /** Pairs that must not come, in any order of their sides. */
  readonly taken: Iterable<readonly [number, number]>;
  /** How many answers each comment is in; those without may lack. */
  readonly answers: ReadonlyMap<number, number>;
};

/** Draws that compete: more of them would prefer more strongly. */
const draws = 4;

/** A pair that may come, its sides by a fair coin, or null where there is none. */
export function choosePair(
  { comments, taken, answers }: OpenPairs,
  random: Random,
): { readonly leftId: number; readonly rightId: number } | null {
  const count = comments.length;
  if (count < 2) return null;
  const closed = new Set(Array.from(taken, ([a, b]) => nameOf(a, b)));
  const isOpen = ([a, b]: Two): boolean => !closed.has(nameOf(a, b));
  const weight = ([a, b]: Two): number => (answers.get(a) ?? 0) + (answers.get(b) ?? 0);
  const drawn = Array.from({ length: draws }, () => drawTwo(comments, random)).filter(isOpen);
  const chosen =
    drawn.length > 0
      ? drawn.reduce((best, pair) => (weight(pair) < weight(best) ? pair : best))
      : firstOpen(comments, isOpen, random);
  if (!chosen) return null;
  const [a, b] = random() < 0.5 ? chosen : [chosen[1], chosen[0]];
  return { leftId: a, rightId: b };
}

type Two = readonly [number, number];

function drawTwo(comments: readonly number[], random: Random): Two {
  const first = Math.floor(random() * comments.length);
  const second = (first + 1 + Math.floor(random() * (comments.length - 1))) % comments.length;
  return [comments[first]!, comments[second]!];
}

/** Looks through all pairs from a place drawn by chance: it ends after as many as are closed. */
function firstOpen(comments: readonly number[], isOpen: (pair: Two) => boolean, random: Random): Two | null {
  const count = comments.length;
  const [from, step] = [Math.floor(random() * count), Math.floor(random() * (count - 1))];
  for (let i = 0; i < count; i++) {
    const first = (from + i) % count;
    for (let j = 0; j < count - 1; j++) {
      const pair: Two = [comments[first]!, comments[(first + 1 + ((step + j) % (count - 1))) % count]!];
      if (isOpen(pair)) return pair;
    }
  }
  return null;
}

function nameOf(a: number, b: number): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}
