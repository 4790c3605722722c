import { computed, reactive, shallowRef } from 'vue';
import type { ImportFormat } from '../../../src-main/contract/calls.ts';
import type { TakenFile } from '../../../src-main/contract/files.ts';
import type { Split } from '../../../src-main/contract/records.ts';
import { client, sendFile } from '../../api.ts';
import { tasks, whenEnded } from '../../composables/tasks.ts';
import { attempt, sayError } from '../../composables/toasts.ts';

type Options = { as: ImportFormat | ''; split: Split | ''; html: boolean };

/** How files are read; stays while other views are looked at. */
export const options = reactive<Options>({ as: '', split: '', html: false });

/** Files on their way to the application, before there is a task. */
export const sending = shallowRef<{
  readonly name: string;
  readonly number: number;
  readonly of: number;
  readonly stop: AbortController;
} | null>(null);

/** The import that was started last, by whatever view. */
export const lastImport = computed(() => tasks.value.findLast((task) => task.kind === 'import') ?? null);
export const importing = computed(() => sending.value !== null || lastImport.value?.state === 'running');

/** What each task was given, so that it can be done again otherwise. */
const given = new Map<number, { readonly files: readonly TakenFile[]; readonly options: Options }>();
export const canRepeat = (task: number): boolean => given.has(task);

/** Hands files of this page over, and starts to import them. */
export async function bringIn(files: readonly File[]): Promise<void> {
  if (importing.value) {
    sayError(new Error('Another import is still going on. Wait until it is done, then import these files.'));
    return;
  }
  const stop = new AbortController();
  try {
    const taken: TakenFile[] = [];
    for (const file of files) {
      sending.value = { name: file.name, number: taken.length + 1, of: files.length, stop };
      taken.push(await sendFile(file, stop.signal));
    }
    await start(taken, { ...options });
  } catch (error) {
    if (!stop.signal.aborted) sayError(error);
  } finally {
    sending.value = null;
  }
}

/** Starts to import files that the application has. */
export async function start(files: readonly TakenFile[], chosen: Options): Promise<void> {
  if (files.length === 0) return;
  await attempt(async () => {
    const before = tasks.value.filter(({ kind, state }) => kind === 'import' && state !== 'running');
    const { task } = await client.data.import({
      files: files.map(({ handle }) => handle),
      ...(chosen.as ? { as: chosen.as } : {}),
      ...(chosen.split ? { split: chosen.split } : {}),
      html: chosen.html,
    });
    given.set(task, { files, options: chosen });
    // Its report takes the place of theirs.
    for (const { id } of before) await client.tasks.dismiss({ task: id });
  });
}

/** Takes out what a task brought in, and brings the same files in once more, with HTML turned to plain text. */
export async function repeatAsPlainText(task: number, imports: readonly number[]): Promise<void> {
  const before = given.get(task);
  if (!before) return;
  await attempt(async () => {
    for (const id of imports) {
      const undone = await whenEnded(await client.data.undoImport({ import: id }));
      // Why it failed stands in the list of tasks; the table of imports offers to go on.
      if (undone.state !== 'done') return;
    }
    await start(before.files, { ...before.options, html: true });
  });
}
