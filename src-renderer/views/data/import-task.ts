import { computed, ref, shallowRef } from 'vue';
import type { TakenFile } from '../../../src-main/contract/files.ts';
import type { ReadingChoices } from '../../../src-main/contract/reading.ts';
import type { Split } from '../../../src-main/contract/records.ts';
import { client, sendFile } from '../../api.ts';
import { tasks, whenEnded } from '../../composables/tasks.ts';
import { attempt, sayError, succeeds } from '../../composables/toasts.ts';
import { chosenFiles, isReadable, letGo, lookAtFiles } from './chosen-files.ts';

/** Where all posts go; '' where their files decide. Stays while other views are looked at. */
export const split = ref<Split | ''>('');

/** Files on their way to the application, before they can be looked at. */
export const sending = shallowRef<{
  readonly name: string;
  readonly number: number;
  readonly of: number;
  readonly stop: AbortController;
} | null>(null);

/** The import that was started last, by whatever view. */
export const lastImport = computed(() => tasks.value.findLast((task) => task.kind === 'import') ?? null);
export const importing = computed(() => lastImport.value?.state === 'running');

/** A file to import, and how it is read. */
type Given = { readonly file: TakenFile; readonly choices: ReadingChoices };

/** What each task was given, so that it can be done again otherwise. */
const given = new Map<number, { readonly files: readonly Given[]; readonly split: Split | '' }>();
export const canRepeat = (task: number): boolean => given.has(task);

/** Hands files of this page over, to be looked at. */
export async function handOverFiles(files: readonly File[]): Promise<void> {
  if (sending.value) {
    sayError(new Error('Other files are still on their way. Wait until they have arrived, then drop these.'));
    return;
  }
  const stop = new AbortController();
  try {
    for (const [index, file] of files.entries()) {
      sending.value = { name: file.name, number: index + 1, of: files.length, stop };
      lookAtFiles([await sendFile(file, stop.signal)]);
    }
  } catch (error) {
    if (!stop.signal.aborted) sayError(error);
  } finally {
    sending.value = null;
  }
}

/** Imports the files that were looked at, as they were read; those of which nothing could be read stay out. */
export async function importChosen(): Promise<void> {
  const files = chosenFiles.filter(isReadable).map(({ file, looked }) => ({ file, choices: looked!.choices }));
  if (files.length > 0 && (await succeeds(() => start(files, split.value)))) letGo();
}

async function start(files: readonly Given[], to: Split | ''): Promise<void> {
  const before = tasks.value.filter(({ kind, state }) => kind === 'import' && state !== 'running');
  const { task } = await client.data.import({
    files: files.map(({ file }) => file.handle),
    choices: Object.fromEntries(files.map(({ file, choices }) => [file.handle, choices])),
    ...(to ? { split: to } : {}),
  });
  given.set(task, { files, split: to });
  // Its report takes the place of theirs.
  for (const { id } of before) await client.tasks.dismiss({ task: id });
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
    const files = before.files.map(({ file, choices }) => ({ file, choices: { ...choices, html: true } }));
    await start(files, before.split);
  });
}
