/** Whether a training that was cut off can go on: one rule for the application, the terminal and the pages. */
import type { ErrorCode } from '../contract/errors.ts';
import type { RunLine } from '../contract/views.ts';

/** What decides it. Whether a run is one half of a comparison with and without the post makes no difference. */
export type RunFacts = Pick<RunLine, 'id' | 'status' | 'step' | 'config' | 'base' | 'baseGone' | 'deletedAt'>;

export type Resumable =
  | {
      readonly resumable: true;
      /** 'beginning' where it left no checkpoint: it is trained again from its first step, on the data and settings it had. */
      readonly from: 'checkpoint' | 'beginning';
    }
  | { readonly resumable: false; readonly code: ErrorCode; readonly why: string };

/** Whether a run can go on, and from where; or why not, in a sentence. */
export function resumability(run: RunFacts): Resumable {
  const no = (code: ErrorCode, why: string): Resumable => ({ resumable: false, code, why });
  const { id, status, base } = run;
  if (status === 'done') return no('nothing-to-do', `Run ${id} is done: there is nothing left to resume.`);
  if (status === 'running') return no('busy', `Run ${id} is still going on.`);
  if (run.deletedAt !== null) {
    return no('not-found', `Run ${id} was deleted: bring it back first, and then resume it.`);
  }
  if (run.config.erased) {
    const message = `Run ${id} can't go on: some of what it learned from was erased since, and its data and checkpoint went with that. Train anew.`;
    return no('nothing-to-do', message);
  }
  if (run.baseGone) {
    const message = `Run ${id} starts from ${base}, which is not there any more: bring that model back first, or train anew from another.`;
    return no('not-found', message);
  }
  return { resumable: true, from: keepsCheckpoints(run) && run.step > 0 ? 'checkpoint' : 'beginning' };
}

/**
 * The run that “Go on” continues on the page of this one: of a part of a training for the best the whole, where that can go on. Null
 * where there is none.
 */
export function goesOn<R extends RunFacts>(run: R, partOf: R | null): R | null {
  if (!resumability(run).resumable || partOf?.status === 'running') return null;
  return partOf && resumability(partOf).resumable ? partOf : run;
}

/** What that button says. */
export const goOnLabel = (
  run: { readonly id: number },
  goesOn: { readonly id: number; readonly name: string },
): string => (goesOn.id === run.id ? 'Go on' : `Go on with ${goesOn.name}`);

/** A quick training is over in seconds, and keeps none. */
function keepsCheckpoints({ config }: Pick<RunLine, 'config'>): boolean {
  return config.method !== 'quick' && config.checkpointEvery !== 0;
}
