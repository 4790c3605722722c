/** What a run was, in words. Pure. */
import { partPlace } from '../../../../src-main/common/best-words.ts';
import { deviceWords } from '../../../../src-main/common/device-words.ts';
import { type RunFacts, resumability } from '../../../../src-main/common/resumable.ts';
import { secondsOf, statusWord } from '../../../../src-main/common/run-words.ts';
import { methodOfRun } from '../../../../src-main/common/training-words.ts';
import {
  counted,
  dateAndTime,
  duration,
  figure,
  listed,
  percent,
  wholeNumber,
} from '../../../../src-main/common/words.ts';
import type { CutCounts } from '../../../../src-main/contract/engine.ts';
import type { RunLine } from '../../../../src-main/contract/views.ts';

/** How it stands, when it was begun, how far it came, how long it took and on what: 'Done · May 3, 2026, 9:14 AM · 40 steps · 8 s'. */
export function summaryLine(run: RunLine): string {
  const { report, startedAt, step, steps, status } = run;
  const parts = [statusWord(run), dateAndTime(startedAt)];
  if (status === 'running') return parts.join(' · ');
  const method = methodOfRun(run);
  if (method === 'best' && status !== 'done') parts.push(`${partPlace(step)} was not done`);
  // A quick training has no steps, and one for the best has those of its parts.
  if (method !== 'quick' && method !== 'best')
    parts.push(
      status === 'done' || !steps ? counted(step, 'step') : `step ${wholeNumber(step)} of ${wholeNumber(steps)}`,
    );
  const seconds = secondsOf(run);
  if (seconds !== null) parts.push(duration(seconds));
  if (report) parts.push(`on ${deviceWords(report.device)}`);
  return parts.join(' · ');
}

/** Where a run that was paused stands. @param whole the training for the best that goes on, where it is a part of that */
export function pausedWords(run: Pick<RunLine, 'config' | 'step'>, whole: Pick<RunLine, 'name'> | null = null): string {
  if (methodOfRun(run) === 'best') {
    const meanwhile = run.step > 0 ? '; what is trained already ranks meanwhile' : '';
    return `Paused in ${partPlace(run.step)}. It goes on from there whenever you like${meanwhile}.`;
  }
  const at = `Paused at step ${wholeNumber(run.step)}`;
  return whole === null
    ? `${at}. It goes on from there whenever you like.`
    : `${at}, with all of ${whole.name}. Both go on from there whenever you like.`;
}

/** What “Go on” does with a run that was cut off, or why it can't go on. @param whole as above */
export function goingOnWords(run: RunFacts, whole: Pick<RunLine, 'name'> | null = null): string {
  const found = resumability(run);
  if (!found.resumable) return found.why;
  if (whole !== null) {
    return `“Go on with ${whole.name}” continues the whole of which this is a part: what is trained stays, and this goes on ${found.from === 'checkpoint' ? 'from its last checkpoint' : 'from its first step'}.`;
  }
  if (methodOfRun(run) === 'best') {
    return '“Go on” continues it: what is trained stays, and a training that was broken off goes on from its last checkpoint.';
  }
  return found.from === 'checkpoint'
    ? '“Go on” continues it from its last checkpoint.'
    : 'It left no checkpoint: “Go on” trains it again from its first step, on the data and with the settings it had.';
}

/** Which step of a run was kept, and why. */
export function keptStepWords({ report }: Pick<RunLine, 'report'>): string {
  const { loss, accuracy } = report?.validation ?? {};
  if (loss === undefined) return 'There was nothing to validate on, so the last step was kept.';
  const right = accuracy === undefined ? '' : `, ${percent(accuracy)} of pairs right`;
  if (report?.bestStep === 0) {
    return `No step did better on the validation split than the start, so that was kept (error ${figure(loss)}${right}).`;
  }
  return `Step ${wholeNumber(report?.bestStep ?? 0)} was kept, the best on the validation split (error ${figure(loss)}${right}).`;
}

/** How texts were cut to fit the model: a GPT reads the end of a post, the sentence encoder its beginning. */
export function cutWords({ inputs, postCut, commentCut }: CutCounts, { config }: Pick<RunLine, 'config'>): string {
  const { maxTokens } = config;
  if (postCut + commentCut === 0) return `All ${counted(inputs, 'text')} fitted the model whole.`;
  const limit = typeof maxTokens === 'number' ? counted(maxTokens, 'token') : 'the model takes';
  const lost = [
    ...(postCut > 0
      ? [
          `${wholeNumber(postCut)} (${percent(postCut / inputs)}) lost the ${methodOfRun({ config }) === 'gpt' ? 'beginning' : 'end'} of the post`,
        ]
      : []),
    ...(commentCut > 0 ? [`${wholeNumber(commentCut)} (${percent(commentCut / inputs)}) the end of the comment`] : []),
  ];
  return `Of ${counted(inputs, 'text')}, ${listed(lost)}, being longer than ${limit}.`;
}
