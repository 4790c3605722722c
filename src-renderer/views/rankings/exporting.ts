import { shallowRef } from 'vue';
import { type Client, client, saveOffer } from '../../api.ts';
import { whenEnded } from '../../composables/tasks.ts';
import { say, sayError } from '../../composables/toasts.ts';
import { counted } from '../../words/format.ts';

/** The export that was started last; it goes on when its dialog is closed. */
export const exportTask = shallowRef<number | null>(null);

const units = { cupit: 'post', csv: 'comment', pairs: 'pair', labels: 'answer' } as const;
type Wanted = Parameters<Client['rankings']['export']>[0];

/** Writes a file and hands it to the person. True once it is theirs. */
export async function startExport(wanted: Wanted): Promise<boolean> {
  try {
    const started = await client.rankings.export(wanted);
    exportTask.value = started.task;
    const ended = await whenEnded(started);
    if (ended.kind !== 'export' || ended.result === null) return false;
    const { file, rows } = ended.result;
    const save = (): Promise<boolean> => saveOffer(file);
    const what = counted(rows, units[wanted.format]);
    if (await save()) say(`${what} exported to ${file.name}.`);
    else say(`${what} ready in ${file.name}, but not saved.`, { label: 'Save', run: save });
    return true;
  } catch (error) {
    sayError(error);
    return false;
  }
}
