import type { Task, TaskKind } from '../../contract/tasks.ts';

/** What a person is asked before work that is going on is ended; null where nothing of weight is going on. */
export type Question = {
  readonly message: string;
  readonly detail: string;
  readonly end: string;
  readonly stay: string;
};

const names: Readonly<Partial<Record<TaskKind, { readonly name: string; readonly after: string }>>> = {
  train: { name: 'training', after: 'It stops after the step at hand and can be resumed in the Train view.' },
  import: { name: 'import', after: 'What was read up to here is not kept: import the file once more later.' },
  restore: {
    name: 'restoring of the backup',
    after: 'The data stay as they were before: restore the backup once more later.',
  },
};

/** @param tasks all tasks of the program */
export function questionBeforeEnd(tasks: readonly Task[]): Question | null {
  const task = tasks.find(({ state, kind }) => state === 'running' && names[kind]);
  const found = task && names[task.kind];
  if (!found) return null;
  return {
    message: `Quit and stop the ${found.name}?`,
    detail: found.after,
    end: `Stop the ${found.name} and quit`,
    stay: 'Go on',
  };
}
