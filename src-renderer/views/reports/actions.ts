import type { ReportPage } from '../../../src-main/contract/views.ts';
import { client, saveOffer } from '../../api.ts';
import { whenEnded } from '../../composables/tasks.ts';
import { attempt, say } from '../../composables/toasts.ts';

/** Deletes a report so that it can be taken back. @returns whether it is gone */
export async function deleteReport({ id, name }: Pick<ReportPage, 'id' | 'name'>): Promise<boolean> {
  const done = await attempt(async () => {
    await client.reports.delete({ report: id });
    return true;
  });
  if (done) say(`${name} was deleted.`, { label: 'Undo', run: () => client.reports.restore({ report: id }) });
  return done === true;
}

/** Makes the file of a report and hands it to the person. */
export async function exportReport({ id }: Pick<ReportPage, 'id'>): Promise<void> {
  await attempt(async () => {
    const ended = await whenEnded(await client.reports.export({ report: id }));
    // Where it failed, the list of tasks says why.
    if (ended.kind !== 'report-export' || ended.result === null) return;
    const { file } = ended.result;
    const save = (): Promise<boolean> => saveOffer(file);
    if (await save()) say(`Exported to ${file.name}.`);
    else say(`${file.name} is ready, but not saved.`, { label: 'Save', run: save });
  });
}
