import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sumOf } from '../look.ts';
import type { AtWork, Work } from '../work.ts';

const names = ['posts.jsonl', 'pairs.jsonl', 'labels.jsonl', 'table.csv'] as const;
const formats = {
  'posts.jsonl': 'cupit',
  'pairs.jsonl': 'pairs',
  'labels.jsonl': 'labels',
  'table.csv': 'csv',
} as const;

async function exportAll({ app, out }: AtWork, tell: (told: { readonly file: string }) => void): Promise<void> {
  for (const name of names) {
    await app.export({ file: join(out, name), format: formats[name], replace: true });
    tell({ file: name });
  }
  await app.exportRuns({ out: join(out, 'runs.jsonl'), replace: true });
  tell({ file: 'runs.jsonl' });
  await app.exportModel({ model: 'reward-1', as: 'archive', out: join(out, 'model.zip'), replace: true });
  tell({ file: 'model.zip' });
}

/** Files beside the data folder: whole or not there. Their content is held against that of exports which nothing ended. */
export const exporting: Work = {
  share: 80,
  engine: true,
  perform: exportAll,
  missing: ({ out }, told) =>
    told.flatMap(({ file }) =>
      existsSync(join(out, String(file))) ? [] : [`The file ${String(file)} was told as written and is not there.`],
    ),
  goOn: async (at) => {
    const there = names
      .filter((name) => existsSync(join(at.out, name)))
      .map((name) => [name, sumOf(join(at.out, name))] as const);
    await exportAll(at, () => undefined);
    for (const [name, sum] of there)
      if (sumOf(join(at.out, name)) !== sum) throw new Error(`The file ${name} was there in part.`);
    // An archive holds the time of its making.
    rmSync(join(at.out, 'model.zip'));
  },
  outcome: ({ out }) => names.map((name) => sumOf(join(out, name))),
};
