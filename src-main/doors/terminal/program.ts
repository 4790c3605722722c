import { Command, Option } from 'commander';
import { projects } from '../../app.ts';
import { fileFormats } from '../../contract/calls.ts';
import { usualPairsPerPost } from '../../contract/engine.ts';
import { splits } from '../../contract/records.ts';
import { appVersion } from '../../root.ts';
import { addBackups, addTrash } from './backups.ts';
import { addContextCommands } from './context.ts';
import { addCurating } from './curating.ts';
import { addDrift } from './drift.ts';
import { addErasing } from './erasing.ts';
import { addFinding } from './finding.ts';
import { addImport } from './import.ts';
import { addModelCommands } from './models.ts';
import { deviceOption, language, margin, modelOption, positive, replaceOption } from './options.ts';
import { addPairs } from './pairs.ts';
import { addPeople } from './people.ts';
import * as print from './print.ts';
import { addProjects } from './projects.ts';
import { rankingOfAll } from './ranking-of-all.ts';
import { addReadings } from './readings.ts';
import { addRecover } from './recover.ts';
import type { Run, RunApart, RunIn } from './run.ts';
import { addRuns } from './runs.ts';
import { addStats } from './stats.ts';
import { addTrainingCommands } from './training.ts';
import { addWhy } from './why.ts';

const exportHelp = `
cupit          a post a line with its comments, the best first; Tiebreak reads it back
table          a comment a row for people: places from 1, two decimals, as a spreadsheet in this computer's language reads it
csv            a comment a row, with its place, reward and votes
xlsx           the same for Excel: texts are texts, none is cut
parquet        the same with typed columns, for pandas, Arrow and the like
pairs          prompt, chosen and rejected, as TRL's trainers read them
conversations  the same as lists of messages, for chat models
labels         every answer with who said it and when; nothing is lost
label-studio   compared pairs as tasks with their annotations
argilla        compared pairs as records with their rankings
arena          answers as battles: model_a, model_b, winner, judge`;

/** All commands and their options; these words are fixed, since other programs use them. */
export function createProgram(run: Run, runIn: RunIn, runApart: RunApart): Command {
  const program = new Command('tiebreak')
    .description('Compare comments, train a reward model on this machine, rank every post.')
    .version(appVersion(), '--version')
    .option('--home <dir>', 'data folder (or TIEBREAK_HOME; else the place for application data)')
    .option('--project <name>', "the data folder of the project with this name ('tiebreak projects' lists them)")
    .option('--json', 'print one JSON object as the last line, everything else on standard error')
    .showHelpAfterError("('tiebreak --help' lists the commands)");
  const command = (words: string, description: string): Command => program.command(words).description(description);
  const split = (text: string): Option => new Option('--split <split>', text).choices(splits);

  addImport(program, run);
  addReadings(program, run);
  addContextCommands(program, run);
  addStats(program, run);

  addTrainingCommands(program, run);

  command('evaluate', 'measure a model beside the baselines random and longer-comment-wins')
    .addOption(modelOption())
    .addOption(split('split to measure on').default('test'))
    .option('--file <file>', 'measure on this file, without importing it')
    .addOption(deviceOption())
    .action((options) =>
      run(async (app, hooks) => {
        const report = await app.evaluate(options, hooks);
        return { json: report, text: print.printEvaluation(report) };
      }),
    );

  command(
    'calibrate',
    'learn how sure a model may be, on the validation split, and say how well that holds on the test split',
  )
    .addOption(modelOption())
    .addOption(deviceOption())
    .action((options) =>
      run(async (app, hooks) => {
        const report = await app.calibrate(options, hooks);
        return { json: report, text: print.printCalibration(report) };
      }),
    );

  command('rank', 'order the comments of a post, or of all posts, by reward')
    .addOption(modelOption())
    .option('--post <id>', 'number or id of the post')
    .option(
      '--ask <count>',
      'only so many posts: those on which one more answer would tell most, each with the pair to ask',
      positive,
    )
    .addOption(deviceOption())
    .action((options) =>
      run(async (app, hooks) => {
        const { model, device, post, ask } = options;
        if (post === undefined && ask === undefined) return rankingOfAll(await app.rankAll({ model, device }, hooks));
        const ranking = await app.rank(options, hooks);
        return { json: ranking, text: print.printRanking(ranking) };
      }),
    );

  addWhy(program, run);

  command('export <file>', 'write the ranking, pairs or labels to a file')
    .addOption(
      new Option('--format <format>', 'cupit, or csv, xlsx or parquet where the name ends so').choices(fileFormats),
    )
    .addOption(modelOption())
    .addOption(split('only this split'))
    .option('--margin <votes>', 'for pairs: a difference of votes below it is no preference', margin)
    .option(
      '--pairs-per-post <count>',
      `for pairs: of a post with more, so many are drawn, always the same (${usualPairsPerPost} without it)`,
      positive,
    )
    .option(
      '--locale <language>',
      "for csv and table: as Excel in this language reads it, such as 'de-DE' (1,5 and semicolons)",
      language,
    )
    .option('--without-excluded', 'for rankings: leave out comments that somebody excluded; without it they are marked')
    .addOption(replaceOption())
    .addOption(deviceOption())
    .addHelpText('after', exportHelp)
    .action((file: string, options) =>
      run(async (app, hooks) => {
        const report = await app.export({ file, ...options }, hooks);
        return { json: report, text: print.printExport(report) };
      }),
    );

  command('score <file>', 'add reward and score to each comment of a CUP IT file, without importing it')
    .requiredOption('--out <file>', 'where to write the rows')
    .addOption(replaceOption())
    .addOption(modelOption())
    .addOption(deviceOption())
    .action((file: string, options) =>
      run(async (app, hooks) => {
        const report = await app.scoreFile({ file, ...options }, hooks);
        return { json: report, text: print.printScore(report) };
      }),
    );

  command('embed <file>', 'write the vector of each text that a pretrained sentence encoder makes of it')
    .requiredOption('--out <file>', 'where to write the rows')
    .addOption(replaceOption())
    .option(
      '--encoder <encoder>',
      "whose vectors: minilm (384 numbers), use (512 numbers), or an encoder that was fetched; 'minilm' without it",
    )
    .addOption(deviceOption())
    .addHelpText('after', '\nReads JSONL rows with a "text"; writes rows with "text", "encoder" and "embedding".')
    .action((file: string, options) =>
      run(async (app, hooks) => {
        const report = await app.embedFile({ file, ...options }, hooks);
        return { json: report, text: print.printEmbed(report) };
      }),
    );

  addModelCommands(command, run);
  addRuns(program, run);

  addPairs(program, run);
  const comments = addErasing(program, addPeople(program, run), run);
  addFinding(comments, run);
  addCurating(comments, run);
  addDrift(program, run);

  const labels = command('labels', "work with people's answers");
  labels
    .command('second-looks')
    .description('the answers of a person that the model and all other answers contradict most, for a second look')
    .option('--annotator <name>', 'whose; without it, of the name in the settings')
    .action((options) =>
      run(async (app, hooks) => {
        const found = await app.secondLooks(options, hooks);
        return { json: found, text: print.printSecondLooks(found) };
      }),
    );
  labels
    .command('add')
    .description('say which of two comments of a post is better')
    .requiredOption('--post <id>', 'number or id of the post')
    .requiredOption('--chosen <comment>', 'number of the better comment', positive)
    .requiredOption('--rejected <comment>', 'number of the other comment', positive)
    .option('--tie', 'neither is better')
    .option('--annotator <name>', 'who says so', 'terminal')
    .option('--change', 'say this instead of what they said of the pair before')
    .option('--verdict', 'settle the pair: this counts in the place of the other answers on it')
    .action((options) =>
      run(async (app, hooks) => {
        const answer = await app.addAnswer(options, hooks);
        return { json: { label: print.labelOf(answer) }, text: print.printAnswer(answer) };
      }),
    );

  command('doctor', 'examine this installation: versions, data folder, database, devices').action(() =>
    run(
      async (app, hooks) => {
        const report = await app.doctor(hooks);
        return { json: report, text: print.printDoctor(report), failed: report.problems.length > 0 };
      },
      (message, { home }) => ({
        json: { home, problems: [message] },
        text: `${message}\n\n${print.wayOut}`,
        failed: true,
      }),
    ),
  );
  addBackups(program, run, runIn);
  addTrash(program, run);
  addRecover(program, runIn);
  addProjects(program, run, runApart, projects);

  return program;
}
