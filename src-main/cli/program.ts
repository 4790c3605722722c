import { Command, Option } from 'commander';
import { appVersion, describeSettings } from '../app.ts';
import { contextModes, fileFormats, importFormats, type TrainCall } from '../contract/calls.ts';
import { splits, type TrainingKind } from '../contract/records.ts';
import { addContextCommands, addContextTraining } from './context.ts';
import { addModelCommands } from './models.ts';
import { deviceOption, pairsOption, positive } from './options.ts';
import * as print from './print.ts';
import type { Run } from './run.ts';
import { addRuns } from './runs.ts';
import { readSettings, type Settings, setting } from './settings.ts';

type TrainingOptions = Pick<TrainCall, 'base' | 'pairs' | 'context' | 'device'> & {
  readonly resume?: number;
  readonly config?: string;
  readonly set: Settings;
};

/** All commands and their options; these words are fixed, since other programs use them. */
export function createProgram(run: Run): Command {
  const program = new Command('tiebreak')
    .description('Compare comments, train a reward model on this machine, rank every post.')
    .version(appVersion(), '--version')
    .option('--home <dir>', 'data folder (or TIEBREAK_HOME; else the place for application data)')
    .option('--json', 'print one JSON object as the last line, everything else on standard error')
    .showHelpAfterError("('tiebreak --help' lists the commands)");
  const command = (words: string, description: string): Command => program.command(words).description(description);
  const model = ['--model <model>', 'reward model; the newest one without it'] as const;
  const context = (text: string): Option => new Option('--context <mode>', text).choices(contextModes).default('post');
  const split = (text: string): Option => new Option('--split <split>', text).choices(splits);

  command('import <file...>', 'bring posts, comments and labels in; bad rows are left out and reported')
    .addOption(new Option('--as <format>', 'what the files are, if it is recognised wrongly').choices(importFormats))
    .option('--context-file <file>', 'a second file, with a context for each post by its id')
    .addOption(split('put all posts there'))
    .option('--html', 'turn HTML into plain text')
    .action((files: string[], options) =>
      run(async (app, hooks) => {
        const report = await app.import({ files, ...options }, hooks);
        return { json: report, text: print.printImport(report) };
      }),
    );

  addContextCommands(program, run);

  command('stats', 'describe the data')
    .addHelpText('after', '\nCounts by split, lengths, votes by rank, and how far people agree.')
    .action(() =>
      run((app) => {
        const statistics = app.stats();
        return { json: statistics, text: print.printStats(statistics) };
      }),
    );

  const train = command('train', 'train a model');
  addTraining(train, 'sft', 'train a language model on posts and comments').action((options) =>
    runTraining('sft', options),
  );
  addTraining(train, 'reward', 'train a model that tells the better of two comments')
    .addOption(pairsOption())
    .action((options) => runTraining('reward', options));
  train
    .command('quick')
    .description('train a reward model in seconds, on what a pretrained sentence encoder makes of the texts')
    .addOption(pairsOption())
    .addOption(context('show the model the post, or only its comments'))
    .addOption(deviceOption())
    .action((options: Pick<TrainCall, 'pairs' | 'context' | 'device'>) =>
      run(async (app, hooks) => {
        const report = await app.train({ kind: 'reward', method: 'quick', ...options }, hooks);
        return { json: report, text: print.printTrain(report) };
      }),
    );

  addContextTraining(train, run);

  function addTraining(parent: Command, kind: TrainingKind, description: string): Command {
    const encoder = kind === 'reward' ? "'encoder' for the pretrained sentence encoder; " : '';
    const base = `model to start from; ${encoder}a small GPT from scratch without it`;
    return parent
      .command(kind)
      .description(description)
      .option('--base <model>', base)
      .option('--config <file>', 'JSON file with settings')
      .option('--set <key=value...>', "one setting ('tiebreak settings' lists them)", setting, {})
      .addOption(context('show the model the post, or its title only'))
      .addOption(deviceOption())
      .option('--resume <run>', 'go on with a run that was interrupted', positive);
  }

  function runTraining(kind: TrainingKind, options: TrainingOptions): Promise<void> {
    return run(async (app, hooks) => {
      const { resume, config, set, ...rest } = options;
      const report =
        resume === undefined
          ? await app.train({ kind, config: await readSettings(config, set), ...rest }, hooks)
          : await app.resume({ run: resume, kind, device: options.device }, hooks);
      return { json: report, text: print.printTrain(report) };
    });
  }

  command('settings [kind]', 'list what --set and --config can change').action((kind: string | undefined) =>
    run(() => {
      const settings = describeSettings(kind === 'sft' ? 'sft' : 'reward');
      return { json: { settings }, text: settings.map((s) => `${s.key} = ${s.value}\n    ${s.comment}`).join('\n') };
    }),
  );

  command('evaluate', 'measure a model beside the baselines random and longer-comment-wins')
    .option(...model)
    .addOption(split('split to measure on').default('test'))
    .option('--file <file>', 'measure on this file, without importing it')
    .addOption(deviceOption())
    .action((options) =>
      run(async (app, hooks) => {
        const report = await app.evaluate(options, hooks);
        return { json: report, text: print.printEvaluation(report) };
      }),
    );

  command('rank', 'order the comments of a post, or of all posts, by reward')
    .option(...model)
    .option('--post <id>', 'number or id of the post')
    .addOption(deviceOption())
    .action((options) =>
      run(async (app, hooks) => {
        const ranking = await app.rank(options, hooks);
        return { json: ranking, text: print.printRanking(ranking) };
      }),
    );

  command('export <file>', 'write the ranking, pairs or labels to a file')
    .addOption(new Option('--format <format>', 'cupit, or csv where the name ends so').choices(fileFormats))
    .option(...model)
    .addOption(split('only this split'))
    .addOption(deviceOption())
    .action((file: string, options) =>
      run(async (app, hooks) => {
        const report = await app.export({ file, ...options }, hooks);
        return { json: report, text: print.printExport(report) };
      }),
    );

  command('score <file>', 'add reward and score to each comment of a CUP IT file, without importing it')
    .requiredOption('--out <file>', 'where to write the rows')
    .option(...model)
    .addOption(deviceOption())
    .action((file: string, options) =>
      run(async (app, hooks) => {
        const report = await app.scoreFile({ file, ...options }, hooks);
        return { json: report, text: print.printScore(report) };
      }),
    );

  command('embed <file>', 'write the vector of each text that a pretrained sentence encoder makes of it')
    .requiredOption('--out <file>', 'where to write the rows')
    .addOption(deviceOption())
    .addHelpText('after', '\nReads JSONL rows with a "text"; writes rows with "text" and "embedding", 512 numbers.')
    .action((file: string, options) =>
      run(async (app, hooks) => {
        const report = await app.embedFile({ file, ...options }, hooks);
        return { json: report, text: print.printEmbed(report) };
      }),
    );

  addModelCommands(command, run);
  addRuns(program, run);

  command('labels', "work with people's answers")
    .command('add')
    .description('say which of two comments of a post is better')
    .requiredOption('--post <id>', 'number or id of the post')
    .requiredOption('--chosen <comment>', 'number of the better comment', positive)
    .requiredOption('--rejected <comment>', 'number of the other comment', positive)
    .option('--tie', 'neither is better')
    .option('--annotator <name>', 'who says so', 'terminal')
    .action((options) =>
      run(async (app, hooks) => {
        const label = await app.addLabel(options, hooks);
        return { json: { label }, text: print.printLabel(label) };
      }),
    );

  command('doctor', 'examine this installation: versions, data folder, database, devices').action(() =>
    run(async (app, hooks) => {
      const report = await app.doctor(hooks);
      return { json: report, text: print.printDoctor(report) };
    }),
  );

  return program;
}
