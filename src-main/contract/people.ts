/** How people answer, each by themselves and beside the others. */
import type { Interval } from './evaluation.ts';
import type { Agreement } from './statistics.ts';
import type { ComparePair } from './views.ts';

/** A share of something, 0 to 1, with how far chance may have moved it; null where too little was measured to say. */
export type MeasuredShare = { readonly value: number; readonly interval: Interval | null };

/** A half of a person's answers, in the order in which they were given. */
export type HalfOfAnswers = {
  /** As the person's own figures; null where there is nothing to measure. */
  readonly agreement: number | null;
  readonly seconds: number | null;
};

/** Figures are null where there is nothing to measure. */
export type PersonFigures = {
  readonly annotator: string;
  /** Answers that count, skips and flags left out. */
  readonly answers: number;
  /** Pairs that others answered as well, and how often, on the mean of these pairs, another one says the same. With a 95% interval. */
  readonly shared: number;
  readonly agreement: MeasuredShare | null;
  /** Pairs answered more than once, and how often these answers are the same, whichever side the comments stood on. With a 95% interval. */
  readonly repeated: number;
  readonly consistency: MeasuredShare | null;
  /** Median of the times that answers took. */
  readonly seconds: number | null;
  /** Answers that chose a comment on a screen whose sides were a fair coin's, and the share that chose the left one. With a 95% interval. */
  readonly sided: number;
  readonly left: MeasuredShare | null;
  /** Share of the answers that call neither comment the better one. */
  readonly ties: number;
  /** Chance of choosing the better of two comments, fitted to all answers (labeling/reliability.ts). With a 90% interval. */
  readonly reliability: MeasuredShare | null;
  /** The first half of their answers, and the second; null with fewer than twenty. */
  readonly change: readonly [first: HalfOfAnswers, second: HalfOfAnswers] | null;
};

/** How far people agree on the pairs of a post. */
type PostAgreement = {
  readonly post: number;
  /** Its title, or the beginning of its text. */
  readonly name: string;
  /** Pairs that two or more people answered, and how many did. */
  readonly pairs: number;
  readonly people: number;
  /** How often two people who answered the same pair say the same, on the mean of these pairs. */
  readonly share: number;
};

/** What labeling/ can say of people without the store. */
export type PeopleFigures = {
  /** Those with the most answers first, and not more than can be listed, the person at the screen among them in any case. */
  readonly people: readonly PersonFigures[];
  /** All who answered. */
  readonly total: number;
  /** Of all of them, by each person's newest answer on a pair, as the statistics of the data have it; with 95% intervals. */
  readonly agreement: Agreement & { readonly shareInterval: Interval | null; readonly alphaInterval: Interval | null };
  /** Posts on whose pairs people differ: those with the most such pairs first, and not more than can be listed. */
  readonly disputed: readonly Omit<PostAgreement, 'name'>[];
  /** All posts on whose pairs people differ. */
  readonly disputedTotal: number;
};

/** A pair on which people differ and which no verdict settles, its sides by a coin that always falls alike. */
export type DisputedPair = ComparePair & {
  /** What each of them says of it, in all their answers on it. */
  readonly voices: readonly { readonly annotator: string; readonly says: 'left' | 'right' | 'tie' }[];
};

export type DisputedPairs = {
  /** The most disputed first, and not more than were asked for. */
  readonly pairs: readonly DisputedPair[];
  readonly total: number;
  /** How many pairs have a verdict. */
  readonly settled: number;
};

export type PeopleReport = Omit<PeopleFigures, 'disputed'> & { readonly disputed: readonly PostAgreement[] };
