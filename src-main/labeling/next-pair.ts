/** Which pair of a post is asked next: by chance, if wanted with a preference for comments that few people judged yet. */

/** Numbers from 0 up to 1. */
export type Random = () => number;

export type OpenPairs = {
  readonly comments: readonly number[];
  /** Pairs that must not come, in any order of their sides. */
  readonly taken: Iterable<readonly [number, number]>;
  /** How many answers each comment is in; those without may lack. */
  readonly answers: ReadonlyMap<number, number>;
};

export type DrawnPair = {
  readonly leftId: number;
  readonly rightId: number;
  /** The chance with which just these two came, whichever was left. */
  readonly chance: number;
};

/**
 * A pair that may come, its sides by a fair coin, or null where there is none.
 * @param draws that compete for the fewest answers; with one alone every open pair is as likely
 */
export function choosePair({ comments, taken, answers }: OpenPairs, draws: number, random: Random): DrawnPair | null {
  const count = comments.length;
  if (count < 2) return null;
  const closed = new Map(Array.from(taken, (pair) => [nameOf(...pair), pair]));
  const isOpen = ([a, b]: Two): boolean => !closed.has(nameOf(a, b));
  const weight = ([a, b]: Two): number => (answers.get(a) ?? 0) + (answers.get(b) ?? 0);
  const drawn = Array.from({ length: draws }, () => drawTwo(comments, random)).filter(isOpen);
  const chosen =
    drawn.length > 0
      ? drawn.reduce((best, pair) => (weight(pair) < weight(best) ? pair : best))
      : firstOpen(comments, isOpen, random);
  if (!chosen) return null;
  const [a, b] = random() < 0.5 ? chosen : [chosen[1], chosen[0]];
  const open = openByWeight({ comments, taken: closed.values(), answers });
  const chance = chanceByDraws(weight(chosen), draws, open, (count * (count - 1)) / 2);
  return { leftId: a, rightId: b, chance };
}

/** How many pairs are open by the sum of their comments' answers. Comments are counted by their answers, since there may be hundreds of thousands. */
function openByWeight({ comments, taken, answers }: OpenPairs): ReadonlyMap<number, number> {
  const pairs = [...taken];
  const named = new Set([...answers.keys(), ...pairs.flat()]);
  const here = new Set(comments.filter((id) => named.has(id)));
  const counts = new Map([[0, comments.length - here.size]]);
  for (const id of here) counts.set(answers.get(id) ?? 0, (counts.get(answers.get(id) ?? 0) ?? 0) + 1);
  const byAnswers = [...counts].map(([of, length]) => ({ of, length }));
  const open = new Map<number, number>();
  const add = (weight: number, count: number): void => void open.set(weight, (open.get(weight) ?? 0) + count);
  for (const [i, one] of byAnswers.entries()) {
    add(2 * one.of, (one.length * (one.length - 1)) / 2);
    for (const other of byAnswers.slice(i + 1)) add(one.of + other.of, one.length * other.length);
  }
  for (const [a, b] of pairs) if (here.has(a) && here.has(b)) add((answers.get(a) ?? 0) + (answers.get(b) ?? 0), -1);
  return open;
}

/**
 * The chance of one that may come, of this weight, where the lowest of several that are drawn comes: that the lowest of them has its
 * weight, shared by those of the same; and where only closed ones were drawn, any of the open ones.
 * @param open how many may come, by weight
 * @param every how many there are, closed ones as well
 */
export function chanceByDraws(weight: number, draws: number, open: ReadonlyMap<number, number>, every: number): number {
  let [all, above] = [0, 0];
  for (const [of, count] of open) {
    all += count;
    if (of > weight) above += count;
  }
  const [closed, same] = [every - all, open.get(weight)!];
  const lowest = ((closed + above + same) / every) ** draws - ((closed + above) / every) ** draws;
  return lowest / same + (closed / every) ** draws / all;
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

/** Whether two comments are one of these pairs, in whichever order. */
export function isOneOf(pairs: Iterable<readonly [number, number]>): (one: number, other: number) => boolean {
  const names = new Set(Array.from(pairs, ([a, b]) => nameOf(a, b)));
  return (one, other) => names.has(nameOf(one, other));
}

function nameOf(a: number, b: number): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}
