import type { ChosenBy, ListKind, Strategy } from '../../contract/records.ts';
import { chooseList, sizes } from '../../labeling/lists.ts';
import { chanceByDraws, choosePair, type DrawnPair, type Random } from '../../labeling/next-pair.ts';
import type { Pair } from '../../store/answers.ts';
import type { ReadingStore } from '../../store/open.ts';
import { answeredToRepeat, pairsOfPostFor } from '../../store/open-pairs.ts';
import { skippedLists } from '../../store/questions.ts';
import type { AskedPosts } from './asked-posts.ts';

/** A question that was handed out: comments of one post as they stand on the screen, two of them or a list. */
export type Question = {
  readonly kind: 'pair' | ListKind;
  readonly postId: number;
  readonly shown: readonly number[];
  readonly chosenBy: ChosenBy;
  /**
   * About the chance with which just this came, by any of the ways that it could have come: those that were asked before, and a pool that the
   * strategy filled, are taken as they were. null where a person picked it.
   */
  readonly chance: number | null;
};

/** How the next pair is chosen. */
export type Choice = {
  readonly strategy: Strategy;
  /** Share of pairs that are drawn by chance whatever the strategy. */
  readonly randomShare: number;
  /** Share of pairs that the person answered before, sides swapped. */
  readonly repeatShare: number;
  /** The pair that the strategy holds best among posts of the training split; null where it knows none now. */
  readonly best: (isOpen: (pair: Pair) => boolean) => Pair | null;
  /** The post that is finished before another one begins, and its pair that tells most, where that may be asked for; null without such a post. */
  readonly underWay: (isOpen: (pair: Pair) => boolean) => PostUnderWay | null;
};

export type PostUnderWay = {
  readonly postId: number;
  /** null on posts that models are measured on: there pairs are drawn, whatever is known of them. */
  readonly best: Pair | null;
};

/** Posts, and pairs within one, that compete for the fewest answers where these are to be spread. */
const spread = 4;
const rounds = 8;
/** Answers that a person has given since before a pair comes back. */
const repeatAfter = 30;

/** A pair for a person that is reserved for nobody, or now and then one that they answered before; null where none is open. */
export function findPair(
  store: ReadingStore,
  asked: AskedPosts | null,
  annotator: string,
  reserved: readonly Question[],
  choice: Choice,
  random: Random,
): Question | null {
  const going = findOfPost(store, annotator, reserved, choice, random);
  if (going) return going;
  const found = asked && findOpenPair(store, asked, annotator, reserved, choice, random);
  const { repeatShare } = choice;
  const repeated = found && random() < repeatShare ? findRepeat(store, annotator, reserved, random) : null;
  return repeated && asked?.has(repeated.postId) ? { ...repeated, chance: repeatShare * repeated.chance } : found;
}

/** Of the post that is under way the pair that tells most of it, and as often as by any strategy one by chance. */
function findOfPost(
  store: ReadingStore,
  annotator: string,
  reserved: readonly Question[],
  { strategy, randomShare, underWay }: Choice,
  random: Random,
): Question | null {
  const post = underWay(isFree(reserved));
  if (!post) return null;
  const share = strategy === 'random' ? 1 : randomShare;
  const { postId, best } = post;
  if (best && random() >= share) return asShown(best, 'finish', 1 - share, random);
  const within = pairOfPost(store, annotator, reserved, postId, 1, random);
  if (!within) return null;
  const { leftId, rightId, chance } = within;
  return { kind: 'pair', postId, shown: [leftId, rightId], chosenBy: 'random', chance: (best ? share : 1) * chance };
}

/** Whether a pair is reserved for nobody. */
const isFree =
  (reserved: readonly Question[]) =>
  ({ leftId, rightId }: Pair): boolean =>
    !reserved.some((other) => sameComments(other.shown, [leftId, rightId]));

function asShown({ postId, leftId, rightId }: Pair, chosenBy: ChosenBy, chance: number, random: Random): Question {
  const shown = random() < 0.5 ? [leftId, rightId] : [rightId, leftId];
  return { kind: 'pair', postId, shown, chosenBy, chance };
}

/** A pair of one post, of so many at once the one with the fewest answers. */
function pairOfPost(
  store: ReadingStore,
  annotator: string,
  reserved: readonly Question[],
  postId: number,
  draws: number,
  random: Random,
): DrawnPair | null {
  const { comments, taken, answers } = pairsOfPostFor(store, annotator, postId);
  const elsewhere = reserved.filter((other) => other.postId === postId && other.kind === 'pair');
  const closed = [...taken, ...elsewhere.map(({ shown }) => [shown[0]!, shown[1]!] as const)];
  return choosePair({ comments, taken: closed, answers }, draws, random);
}

function findOpenPair(
  store: ReadingStore,
  asked: AskedPosts,
  annotator: string,
  reserved: readonly Question[],
  { strategy, randomShare, best }: Choice,
  random: Random,
): Question | null {
  const share = strategy === 'random' ? 1 : randomShare;
  const byChance = random() < share;
  const looks = strategy !== 'random' && strategy !== 'coverage' && !byChance;
  const aimed = looks && asked.from(asked.at(random()))?.split === 'train';
  const found = aimed ? best(isFree(reserved)) : null;
  if (found) return asShown(found, strategy, 1 - share, random);
  // Posts that models are measured on are asked by chance whatever the model thinks of them.
  const spreads = !byChance && (strategy === 'coverage' || aimed);
  const draws = spreads ? spread : 1;
  let within: DrawnPair | null = null;
  const postId = findPost(asked, annotator, draws, 2, random, (id) => {
    within = pairOfPost(store, annotator, reserved, id, draws, random);
    return within !== null;
  });
  if (postId === null) return null;
  const { leftId, rightId, chance } = within!;
  const ofPost = spreads ? chanceOfPost(asked, postId) : 1 / asked.count;
  return {
    kind: 'pair',
    postId,
    shown: [leftId, rightId],
    chosenBy: spreads ? 'coverage' : 'random',
    chance: (spreads ? 1 - share : share) * ofPost * chance,
  };
}

/** Several comments of one post for a person; null where no post has enough with a pair that was not asked. */
export function findList(
  store: ReadingStore,
  asked: AskedPosts | null,
  annotator: string,
  kind: ListKind,
  reserved: readonly Question[],
  random: Random,
): Question | null {
  if (!asked) return null;
  let shown: readonly number[] | null = null;
  const skipped = skippedLists(store, annotator);
  const { least, most } = sizes[kind];
  let all = 0;
  const postId = findPost(asked, annotator, spread, least, random, (id) => {
    if (skipped.has(id) || reserved.some((other) => other.postId === id)) return false;
    const { comments, taken } = pairsOfPostFor(store, annotator, id);
    all = comments.length;
    shown = chooseList(comments, taken, kind, random);
    return shown !== null;
  });
  if (postId === null || shown === null) return null;
  const size = Math.min(most, all);
  let sets = 1;
  for (let i = 0; i < size; i++) sets *= (all - i) / (i + 1);
  const chance = chanceOfPost(asked, postId) / sets;
  return { kind, postId, shown, chosenBy: 'coverage', chance };
}

/** Whether two lists of comments hold the same, in any order. */
export function sameComments(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((id) => other.includes(id));
}

/**
 * Goes through posts until one has what is looked for: first a few drawn by chance, of so many at once those with fewest answers
 * first, and where only few are left one after another.
 */
function findPost(
  asked: AskedPosts,
  annotator: string,
  draws: number,
  least: number,
  random: Random,
  within: (postId: number) => boolean,
): number | null {
  const draw = (): number => asked.at(random());
  for (let round = 0; round < rounds; round++) {
    const posts = Array.from({ length: draws }, () => asked.from(draw(), least)).filter((one) => one !== undefined);
    for (const { postId } of posts.sort((a, b) => a.answers - b.answers)) if (within(postId)) return postId;
  }
  const start = draw();
  for (const [from, to] of [
    [start, asked.last],
    [asked.first, start - 1],
  ] as const) {
    let at: number | undefined = from;
    // A post may have no open pair but reserved ones, so there are at most so many steps.
    while (at !== undefined) {
      at = asked.openBetween(annotator, at, to, least);
      if (at === undefined) break;
      if (within(at)) return at;
      at += 1;
    }
  }
  return null;
}

/** The chance of a post where several that are drawn compete for the fewest answers. */
function chanceOfPost(asked: AskedPosts, postId: number): number {
  const { own, byAnswers } = asked.byAnswers(postId);
  const answered = [...byAnswers.values()].reduce((sum, count) => sum + count, 0);
  const all = Math.max(asked.count, answered + (own === 0 ? 1 : 0));
  return chanceByDraws(own, spread, new Map([...byAnswers, [0, all - answered]]), all);
}

/** An answer of long ago that comes back, the sides swapped. */
function findRepeat(
  store: ReadingStore,
  annotator: string,
  reserved: readonly Question[],
  random: Random,
): (Question & { readonly chance: number }) | null {
  const { pair, of } = answeredToRepeat(store, annotator, repeatAfter, random);
  if (!pair || reserved.some((other) => sameComments(other.shown, [pair.leftId, pair.rightId]))) return null;
  return { kind: 'pair', postId: pair.postId, shown: [pair.rightId, pair.leftId], chosenBy: 'again', chance: 1 / of };
}
