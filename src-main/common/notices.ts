/** What is told to somebody who has turned to something else while a training ran. */

import { type Task, trainingKinds } from '../contract/tasks.ts';
import { resultInWords } from './result-words.ts';
import { capital, duration } from './words.ts';

export type Notice = { readonly title: string; readonly body: string };

/** From this many seconds on a person has turned to something else. */
const long = 60;

/** What is said of the trainings that ran before and have ended now. */
export function noticesOf(before: readonly Task[], now: readonly Task[]): readonly Notice[] {
  const running = new Set(before.filter(({ state }) => state === 'running').map(({ id }) => id));
  return now
    .filter(({ id, kind }) => trainingKinds.includes(kind) && running.has(id))
    .flatMap((task) => noticeOf(task) ?? []);
}

/** What is said of a task that has ended; null of one that goes on, was short, or was cancelled by somebody who looked. */
export function noticeOf(task: Task): Notice | null {
  const { title, state, startedAt, endedAt, error } = task;
  if (endedAt === null || state === 'running' || state === 'cancelled') return null;
  const seconds = (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
  if (seconds < long) return null;
  if (state === 'failed') return { title: 'A training has failed', body: error?.message ?? title };
  const evaluation = task.kind === 'train' ? task.result?.evaluation : null;
  const said = evaluation ? resultInWords(evaluation) : null;
  const ended = `${capital(title)}, after ${duration(seconds)}.`;
  return { title: 'A training has ended', body: said === null ? ended : `${ended} ${said}` };
}
