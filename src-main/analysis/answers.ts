import { median } from 'd3-array';
import { maximum, minimum } from '../common/lists.ts';
import { counted, date, plainNumber, wholeNumber } from '../common/words.ts';
import type { Interval } from '../contract/evaluation.ts';
import type { Bar, Figure, IntervalRow } from '../contract/figures.ts';
import type { Agreement, DataNumbers } from '../contract/statistics.ts';
import { bootstrapInterval, type Share } from '../evaluation/bootstrap.ts';
import { barFigure, intervalFigure, intervalInWords, isBeside, percentOf, tableFigure } from './figure.ts';
import { type Candidate, distanceFrom } from './findings.ts';
import type { Measure, Part } from './part.ts';

/** What the figures of answers are made of, beside the statistics. */
export type AnswerParts = {
  /** How long each person's answers took, in milliseconds. */
  readonly times: ReadonlyMap<string, readonly number[]>;
  readonly intervals: { readonly share: Interval; readonly alpha: Interval } | null;
  /** Answers on comments with different votes: of each post how many there are, and how many choose the one with more. */
  readonly besideVotes: readonly Share[];
  readonly seed: number;
};

/** Who answered how much, when and how fast, and how far people agree. */
export function answersPart(statistics: DataNumbers, parts: AnswerParts): Part {
  const { times, intervals } = parts;
  const { answersPerDay, annotators, agreement } = statistics;
  const head = { id: 'answers', title: 'Answers' } as const;
  if (answersPerDay.length === 0) return { section: { ...head, note: 'Nobody has answered yet.', figures: [] } };
  const days = barsOfDays(answersPerDay);
  const beside = besideVotesOf(parts);
  const section = {
    ...head,
    note: null,
    figures: [
      barFigure(
        {
          id: 'answers-by-day',
          title: `Answers by ${days.unit.toLowerCase()} and person`,
          says: answersPerDaySays(answersPerDay),
        },
        { xLabel: days.unit, yLabel: 'Answers', bars: days.bars, of: 'answers' },
      ),
      peopleFigure(annotators, times),
      agreementFigure(agreement, intervals, beside),
    ],
  };
  return {
    section,
    findings: agreementFindings(agreement, intervals, beside),
    measures: [alphaOf(agreement, intervals)],
  };
}

const origins = { import: 'imported', compare: 'compared here', terminal: 'from the terminal' } as const;

function peopleFigure(annotators: DataNumbers['annotators'], times: AnswerParts['times']): Figure {
  return tableFigure(
    { id: 'people', title: 'People', says: paceSays([...times.values()]) },
    {
      columns: ['Who', 'How', 'Answers', 'Ties', 'Taken back', 'Seconds for an answer'],
      rows: annotators.map(({ annotator, origin, labels, ties, revoked }) => [
        annotator,
        origins[origin],
        labels,
        ties,
        revoked,
        // Only answers given here are timed.
        origin === 'compare' ? secondsOf(times.get(annotator) ?? []) : '–',
      ]),
    },
  );
}

const secondsOf = (times: readonly number[]): string => plainNumber((median(times) ?? Number.NaN) / 1000);
const fewest = 10;

/** How long an answer takes. @param times of each person, in milliseconds */
export function paceSays(times: readonly (readonly number[])[]): string {
  const all = times.flat();
  if (all.length === 0) return 'How long these answers took was not measured.';
  const few = all.length < fewest ? ' (which are few)' : '';
  const usual = `Half of the ${counted(all.length, 'timed answer')}${few} took ${secondsOf(all)} seconds or less`;
  const medians = times.filter(({ length }) => length >= fewest).map((one) => median(one)! / 1000);
  if (medians.length < 2) return `${usual}.`;
  return `${usual}; by person, the middle lies between ${plainNumber(minimum(medians))} and ${plainNumber(maximum(medians))} seconds.`;
}

/** How often answers choose the comment with more votes; null where too few could. */
type BesideVotes = { readonly share: number; readonly interval: Interval; readonly answers: number } | null;

/** With fewer pairs or answers an agreement is not told first. */
const fewestShared = 30;

function besideVotesOf({ besideVotes, seed }: AnswerParts): BesideVotes {
  const answers = besideVotes.reduce((all, { count }) => all + count, 0);
  if (answers < fewest) return null;
  const share = besideVotes.reduce((all, { sum }) => all + sum, 0) / answers;
  return { share, interval: bootstrapInterval(besideVotes, seed, 400), answers };
}

const percents = ([low, high]: Interval): Interval => [100 * low, 100 * high];

function agreementFigure(agreement: Agreement, intervals: AnswerParts['intervals'], beside: BesideVotes): Figure {
  const says = [agreementSays(agreement, intervals), besideVotesSays(beside)].filter((one) => one !== null).join(' ');
  const head = { id: 'agreement', title: 'How far people agree', says };
  const rows: readonly IntervalRow[] = [
    ...(agreement.share !== null && intervals
      ? [
          {
            name: 'Pairs on which all said the same',
            value: 100 * agreement.share,
            interval: percents(intervals.share),
            of: 'answers' as const,
          },
        ]
      : []),
    ...(beside
      ? [
          {
            name: 'Answers for the comment with more votes',
            value: 100 * beside.share,
            interval: percents(beside.interval),
            of: 'votes' as const,
          },
        ]
      : []),
  ];
  if (rows.length === 0) return tableFigure(head, { columns: [], rows: [] });
  return intervalFigure(head, { xLabel: 'Percent', rows });
}

/** How often people choose what has more votes. */
export function besideVotesSays(beside: BesideVotes): string | null {
  if (!beside) return null;
  const few = beside.answers < fewestShared ? ', which are few' : '';
  return `${percentOf(beside.share)} of the ${counted(beside.answers, 'answer')} on comments with different votes${few} choose the one with more (${intervalInWords(beside.interval, percentOf)}); chance is 50%.`;
}

function agreementFindings(
  { pairs, share, alpha }: Agreement,
  intervals: AnswerParts['intervals'],
  beside: BesideVotes,
): readonly Candidate[] {
  const found: Candidate[] = [];
  const figure = 'agreement';
  if (pairs >= fewestShared && share !== null && alpha !== null && intervals) {
    const chance = !isBeside(intervals.alpha, 0);
    const says = `People who answered the same pair said the same on ${percentOf(share)} of the pairs${chance ? ', no more than by chance' : ''}.`;
    const rests = `${counted(pairs, 'pair')}; ${intervalInWords(intervals.share, percentOf)}`;
    // That people agree on nothing is as telling as that they agree.
    found.push({ topic: 'agreement', says, rests, figure, strength: chance ? 1 : distanceFrom(intervals.alpha, 0, 1) });
  }
  if (beside && beside.answers >= fewestShared) {
    const { share: chosen, interval, answers } = beside;
    const says = `People choose the comment with more votes in ${percentOf(chosen)} of their answers, where 50% is chance.`;
    const rests = `${counted(answers, 'answer')}; ${intervalInWords(interval, percentOf)}`;
    found.push({
      topic: 'agreement',
      says,
      rests,
      figure,
      strength: distanceFrom(interval, 0.5, chosen > 0.5 ? 1 : 0),
    });
  }
  return found;
}

const alphaOf = ({ pairs, alpha }: Agreement, intervals: AnswerParts['intervals']): Measure => ({
  name: 'Krippendorff’s alpha of answers',
  value: alpha,
  interval: alpha === null ? null : (intervals?.alpha ?? null),
  of: counted(pairs, 'shared pair'),
  says: '1 is full agreement, 0 what chance gives; from 0.8 on people agree well',
});

const dayMs = 86_400_000;
const namedPeople = 4;
const barsAtMost = 62;

/** Answers over time, stacked by person: by day, or by week or month where there are too many days. */
export function barsOfDays(perDay: DataNumbers['answersPerDay']): {
  readonly unit: string;
  readonly bars: readonly Bar[];
} {
  const times = perDay.map(({ day }) => Date.parse(day));
  if (times.length === 0) return { unit: 'Day', bars: [] };
  const first = minimum(times);
  const last = maximum(times);
  const days = (last - first) / dayMs + 1;
  const [unit, start]: [string, (time: number) => number] =
    days <= barsAtMost
      ? ['Day', (time) => time]
      : days <= 7 * barsAtMost
        ? ['Week', startOfWeek]
        : ['Month', startOfMonth];

  const totals = new Map<string, number>();
  for (const { annotator, answers } of perDay) totals.set(annotator, (totals.get(annotator) ?? 0) + answers);
  const most = [...totals].toSorted((a, b) => b[1] - a[1]).map(([name]) => name);
  const named = most.length <= namedPeople + 1 ? most : most.slice(0, namedPeople);
  const names = named.length < most.length ? [...named, counted(most.length - named.length, 'other')] : named;

  const counts = new Map<number, number[]>();
  for (let time = first; time <= last; time += dayMs)
    counts.set(start(time), counts.get(start(time)) ?? names.map(() => 0));
  for (const { day, annotator, answers } of perDay) {
    const at = named.indexOf(annotator);
    counts.get(start(Date.parse(day)))![at === -1 ? names.length - 1 : at]! += answers;
  }
  const bars = [...counts].map(([time, parts]) => ({
    label: labelOf(time, unit),
    value: parts.reduce((sum, value) => sum + value, 0),
    parts: parts.map((value, index) => ({ name: names[index]!, value })),
  }));
  return { unit, bars };
}

const startOfWeek = (time: number): number => time - ((new Date(time).getUTCDay() + 6) % 7) * dayMs;
const startOfMonth = (time: number): number =>
  Date.UTC(new Date(time).getUTCFullYear(), new Date(time).getUTCMonth(), 1);

const dayName = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const monthName = new Intl.DateTimeFormat('en', { month: 'short', year: 'numeric', timeZone: 'UTC' });
const labelOf = (time: number, unit: string): string => (unit === 'Month' ? monthName : dayName).format(time);
/** How much was answered, and when most. */
export function answersPerDaySays(perDay: DataNumbers['answersPerDay']): string {
  const days = new Map<string, number>();
  for (const { day, answers } of perDay) days.set(day, (days.get(day) ?? 0) + answers);
  const all = [...days.values()].reduce((sum, answers) => sum + answers, 0);
  const people = new Set(perDay.map(({ annotator }) => annotator)).size;
  const [bestDay, most] = [...days].toSorted((a, b) => b[1] - a[1])[0] ?? ['', 0];
  if (most === 0) return 'Nobody has answered yet.';
  const by = `${counted(all, 'answer')} by ${counted(people, 'person', 'people')}`;
  if (days.size === 1) return `${by}, all on ${date(bestDay)}.`;
  return `${by} on ${counted(days.size, 'day')}; the most on ${date(bestDay)}, ${wholeNumber(most)}.`;
}

/** What the agreement between people comes to. What it means goes by Krippendorff's alpha, which allows for chance. */
export function agreementSays(
  { pairs, share: same, alpha }: Agreement,
  intervals: { readonly share: Interval; readonly alpha: Interval } | null = null,
): string {
  if (pairs === 0 || same === null) {
    return 'No pair has been answered by two people yet. Agreement can be measured once some have.';
  }
  const range = intervals ? ` (${intervalInWords(intervals.share, percentOf)})` : '';
  const agreed = `${counted(pairs, 'pair was', 'pairs were')} answered by two people or more; on ${percentOf(same)} of them all said the same${range}`;
  if (alpha === null) return `${agreed}. There is only one kind of answer, so nothing can be said of chance.`;
  const means =
    alpha >= 0.8
      ? 'people agree well'
      : alpha >= 0.667
        ? 'people agree enough for careful conclusions'
        : alpha > 0.1
          ? 'people agree more than by chance, but not reliably'
          : alpha >= -0.1
            ? 'people agree no more than by chance'
            : 'people disagree more than by chance';
  // The words go by one figure; they must not hide that it might as well be another.
  const uncertain =
    intervals && intervals.alpha[1] - intervals.alpha[0] > 0.3 ? ', as far as so few pairs can tell' : '';
  return `${agreed}: ${means}${uncertain}.`;
}
