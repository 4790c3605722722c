import { z } from 'zod';
import { daysRestorable } from '../../common/deleted.ts';
import { countDay, type Deleted } from '../../store/deleted.ts';
import { inTransaction, type WritingStore } from '../../store/open.ts';
import { readSetting, writeSetting } from '../../store/settings.ts';

/*
 * How long something lies in the trash is told by two things that must both hold, since a clock can be wrong by years: thirty days went by on the clock, and the app was
 * open on as many days since. A date is counted once, and the counted days may be wrong by two dates, so a clock that jumps ahead and back brings nothing nearer to its end.
 */
const spare = 2;
const needed = daysRestorable + spare;
const aDay = 24 * 3600 * 1000;

const seenSetting = 'daysSeen';
const seenSchema = z.array(z.string()).max(1000);
/** More than could lie between a deletion and its end. */
const mostSeen = 2 * needed;

/** Counts today, by the clock, for what lies in the trash, unless it was counted already. */
export function seeDay(store: WritingStore, now: Date): void {
  const today = now.toISOString().slice(0, 10);
  const kept = seenSchema.safeParse(readSetting(store, seenSetting));
  const seen = kept.success ? kept.data : null;
  if (seen?.includes(today)) return;
  inTransaction(store, () => {
    writeSetting(store, seenSetting, [...(seen ?? []), today].slice(-mostSeen));
    // What was deleted before days were counted, or on a day that was not, may have been so today.
    if (seen) countDay(store);
  });
}

/** Days of use after which something that is deleted goes for good. */
export function daysLeft({ days }: Pick<Deleted, 'days'>): number {
  return Math.min(daysRestorable, Math.max(1, needed - days));
}

/** Whether something may go for good. */
export function isDue({ deletedAt, days }: Pick<Deleted, 'deletedAt' | 'days'>, nowMs: number): boolean {
  return days >= needed && nowMs - Date.parse(deletedAt) >= daysRestorable * aDay;
}
