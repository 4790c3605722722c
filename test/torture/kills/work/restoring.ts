import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { resultOf } from '../../../support/served.ts';
import { postsIn } from '../look.ts';
import type { AtWork, Work } from '../work.ts';
import { backUp } from './backing-up.ts';
import { importedFile } from './importing.ts';

async function restore({ app, client, files }: AtWork): Promise<void> {
  const { handle } = await app.files.take(createReadStream(join(files, 'backup.zip')), 'backup.zip');
  await resultOf(app, 'restore', (await client.backup.restore({ file: handle })).task);
}

/** A backup in the place of everything: what there was, or what was backed up, and nothing between. */
export const restoring: Work = {
  share: 70,
  engine: false,
  prepare: async (at) => {
    await backUp(at, 'backup.zip');
    await at.app.import({ files: [importedFile(at)], split: 'train' });
  },
  perform: async (at, tell) => {
    await restore(at);
    tell({ restored: true });
  },
  missing: ({ app }, told) => {
    const { posts } = app.stats().totals;
    if (posts !== 48 && posts < 300)
      return [`There are ${posts} posts, neither what there was nor what was backed up.`];
    return told.length > 0 && posts !== 48 ? ['The restoring was told as done, and is not.'] : [];
  },
  goOn: restore,
  outcome: ({ app }) => postsIn(app.home),
};
