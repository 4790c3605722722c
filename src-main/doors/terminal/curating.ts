import type { Command } from 'commander';
import { counted } from '../../common/words.ts';
import type { CurationKind } from '../../contract/records.ts';
import { positive } from './options.ts';
import type { Run } from './run.ts';

const commands = [
  ['pin', 'pinned', 'put comments before all others of their posts, whatever the model says; no model learns from it'],
  [
    'exclude',
    'excluded',
    'take comments out of the rankings of their posts, where they are marked, and stay in the data',
  ],
] as const;

/** The commands that pin and exclude comments by hand. */
export function addCurating(comments: Command, run: Run): void {
  for (const [name, kind, description] of commands) {
    comments
      .command(`${name} <numbers...>`)
      .description(description)
      .option('--undo', `let them stand where the model and people's answers have them`)
      .option('--annotator <name>', 'in whose name; without it, of the name in the settings')
      .action((numbers: string[], { undo, annotator }: { undo?: boolean; annotator?: string }) =>
        run(async (app, hooks) => {
          const wanted = { comments: numbers.map(positive), kind: undo ? null : kind };
          const curated = await app.curate({ ...wanted, ...(annotator === undefined ? {} : { annotator }) }, hooks);
          return { json: { comments: curated }, text: inWords(curated.length, wanted.kind) };
        }),
      );
  }
}

function inWords(count: number, kind: CurationKind | null): string {
  const are = counted(count, 'comment is', 'comments are');
  if (kind === null) return `${are} neither pinned nor excluded any more.`;
  return `${are} ${kind}: 'rank' and exports say so beside the place by the model.`;
}
