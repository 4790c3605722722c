/** How a run stands, in words. */
import type { RunLine } from '../contract/views.ts';
import { duration } from './words.ts';

/** What each state of a run is called. */
export const statusNames: Readonly<Record<RunLine['status'] | 'paused', string>> = {
  running: 'Running',
  done: 'Done',
  paused: 'Paused',
  cancelled: 'Cancelled',
  failed: 'Failed',
  interrupted: 'Interrupted',
};

export const statusWord = ({ status, paused }: Pick<RunLine, 'status' | 'paused'>): string =>
  statusNames[paused ? 'paused' : status];

/** Seconds from the start of a run to its end; those the engine counted where it said so; null while it runs. */
export function secondsOf({
  report,
  startedAt,
  endedAt,
}: Pick<RunLine, 'report' | 'startedAt' | 'endedAt'>): number | null {
  if (report) return report.seconds;
  return endedAt === null ? null : (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
}

/** How long a run took; a dash while it runs. */
export function durationOf(run: Pick<RunLine, 'report' | 'startedAt' | 'endedAt'>): string {
  const seconds = secondsOf(run);
  return seconds === null ? '–' : duration(seconds);
}

/** The names of some runs beside each other: two of the same name are told apart by their numbers. */
export const namesBeside = (runs: readonly Pick<RunLine, 'id' | 'name'>[]): readonly string[] =>
  runs.map(({ name, id }) => (runs.filter((one) => one.name === name).length > 1 ? `${name} (run ${id})` : name));
