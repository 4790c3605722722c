import type { Command } from 'commander';
import { alikeInWords, driftAdvice, driftInWords, driftMeans } from '../../common/drift-words.ts';
import type { DriftNotice, ModelDrift } from '../../contract/drift.ts';
import { modelOption } from './options.ts';
import type { Run } from './run.ts';

/** The command that says whether imports are unlike what a model learned from. */
export function addDrift(program: Command, run: Run): void {
  program
    .command('drift')
    .description('say whether imports that a model learned nothing from are unlike what it learned from, and how')
    .addOption(modelOption())
    .action((options) =>
      run(async (app, hooks) => {
        const drift = await app.drift(options, hooks);
        return { json: drift, text: printDrift(drift) };
      }),
    );
}

function printDrift({ model, known, reports }: ModelDrift): string {
  if (model === null) return 'There is no model to hold imports against: train one first.';
  if (!known) return `It is not known what ${model} learned from, since it was not trained here.`;
  if (reports.length === 0)
    return `There is no import to hold against what ${model} learned from: none with 50 comments or more came since, or too few of those that it learned from are left.`;
  const unlike = reports.filter(({ differs }) => differs.length > 0);
  return [
    ...driftLines({ model, reports: unlike }),
    ...reports.filter(({ differs }) => differs.length === 0).map((report) => alikeInWords(report, model)),
    '',
    driftMeans,
  ].join('\n');
}

/** How imports are unlike what a model learned from, and what follows; nothing where there are none. */
export function driftLines({ model, reports }: DriftNotice): readonly string[] {
  if (reports.length === 0) return [];
  return [...reports.map((report) => driftInWords(report, model).join(' ')), driftAdvice(model)];
}
