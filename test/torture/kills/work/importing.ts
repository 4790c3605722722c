import { join } from 'node:path';
import { postsIn } from '../look.ts';
import type { AtWork, Work } from '../work.ts';

export const importedFile = (at: Pick<AtWork, 'files'>): string => join(at.files, 'more.jsonl');

/** An import of some hundred posts. Imported once more, it comes to what it would have been. */
export const importing: Work = {
  share: 130,
  engine: false,
  perform: async (at, tell) => {
    await at.app.import({ files: [importedFile(at)], split: 'train' });
    tell({ imported: true });
  },
  missing: ({ app }, told) =>
    told.length > 0 && app.stats().totals.posts < 300
      ? ['The import was told as done, and posts of it are missing.']
      : [],
  goOn: async (at) => {
    await at.app.import({ files: [importedFile(at)], split: 'train' });
  },
  outcome: ({ app }) => postsIn(app.home),
};
