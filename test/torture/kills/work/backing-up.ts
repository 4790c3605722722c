import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { resultOf } from '../../../support/served.ts';
import type { AtWork, Work } from '../work.ts';

/** Makes a backup, and takes it away as a download does. */
export async function backUp({ app, client, files }: AtWork, name: string): Promise<void> {
  const { file } = await resultOf(app, 'backup', (await client.backup.create()).task);
  copyFileSync(app.files.find(file.handle).path, join(files, name));
}

export const backingUp: Work = {
  share: 50,
  engine: false,
  perform: async (at, tell) => {
    await backUp(at, 'kept.zip');
    tell({ made: true });
  },
  missing: () => [],
  goOn: (at) => backUp(at, 'again.zip'),
  outcome: () => undefined,
};
