import type { Command } from 'commander';
import { counted } from '../../common/words.ts';
import type { Recovery } from '../../contract/reports.ts';
import type { RunIn } from './run.ts';
import { type Cell, table } from './table.ts';

/** The command that makes a new database of what a damaged one still holds. */
export function addRecover(program: Command, runIn: RunIn): void {
  program
    .command('recover')
    .description('make a new database of all that a damaged one still holds; the damaged one is kept beside it')
    .option(
      '--backup <backup>',
      'an earlier backup, for what can not be read any more: a file, or the name of an automatic one; without it the last of these',
    )
    .option('--no-backup', 'take nothing from a backup')
    .action(({ backup }: { readonly backup?: string | boolean }) =>
      runIn(async (folder) => {
        const named = typeof backup === 'string' ? backup : undefined;
        const recovery = await folder.recover({ backup: backup === false ? null : named });
        return { json: recovery, text: printRecovery(recovery) };
      }),
    );
}

/** People's words for the tables they know; the others are told where something of them is missing. */
const names: Readonly<Record<string, string>> = {
  posts: 'posts',
  comments: 'comments',
  labels: 'answers',
  marks: 'skips and flags',
  questions: 'answers on several comments',
  models: 'models',
  runs: 'runs',
  settings: 'settings',
};

function printRecovery({ tables, problems, backup, aside }: Recovery): string {
  const rows = tables
    .filter(({ table: name, broken }) => broken || Object.hasOwn(names, name))
    .map(({ table: name, read, fromBackup, kept, broken }): Cell[] => [
      names[name] ?? name,
      read,
      fromBackup,
      kept,
      broken ? 'not all of it could be read' : '',
    ]);
  return [
    `${counted(problems.length, 'problem was', 'problems were')} found: ${problems[0]}${problems.length > 1 ? '; ...' : ''}`,
    table(['', 'read', 'from the backup', 'kept', ''], rows),
    ...(tables.some(({ fromBackup }) => fromBackup > 0)
      ? [`What could not be read was taken from the backup ${backup}.`]
      : []),
    `The new database is in its place. What was there before is in ${aside}: delete it by hand once you no longer need it.`,
  ].join('\n\n');
}
