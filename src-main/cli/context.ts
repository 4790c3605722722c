import type { Command } from 'commander';
import { printImport } from './print.ts';
import type { Run } from './run.ts';

/** The commands around the context of posts. */
export function addContextCommands(program: Command, run: Run): void {
  program
    .command('context <file>')
    .description('give posts that are there a context, such as the article they link to, by their ids')
    .option('--html', 'turn HTML into plain text')
    .addHelpText(
      'after',
      '\nReads JSONL or CSV with an "id" and a "context" (or "text"). A context that is there is never replaced.',
    )
    .action((file: string, options: { readonly html?: boolean }) =>
      run(async (app, hooks) => {
        const report = await app.import({ files: [file], as: 'context', ...options }, hooks);
        return { json: report, text: printImport(report) };
      }),
    );
}
