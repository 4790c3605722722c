import { type Command, Option } from 'commander';
import type { CompareContextCall } from '../../contract/calls.ts';
import { trainingMethods } from '../../contract/engine.ts';
import {
  addVotesOptions,
  basePreset,
  deviceOption,
  encoderOption,
  noCompareOption,
  pairsOption,
  positive,
} from './options.ts';
import { printComparisons, printContextReport } from './print-context.ts';
import { printImport } from './print-import.ts';
import { printAfterTraining } from './print-training.ts';
import type { Run } from './run.ts';
import { readSettings, type Settings, setting } from './settings.ts';

/** The commands around the context of posts. */
export function addContextCommands(program: Command, run: Run): void {
  program
    .command('context <file>')
    .description('give posts that are there a context, such as the article they link to, by their ids or texts')
    .option('--html', 'turn HTML into plain text')
    .addHelpText(
      'after',
      [
        '',
        'Reads JSONL or CSV with an "id" and a "context" (or "text"). Posts without an id of their own are named by their',
        'text: a "text" (or "post"), a "title" where that is needed to tell them apart, and a "context", without an "id".',
        'A context is joined where exactly one post has that text. A context that is there is never replaced.',
      ].join('\n'),
    )
    .action((file: string, options: { readonly html?: boolean }) =>
      run(async (app, hooks) => {
        const report = await app.import({ files: [file], as: 'context', ...options }, hooks);
        return { json: report, text: printImport(report) };
      }),
    );

  program
    .command('comparisons [number]')
    .description("list what 'train context' has compared, or show one of them")
    .action((number: string | undefined) =>
      run((app) => {
        if (number === undefined) {
          const comparisons = app.comparisons();
          return { json: { comparisons }, text: printComparisons(comparisons) };
        }
        const comparison = app.comparison(positive(number));
        return {
          json: comparison,
          text: comparison.report ? printContextReport(comparison.report) : printComparisons([comparison]),
        };
      }),
    );
}

type Options = Pick<
  CompareContextCall,
  'method' | 'base' | 'encoder' | 'preset' | 'pairs' | 'margin' | 'votes' | 'time' | 'device'
> & {
  readonly resume?: number;
  readonly compare: boolean;
  readonly config?: string;
  readonly set: Settings;
};

/** `train context`: both variants, side by side. */
export function addContextTraining(train: Command, run: Run): void {
  addVotesOptions(
    train
      .command('context')
      .description('train a reward model with and one without the post, and measure what the post is worth')
      .addOption(
        new Option(
          '--method <method>',
          "how both are trained; without it quick, but gpt where settings or a base are given, and deep from the base 'encoder'",
        ).choices(trainingMethods.filter((method) => method !== 'best')),
      )
      .option('--base <model>', "model that both start from; 'encoder' for deep")
      .addOption(encoderOption('that of the method'))
      .option('--config <file>', 'JSON file with settings')
      .option('--set <key=value...>', "one setting ('tiebreak settings' lists them)", setting, {})
      .addOption(basePreset())
      .addOption(pairsOption()),
  )
    .addOption(deviceOption())
    .addOption(noCompareOption())
    .option('--resume <comparison>', 'go on with a comparison that ended before it was done', positive)
    .addHelpText(
      'after',
      '\nWithout: the title alone, or the text where there is no title. With: title, text and context.',
    )
    .action((options: Options) =>
      run(async (app, hooks) => {
        const { resume, config, set, ...rest } = options;
        const outcome =
          resume === undefined
            ? await app.compareContext({ config: await readSettings(config, set), ...rest }, hooks)
            : await app.resumeContext({ comparison: resume, compare: rest.compare }, hooks);
        const after = printAfterTraining(outcome.with.model, outcome, rest.compare);
        return { json: outcome, text: `${printContextReport(outcome)}\n\n${after}` };
      }),
    );
}
