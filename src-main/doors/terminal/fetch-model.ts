import type { Command } from 'commander';
import type { App } from '../../app.ts';
import type { CallHooks } from '../../contract/calls.ts';
import { confirmed } from './confirm.ts';
import { printHubModel, printImportedModel } from './print.ts';
import type { Outcome, Run } from './run.ts';

/** `models fetch`. */
export function addFetchCommand(models: Command, run: Run): void {
  models
    .command('fetch <model>')
    .description('fetch a GPT-2 or a sentence encoder from the Hugging Face hub, and bring it in')
    .option('--revision <revision>', 'branch, tag or commit', 'main')
    .option('--name <name>', 'what to call it; its name on the hub without it')
    .option('--yes', 'fetch it; without this, only what would be fetched is shown where nobody can be asked')
    .addHelpText(
      'after',
      '\nShows the files and their size first. What came before a cancel or a broken connection is kept, and gone on from.\nEncoders of the families BERT (MiniLM, bge, e5, gte, arctic-embed), RoBERTa, XLM-R and MPNet: intfloat/multilingual-e5-small reads a hundred languages.',
    )
    .action((model: string, options: FetchOptions) => run((app, hooks) => fetchModel(app, hooks, model, options)));
}

type FetchOptions = { readonly revision: string; readonly name?: string; readonly yes?: boolean };

async function fetchModel(
  app: App,
  hooks: CallHooks,
  model: string,
  { yes, revision, name }: FetchOptions,
): Promise<Outcome> {
  const found = await app.lookUpModel({ model, revision }, hooks);
  const plan = printHubModel(found);
  if (!yes) {
    hooks.onLog?.(plan);
    if (!(await confirmed(hooks.signal))) {
      return {
        json: { ...found, repository: found.model, model: null },
        text: 'Nothing was fetched: --yes fetches it.',
      };
    }
  }
  const report = await app.fetchModel({ model, revision: found.revision, ...(name ? { name } : {}) }, hooks);
  return { json: report, text: printImportedModel(report) };
}
