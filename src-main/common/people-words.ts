/** How people answer, in words: the view and the terminal say it alike. */
import type {
  DisputedPair,
  DisputedPairs,
  HalfOfAnswers,
  MeasuredShare,
  PeopleReport,
  PersonFigures,
} from '../contract/people.ts';
import { measuredInterval, rangeInWords, withInterval } from './measured.ts';
import { counted, figure, percent, wholeNumber } from './words.ts';

/** People who are listed at most, besides the one at the screen. */
export const mostPeople = 100;

/** A figure, between which two others it is but for chance, and on how many pairs or answers it was measured; '' where that is not said. */
export type PeopleCell = { readonly value: string; readonly range: string; readonly of: string };

/** A column of the table of people: what it is called, what that means, and what stands in it. */
export type PeopleColumn = {
  readonly name: string;
  /** One sentence. */
  readonly means: string;
  readonly says: (person: PersonFigures) => PeopleCell;
};

const plain = (value: string): PeopleCell => ({ value, range: '', of: '' });
const nothing = plain('–');
const whole = (share: number): string => `${Math.round(100 * share)}%`;
const share = (measured: MeasuredShare | null, cases?: number): PeopleCell => {
  if (measured === null) return nothing;
  const range = measuredInterval(measured.interval);
  return {
    value: whole(measured.value),
    range: range ? rangeInWords(range, whole) : '',
    of: cases === undefined ? '' : wholeNumber(cases),
  };
};
const seconds = (value: number): string => `${figure(value, 1)} s`;

export const peopleColumns: readonly PeopleColumn[] = [
  {
    name: 'Answers',
    means: 'How many count; skips and flags are not among them.',
    says: ({ answers }) => plain(wholeNumber(answers)),
  },
  {
    name: 'Agreement',
    means:
      'On the pairs that others answered as well, how often another person says the same; “of 12” is the number of these pairs.',
    says: ({ agreement, shared }) => share(agreement, shared),
  },
  {
    name: 'Self-consistency',
    means:
      'On pairs answered more than once, how often the answers are the same, whichever side the comments stood on.',
    says: ({ consistency, repeated }) => share(consistency, repeated),
  },
  {
    name: 'Reliability',
    means:
      'The chance of choosing the better one of two comments, where which one is better is inferred from all answers together; it begins at 80% and moves as pairs are shared.',
    says: ({ reliability }) => share(reliability),
  },
  {
    name: 'Chose the left',
    means:
      'Of the answers in Compare that chose a comment, how many chose the left one; sides are by a fair coin, so far from 50% is a leaning to a side.',
    says: ({ left, sided }) => share(left, sided),
  },
  {
    name: 'Ties',
    means: 'How many of the answers call neither comment the better one.',
    says: ({ ties }) => plain(whole(ties)),
  },
  {
    name: 'Time',
    means: 'The median: half of the answers took longer.',
    says: ({ seconds: median }) => (median === null ? nothing : plain(seconds(median))),
  },
  {
    name: 'Change',
    means:
      'Agreement and time in the first half of the answers, and in the second; it is left out with fewer than twenty answers.',
    says: ({ change }) => (change === null ? nothing : changeCell(change)),
  },
];

function changeCell([first, second]: readonly [HalfOfAnswers, HalfOfAnswers]): PeopleCell {
  const parts = [
    ...(first.agreement === null || second.agreement === null
      ? []
      : [`${whole(first.agreement)} → ${whole(second.agreement)}`]),
    ...(first.seconds === null || second.seconds === null
      ? []
      : [`${figure(first.seconds, 1)} → ${seconds(second.seconds)}`]),
  ];
  return parts.length === 0 ? nothing : plain(parts.join(', '));
}

/** What stands beside the figures. */
export const intervalWords =
  'The range with a figure is how far chance may have moved it: in 95 of 100 cases the true one lies there, for the reliability in 90 of 100. With too few pairs to say, there is none.';

/** How far all agree, in a sentence or two. */
export function agreementWords({
  pairs,
  share: same,
  alpha,
  shareInterval,
  alphaInterval,
}: PeopleReport['agreement']): string {
  if (same === null) return 'No pair was answered by two people yet, so nothing can be said of how far they agree.';
  const lead = `On ${counted(pairs, 'pair')} that two or more people answered, all said the same on ${withInterval(same, shareInterval, percent)}.`;
  if (alpha === null) return lead;
  const value = withInterval(alpha, alphaInterval, (each) => figure(each, 2).replace('-', '−'));
  return `${lead} Krippendorff’s alpha is ${value}: 1 is full agreement, 0 is what chance gives.`;
}

/** What the posts that are listed are, in a sentence. */
export function disputedWords({ disputed, disputedTotal }: PeopleReport): string {
  const all = `People differ on pairs of ${counted(disputedTotal, 'post')}`;
  const shown = disputed.length < disputedTotal ? `; the first ${wholeNumber(disputed.length)} stand here` : '';
  return `${all}, those with the most such pairs first${shown}. Agreement is how often two people who answered the same pair say the same.`;
}

/** That not all who answered are listed; '' where all are. */
export function unlistedWords({ people, total }: PeopleReport): string {
  if (people.length >= total) return '';
  const all = `The ${wholeNumber(Math.min(people.length, mostPeople))} with the most answers, of ${wholeNumber(total)}`;
  return people.length > mostPeople ? `${all}, and below them your own row.` : `${all}.`;
}

/**
 * What each side has, in a sentence: 'Of 3 people, 2 said left, 1 right, 0 neither.' without names.
 * @param sides how the two are called where they are shown: one below the other they are the upper and the lower one
 */
export function voicesWords(
  { voices }: Pick<DisputedPair, 'voices'>,
  sides: { readonly left: string; readonly right: string } = { left: 'left', right: 'right' },
): string {
  const count = (wanted: DisputedPair['voices'][number]['says']): number =>
    voices.filter(({ says }) => says === wanted).length;
  return `Of ${counted(voices.length, 'person', 'people')}, ${count('left')} said ${sides.left}, ${count('right')} ${sides.right}, ${count('tie')} neither.`;
}

/** What the list of disputed pairs is, in a sentence or two. */
export function disputedPairsWords({ total, settled }: DisputedPairs): string {
  const done = settled === 0 ? '' : ` ${counted(settled, 'pair is', 'pairs are')} settled by a verdict.`;
  if (total === 0) return `People differ on no ${settled === 0 ? '' : 'other '}pair.${done}`;
  return `People differ on ${counted(total, 'pair')}, the most disputed first.${done}`;
}
