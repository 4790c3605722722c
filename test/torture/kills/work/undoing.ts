import { ended } from '../../../support/served.ts';
import { postsIn } from '../look.ts';
import type { AtWork, Work } from '../work.ts';
import { importedFile } from './importing.ts';

const newest = async ({ client }: AtWork) => (await client.data.imports()).imports.toSorted((a, b) => b.id - a.id)[0]!;

async function undo(at: AtWork): Promise<void> {
  const { task } = await at.client.data.undoImport({ import: (await newest(at)).id });
  const { error } = await ended(at.app, task);
  if (error) throw new Error(error.message);
}

/** Undoing an import: small transactions, and a mark of how far it came. */
export const undoing: Work = {
  share: 90,
  engine: false,
  prepare: async (at) => {
    await at.app.import({ files: [importedFile(at)], split: 'train' });
  },
  perform: async (at, tell) => {
    await undo(at);
    tell({ undone: true });
  },
  missing: async (at, told) =>
    told.length > 0 && (await newest(at)).undoneAt === null ? ['The undoing was told as done, and is not.'] : [],
  goOn: async (at) => {
    if ((await newest(at)).undoneAt === null) await undo(at);
  },
  outcome: ({ app }) => postsIn(app.home),
};
