import { notSaidInWords } from '../../../src-main/common/export-words.ts';
import { formatRows, isRanking } from '../../../src-main/common/file-kinds.ts';
import { counted } from '../../../src-main/common/words.ts';
import { type Client, client } from '../../api.ts';
import { noteExported } from '../../composables/guide.ts';
import { handOver } from '../../composables/saving.ts';
import { createStartedTask } from '../../composables/started-task.ts';

/** The export that was started last; it goes on when its dialog is closed. */
export const rankingExport = createStartedTask();

type Wanted = Parameters<Client['rankings']['export']>[0];

/** Writes a file and hands it to the person. True once it is there. */
export async function startExport(wanted: Wanted): Promise<boolean> {
  const result = await rankingExport.run('export', () => client.rankings.export(wanted));
  if (result === null) return false;
  const { file, rows, notSaid } = result;
  const head = `${counted(rows, formatRows[wanted.format])} exported to ${file.name}.`;
  await handOver(file, [head, ...notSaidInWords(notSaid)].join(' '), () =>
    isRanking(wanted.format) ? noteExported() : undefined,
  );
  return true;
}
