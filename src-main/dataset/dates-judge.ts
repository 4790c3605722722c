import { append } from '../common/lists.ts';
import type { DateOrder, FoundReading } from '../contract/reading.ts';
import { numbersDateOf, orderIn } from './dates.ts';
import type { RawComment, RawFact, RawPost } from './facts.ts';

/** How dates of a file are read, as far as its own dates tell. */
export type DatesFound = {
  /** null where there are none of numbers alone. */
  readonly order: DateOrder | 'undecided' | null;
  /** How that was decided, in words with an example. */
  readonly says: string | null;
  /** Whether some date can be read in one way only; else more of the file may tell. */
  readonly sure: boolean;
};

/** The order that was decided; null where there is none. */
export const decidedOrder = ({ order }: Pick<DatesFound, 'order'>): DateOrder | null =>
  order === 'undecided' ? null : order;

type DatesJudge = { readonly take: (raw: RawFact) => void; readonly found: () => DatesFound };

const orderInWords = { 'day-first': 'day/month/year', 'month-first': 'month/day/year' } as const;

/**
 * Gathers the dates of a file, in constant memory. A number above 12 in the first place says that the day is first, in the second that the month
 * is; where both occur, nobody but a person can tell.
 * @param earlier how dates of an earlier file were read that looked the same: followed where no date of this one tells
 */
export function createDatesJudge(earlier: DateOrder | null = null, now = new Date()): DatesJudge {
  const examples = new Map<NonNullable<ReturnType<typeof orderIn>>, string>();
  let seen = false;
  let onlyPointed = true;

  function takeDate(value: unknown): void {
    if (typeof value !== 'string' || value.length > 60) return;
    const text = value.trim();
    const date = numbersDateOf(text, now);
    const evidence = date && orderIn(date, now);
    if (!date || evidence === null) return;
    seen = true;
    onlyPointed &&= date.pointed;
    if (!examples.has(evidence)) examples.set(evidence, text);
  }

  function found(): DatesFound {
    if (!seen) return { order: null, says: null, sure: false };
    const [day, month, year] = (['day-first', 'month-first', 'year-first'] as const).map((one) => examples.get(one));
    const sure = (day ?? month) !== undefined;
    if (year === undefined && sure && (day === undefined || month === undefined)) {
      const order = day === undefined ? 'month-first' : 'day-first';
      return { order, says: `dates were read as ${orderInWords[order]}: ${day ?? month} can only be so`, sure };
    }
    if (earlier !== null && year === undefined && !sure)
      return {
        order: earlier,
        says: `dates were read as ${orderInWords[earlier]}, as in an earlier file that looked the same`,
        sure,
      };
    if (onlyPointed && year === undefined)
      return { order: 'day-first', says: 'dates were read as day.month.year, as is usual with points', sure };
    const example = examples.get('either') ?? day ?? year;
    const why =
      day !== undefined && month !== undefined
        ? `${day} has the day first and ${month} has the month first`
        : year === undefined
          ? null
          : `${year} seems to have the year first`;
    const says =
      why === null
        ? `dates such as ${example} could be day/month or month/day, and no date of the file tells which`
        : `dates such as ${example} can't be read for sure: ${why}`;
    return { order: 'undecided', says, sure };
  }

  return { take: (raw) => forDates(raw, takeDate), found };
}

function forDates(raw: RawFact, take: (value: unknown) => void): void {
  const ofPost = (post: RawPost): void => take(post.date);
  // Replies may go deeper than calls can.
  const ofComment = (comment: RawComment): void => {
    const waiting = [comment];
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
      take(one.date);
      if (one.replies) append(waiting, one.replies);
    }
  };
  if (raw.kind === 'post') {
    ofPost(raw.post);
    for (const comment of raw.comments) ofComment(comment);
  } else if (raw.kind === 'comment') ofComment(raw.comment);
  else if (raw.kind === 'answer') {
    for (const value of [raw.date, raw.revoked]) take(value);
    ofPost(raw.post);
    for (const side of [raw.left, raw.right]) ofComment(side);
  }
}

/** What a preview or a report says of dates, where a person said how they are read. */
export const saidOfDates = (order: DateOrder): Pick<FoundReading, 'dates' | 'datesSay'> => ({
  dates: order,
  datesSay: `dates are read as ${orderInWords[order]}`,
});
