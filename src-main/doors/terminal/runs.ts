import { type Command, InvalidArgumentError, Option } from 'commander';
import { runFormats } from '../../contract/calls.ts';
import { positive, replaceOption } from './options.ts';
import { printRun, printRuns, printRunsExport, printRunsReport } from './print-runs.ts';
import type { Run } from './run.ts';

/** The commands about trainings that were made. */
export function addRuns(program: Command, run: Run): void {
  const runs = program
    .command('runs')
    .description('list the trainings')
    .action(() => run((app) => ({ json: { runs: app.runs() }, text: printRuns(app.runs()) })));

  runs
    .command('show')
    .argument('<run>', 'its number', positive)
    .description('say all of one training: settings, figures, the last evaluation, sample pairs with their rewards')
    .action((id: number) =>
      run((app) => {
        const record = app.run(id);
        return { json: record, text: printRun(record) };
      }),
    );

  runs
    .command('export')
    .description('write curves, settings and figures for other programs')
    .requiredOption('--out <path>', 'where to write them; for TensorBoard a folder')
    .addOption(replaceOption())
    .option('--runs <numbers>', 'only these, such as 1,2; all without it', numbers)
    .addOption(new Option('--format <format>', 'csv where the name ends so, else jsonl').choices(runFormats))
    .action((options) =>
      run(async (app, hooks) => {
        const report = await app.exportRuns(options, hooks);
        return { json: report, text: printRunsExport(report) };
      }),
    );

  runs
    .command('report')
    .description('write a report on runs as one HTML file: your text, figures, curves, settings that differ, samples')
    .requiredOption('--out <file>', 'where to write it')
    .addOption(replaceOption())
    .option('--runs <numbers>', 'only these, such as 1,2; all without it', numbers)
    .option('--text <file>', 'what you have to say of them, in Markdown')
    .option('--name <name>', 'its heading')
    .action((options) =>
      run(async (app, hooks) => {
        const report = await app.report(options, hooks);
        return { json: report, text: printRunsReport(report) };
      }),
    );
}

/** Numbers with commas between them. */
function numbers(text: string): readonly number[] {
  const found = text.split(',').map((part) => Number(part.trim()));
  if (!found.every((number) => Number.isSafeInteger(number) && number > 0)) {
    throw new InvalidArgumentError('It must be the numbers of runs, such as 1,2.');
  }
  return found;
}
