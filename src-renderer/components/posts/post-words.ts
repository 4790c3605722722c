import { maximum } from '../../../src-main/common/lists.ts';
import { areCounts, surenessInWords } from '../../../src-main/common/sureness.ts';
import { counted, countedSoFar, figure, wholeNumber } from '../../../src-main/common/words.ts';
import type { PostOrder } from '../../../src-main/contract/records.ts';
import type { PeopleSay } from '../../../src-main/contract/views.ts';
import type { PostFilters } from './posts.ts';

/** 'won 3, lost 1, tied 0', or that nobody has compared this comment. */
export function peopleInWords({ wins, losses, ties }: PeopleSay): string {
  if (wins + losses + ties === 0) return 'not compared yet';
  return `won ${wins}, lost ${losses}, tied ${ties}`;
}

/** How far a comment stands from the place it is compared with: 'up 2' where it stands higher now. null where one of them is unknown. */
export function moveInWords(from: number | null, to: number | null): string | null {
  if (from === null || to === null) return null;
  if (from === to) return 'same place';
  return from > to ? `up ${from - to}` : `down ${to - from}`;
}

/**
 * The chance that a comment is better than one with the mean reward of its post, as the model has it: on one scale for all posts, so that
 * comments that are nearly alike look so.
 * @param temperature what rewards are divided by before they are chances
 */
export function chanceOverMean(reward: number, rewards: readonly number[], temperature: number): number {
  const mean = rewards.reduce((sum, other) => sum + other, 0) / rewards.length;
  return 1 / (1 + Math.exp((mean - reward) / temperature));
}

/** Up to this chance, which of two neighbours is the better one is nearly a coin. */
const nearTie = 0.6;

/** Whether a comment is nearly as good as the next one. */
export const isNearTie = (beatsNext: number | null): boolean => beatsNext !== null && beatsNext <= nearTie;

/** Where each comment of a ranking stands in a row of near ties; null where it is in none. */
export function nearTies(
  comments: readonly { readonly beatsNext: number | null }[],
): readonly ('first' | 'within' | 'last' | null)[] {
  return comments.map(({ beatsNext }, at) => {
    const before = at > 0 && isNearTie(comments[at - 1]!.beatsNext);
    const after = at + 1 < comments.length && isNearTie(beatsNext);
    return before ? (after ? 'within' : 'last') : after ? 'first' : null;
  });
}

/** '1,204 posts', '10,000 posts or more'. */
export const postsInWords = (total: number): string => countedSoFar(total, 'post');

/** What posts are sorted by, where its name does not say it all. */
export const orderMeans: Readonly<Partial<Record<PostOrder, string>>> = {
  gain: 'First the posts with the two comments whose order is most open, so that one more answer of yours tells most; the percentage says how often the order has the better of two comments first.',
  unsure:
    'First the posts whose order may be wrong most often; the percentage says how often it has the better of two comments first.',
  against: 'First the posts with most answers of people that the model would have given otherwise.',
  newest: 'By when posts were written, as far as their files say; those without a date come last.',
};

/** The orders of posts as they are offered; those of a model only where there is one. */
export const orderNames: Readonly<Record<PostOrder, string>> = {
  gain: 'Where one more answer helps most',
  unsure: 'Least sure first',
  against: 'Most answers against the model first',
  newest: 'Newest first',
  comments: 'Most comments first',
};

/** The text of a post without its title, which many sources repeat at its beginning. */
export function withoutTitle(text: string, title: string | null): string {
  const whole = text.trim();
  if (title === null || !whole.startsWith(title.trim())) return whole;
  const rest = whole.slice(title.trim().length);
  // 'Is it' must not cut 'Is it so?' in two.
  return rest === '' || /^\s*\n/.test(rest) ? rest.trim() : whole;
}

/** Stands where a post has no text: what holds it is in another file, which may still come. */
export const noTextYet = 'The text of this post isn’t here yet';

/** '12 votes'; 'votes 0.29' where votes are no count. */
export const votesInWords = (votes: number): string =>
  (Number.isInteger(votes) ? counted(votes, 'vote') : `votes ${wholeNumber(votes)}`).replace('-', '−');

/** ' (412 over 37: sure)': what a comment's votes say over the most below them in the post; '' where they say nothing. */
export function overNext(
  comments: readonly { readonly votes: number | null }[],
  { votes }: { readonly votes: number | null },
): string {
  const all = comments.flatMap((comment) => comment.votes ?? []);
  if (votes === null || !areCounts(all)) return '';
  const below = all.filter((other) => other < votes);
  const says = below.length === 0 ? null : surenessInWords(votes, maximum(below));
  return says === null ? '' : ` (${says})`;
}

/** A reward with two decimals. */
export const rewardInWords = (reward: number | null | undefined): string => figure(reward, 2).replace('-', '−');

/** What the posts that match are called, as one that are asked about: 'posts with “cats”, train split, not compared'. */
export function namedAfter({ search, split, answers }: Pick<PostFilters, 'search' | 'split' | 'answers'>): string {
  const of = {
    '': '',
    some: 'compared before',
    none: 'not compared before',
    against: 'on which the model disagrees',
  }[answers];
  const words = search.trim() === '' ? '' : ` with “${search.trim().slice(0, 100)}”`;
  return [`posts${words}`, split && `${split} split`, of].filter(Boolean).join(', ');
}
