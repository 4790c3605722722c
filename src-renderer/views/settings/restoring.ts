import { counted } from '../../../src-main/common/words.ts';
import type { Started } from '../../../src-main/contract/api.ts';
import { client } from '../../api.ts';
import { createStartedTask } from '../../composables/started-task.ts';
import { say } from '../../composables/toasts.ts';

/** A backup that may be restored: a file, or one of the data folder. */
export type Restorable = {
  readonly name: string;
  readonly preview: { readonly file: string } | { readonly backup: string };
  readonly start: () => Promise<Started>;
};

type Run = ReturnType<typeof createStartedTask>['run'];

/** Restores a backup, says what came, and offers to take that back. */
export async function restoreWithUndo({ start }: Restorable, run: Run): Promise<void> {
  const result = await run('restore', start);
  if (!result) return;
  const kinds = [counted(result.posts, 'post'), counted(result.answers, 'answer'), counted(result.models, 'model')];
  const { unreadable, before } = result;
  const but = unreadable.length === 0 ? '' : ` But in it, ${unreadable.join('; ')}: only that is missing.`;
  const undo = before === null ? undefined : { label: 'Undo', run: () => takeBack(before) };
  say(`Restored: ${kinds.join(', ')}.${but}`, undo);
}

/** The view may be left by then: where it fails, the list of tasks says so. */
async function takeBack(before: string): Promise<void> {
  const { run } = createStartedTask();
  const result = await run('restore', () => client.backup.restoreAutomatic({ backup: before }));
  if (result) say('What was here before the restore is back.');
}
