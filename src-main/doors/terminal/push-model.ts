import type { Command } from 'commander';
import type { App } from '../../app.ts';
import { pushedInWords, pushHead, pushRemarks } from '../../common/push-words.ts';
import { size } from '../../common/words.ts';
import type { CallHooks } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { type PushPlan, unknownLicense } from '../../contract/pushing.ts';
import { canAsk, confirmed } from './confirm.ts';
import { modelOption } from './options.ts';
import type { Outcome, Run } from './run.ts';
import { type Cell, table } from './table.ts';

/** `models push`. */
export function addPushCommand(models: Command, run: Run): void {
  models
    .command('push <repository>')
    .description('send a model to the Hugging Face hub, as OWNER/NAME, with a model card')
    .addOption(modelOption())
    .option('--public', 'let everybody see it; without this only you, or your organisation')
    .option('--license <license>', "under which licence, as the hub names it, such as 'apache-2.0'", unknownLicense)
    .option('--yes', 'send it; without this it asks, and sends nothing where nobody can be asked')
    .addHelpText(
      'after',
      [
        '',
        'Says first which files leave the machine and where to. The token comes from HF_TOKEN, or from the file that',
        "'hf auth login' writes, and is kept nowhere. What is up after a cancel or a broken connection is not sent again.",
      ].join('\n'),
    )
    .action((repository: string, options: PushOptions) =>
      run((app, hooks) => pushModel(app, hooks, repository, options)),
    );
}

type PushOptions = {
  readonly model?: string;
  readonly public?: boolean;
  readonly license: string;
  readonly yes?: boolean;
};

async function pushModel(
  app: App,
  hooks: CallHooks,
  repository: string,
  { yes, ...options }: PushOptions,
): Promise<Outcome> {
  const wanted = { repository, ...options };
  const plan = await app.planPush(wanted, hooks);
  hooks.onLog?.(printPushPlan(plan));
  if (!yes) {
    if (!canAsk())
      throw new TiebreakError('bad-input', 'Nothing was sent: nobody can be asked here, and --yes sends it.');
    if (!(await confirmed(hooks.signal, 'Send it?'))) {
      return { json: { ...plan, address: null }, text: 'Nothing was sent.' };
    }
  }
  const report = await app.pushModel(wanted, hooks);
  return { json: report, text: pushedInWords(report) };
}

function printPushPlan(plan: PushPlan): string {
  const rows = plan.files.map(({ name, bytes }): Cell[] => [name, size(bytes)]);
  return [pushHead(plan), table(null, rows), ...pushRemarks(plan)].join('\n');
}
