import { type Command, InvalidArgumentError, Option } from 'commander';
import type { App } from '../../app.ts';
import { changesOf, holdingsInWords, previewInWords, reasonInWords, trashTime } from '../../common/backup-words.ts';
import { counted, size } from '../../common/words.ts';
import {
  type AutomaticBackup,
  type RestorePreview,
  type TrashItem,
  type TrashKind,
  trashKinds,
} from '../../contract/backups.ts';
import type { CallHooks, RestoreCall } from '../../contract/calls.ts';
import { positive } from './options.ts';
import type { Outcome, Run, RunIn } from './run.ts';
import { type Cell, minute, table } from './table.ts';

const dryRun = (): Option => new Option('--dry-run', 'only say what would come and what would go');

/** The commands around backups: those in the data folder, and files. */
export function addBackups(program: Command, run: Run, runIn: RunIn): void {
  const backups = program.command('backups').description('backups that are made without being asked for');
  backups
    .command('list')
    .description('list them, the newest first; also where the database is damaged')
    .action(() =>
      runIn(async (folder) => {
        const found = folder.backups();
        return { json: { backups: found }, text: printBackups(found) };
      }),
    );
  backups
    .command('make')
    .description('make one now')
    .action(() =>
      run(async (app, hooks) => {
        const made = await app.makeBackup(hooks);
        return {
          json: made,
          text: `The backup ${made.id} holds ${holdingsInWords(made.holds)} (${size(made.bytes)}).`,
        };
      }),
    );
  backups
    .command('restore')
    .argument('<backup>', 'its name or its number')
    .description('put one in the place of everything there is, which is backed up first')
    .addOption(dryRun())
    .action((backup: string, options: { readonly dryRun?: boolean }) =>
      run((app, hooks) => restored(app, hooks, { backup }, options)),
    );
  backups
    .command('remove')
    .argument('<backup>', 'its name or its number')
    .description('remove one for good')
    .action((backup: string) =>
      run(async (app) => {
        await app.removeBackup(backup);
        return { json: { removed: backup }, text: `The backup ${backup} is removed.` };
      }),
    );
  program
    .command('restore <file>')
    .description(
      'put a backup that Settings made as a file in the place of everything there is, which is backed up first',
    )
    .addOption(dryRun())
    .action((file: string, options: { readonly dryRun?: boolean }) =>
      run((app, hooks) => restored(app, hooks, { file }, options)),
    );
}

async function restored(
  app: App,
  hooks: CallHooks,
  what: RestoreCall,
  options: { readonly dryRun?: boolean },
): Promise<Outcome> {
  if (options.dryRun) {
    const preview = await app.previewRestore(what, hooks);
    return { json: preview, text: printPreview(preview) };
  }
  const report = await app.restore(what, hooks);
  const { posts, answers, models, unreadable, before } = report;
  const kinds = [counted(posts, 'post'), counted(answers, 'answer'), counted(models, 'model')].join(', ');
  const lines = [
    `Restored: ${kinds}.`,
    ...(unreadable.length > 0 ? [`But in it, ${unreadable.join('; ')}: only that is missing.`] : []),
    before === null
      ? 'No backup of what was there before could be made: it is kept in the data folder, in before-restore-...'
      : `What was there before comes back with 'tiebreak backups restore ${before}'.`,
  ];
  return { json: report, text: lines.join('\n') };
}

function printBackups(backups: readonly AutomaticBackup[]): string {
  if (backups.length === 0)
    return 'There is no automatic backup yet: one is made daily while the app is open, and before an import is undone or a backup restored.';
  const rows = backups.map((backup): Cell[] => [
    backup.id,
    minute(backup.createdAt),
    size(backup.bytes),
    reasonInWords(backup),
    holdingsInWords(backup.holds),
  ]);
  return table(['backup', 'made (UTC)', 'size', 'why', 'holds'], rows);
}

function printPreview(preview: RestorePreview): string {
  const rows = changesOf(preview).map(({ kind, now, after, comes, goes }): Cell[] => [kind, now, after, comes, goes]);
  const but = preview.unreadable.length === 0 ? [] : [`In it, ${preview.unreadable.join('; ')}.`];
  return [
    previewInWords(preview),
    table(['', 'now', 'then', 'comes', 'goes'], rows),
    ...but,
    'Nothing was changed.',
  ].join('\n\n');
}

/** The commands around what is deleted and can be taken back. */
export function addTrash(program: Command, run: Run): void {
  const trash = program
    .command('trash')
    .description('list what is deleted and can be taken back')
    .action(() => run((app) => ({ json: { items: app.trash() }, text: printTrash(app.trash()) })));
  const one = (words: string, description: string): Command =>
    trash
      .command(words)
      .argument('<kind>', trashKinds.join(', '), kind)
      .argument('<number>', 'its number', positive)
      .description(description);
  one('restore', 'take a deletion back').action((its: TrashKind, id: number) =>
    run((app) => {
      app.restoreFromTrash({ kind: its, id });
      return { json: { kind: its, id }, text: `The ${its} ${id} is back.` };
    }),
  );
  one('remove', 'remove something for good').action((its: TrashKind, id: number) =>
    run(async (app, hooks) => {
      const report = await app.removeFromTrash({ kind: its, id }, hooks);
      return { json: report, text: `The ${its} ${id} is gone for good.` };
    }),
  );
  trash
    .command('empty')
    .description('remove all of it for good')
    .action(() =>
      run(async (app, hooks) => {
        const report = await app.removeFromTrash(null, hooks);
        return { json: report, text: `${counted(report.removed, 'thing is', 'things are')} gone for good.` };
      }),
    );
}

function kind(text: string): TrashKind {
  const found = trashKinds.find((each) => each === text);
  if (!found) throw new InvalidArgumentError(`It must be one of ${trashKinds.join(', ')}.`);
  return found;
}

function printTrash(items: readonly TrashItem[]): string {
  if (items.length === 0) return 'The trash is empty.';
  const rows = items.map((item): Cell[] => [item.kind, item.id, item.name, minute(item.deletedAt), trashTime(item)]);
  return table(['kind', 'number', 'name', 'deleted (UTC)', ''], rows);
}
