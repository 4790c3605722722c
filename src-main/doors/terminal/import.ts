import { type Command, InvalidArgumentError, Option } from 'commander';
import { type App, watchedInWords } from '../../app.ts';
import type { CallHooks } from '../../contract/calls.ts';
import { TiebreakError } from '../../contract/errors.ts';
import {
  dateOrders,
  encodings,
  type Field,
  fields,
  replyChoices,
  type ShapeName,
  scoreMeanings,
  separators,
  shapeNames,
} from '../../contract/reading.ts';
import { splits } from '../../contract/records.ts';
import type { WatchCall } from '../../contract/watching.ts';
import { addressAlone, importAddress, importHelp } from './import-address.ts';
import { positive } from './options.ts';
import { printDryRun, printImport } from './print-import.ts';
import type { Outcome, Run } from './run.ts';

/** What shapes were called before there were so many. */
const formerNames: Readonly<Record<string, ShapeName>> = { cupit: 'posts', csv: 'posts' };

/** Adds the command that brings files in, and says beforehand what of them would come. */
export function addImport(program: Command, run: Run): void {
  program
    .command('import [file...]')
    .description('bring posts, comments and answers in; what can not come in is left out and reported')
    .addOption(
      new Option('--as <shape>', 'what the files are, if it is recognised wrongly')
        .choices([...shapeNames, ...Object.keys(formerNames)])
        .argParser(shapeOf),
    )
    .option('--map <columns>', "what columns are: 'reply=comment,karma=votes' (names in any case)", mapOf)
    .addOption(new Option('--score <meaning>', "what 'score' means").choices(scoreMeanings))
    .addOption(
      new Option('--dates <order>', 'which number of dates such as 05/06/2024 is the day, if no date tells').choices(
        dateOrders,
      ),
    )
    .addOption(
      new Option('--replies <choice>', 'replies to comments: leave them out, or under their comment').choices(
        replyChoices,
      ),
    )
    .addOption(new Option('--encoding <name>', 'how the text is written, if it is found wrongly').choices(encodings))
    .option(
      '--separator <sign>',
      `what separates columns: ${separators.map((one) => (one === '\t' ? 'tab' : one)).join(' ')}`,
      separatorOf,
    )
    // Before its opposite, which would else be said wherever nothing is.
    .option('--header', 'of a table whose first row is the names of its columns, if that is found wrongly')
    .option('--no-header', "of a table whose first row is one like the others: its columns are called '1', '2', '3'")
    .option('--model <model>', 'of a file of rewards: the model that gave them')
    .option('--html', 'turn HTML into plain text')
    .option('--dry-run', 'say what would come in, without storing anything')
    .option('--context-file <file>', 'a second file, with a context for each post by its id or text')
    .addOption(new Option('--split <split>', 'put all posts there').choices(splits))
    .option('--watch <folder>', 'import what is in a folder, and what comes or changes there, until Ctrl-C')
    .addOption(new Option('--rows <count>', 'of a data set on the hub: its first rows').argParser(positive))
    .option('--from <split>', "of a data set on the hub: the split to fetch; 'train' without it, or the only one")
    .option('--yes', 'of an address: fetch what is shown without asking')
    .addHelpText('after', importHelp)
    .action((files: string[], { dryRun, rows, from, yes, watch, ...options }, command: Command) => {
      if (files.length === 0 && watch === undefined) command.error(noFiles);
      return run(async (app, hooks) => {
        if (watch !== undefined) return watchFolder(app, hooks, files, { folder: watch, ...options });
        const address = addressAlone(files);
        if (address !== null) return importAddress(app, hooks, address, { rows, from, yes, dryRun, ...options });
        refuseForFiles({ rows, from, yes });
        if (dryRun) {
          const previews = await app.previewImport({ files, ...options }, hooks);
          return { json: previews, text: printDryRun(previews), failed: previews.failed !== undefined };
        }
        const report = await app.import({ files, ...options }, hooks);
        return { json: report, text: printImport(report), failed: report.failed !== undefined };
      });
    });
}

const noFiles = 'error: give files or folders to import, an address, or a folder with --watch.';

/** What is said of an address says nothing of files. */
function refuseForFiles(of: Readonly<Record<'rows' | 'from' | 'yes', unknown>>): void {
  const said = Object.entries(of).find(([, value]) => value !== undefined)?.[0];
  if (said === undefined) return;
  const message = `--${said} is for an address or a data set on the hub, and these are files: leave it out. Nothing came in.`;
  throw new TiebreakError('bad-input', message);
}

/** `import --watch FOLDER`. */
async function watchFolder(
  app: App,
  hooks: CallHooks,
  files: readonly string[],
  { contextFile, ...call }: WatchCall & { readonly contextFile?: string },
): Promise<Outcome> {
  if (files.length > 0 || contextFile !== undefined) {
    throw new TiebreakError('bad-input', 'A watched folder takes no files beside it: import those by themselves.');
  }
  const watched = await app.watch(call, hooks);
  return { json: watched, text: `${watched.folder} is no longer watched. ${watchedInWords(watched.files)}` };
}

function shapeOf(text: string): ShapeName {
  const shape = formerNames[text] ?? shapeNames.find((name) => name === text);
  if (shape === undefined) throw new InvalidArgumentError(`Allowed choices are ${shapeNames.join(', ')}.`);
  return shape;
}

function separatorOf(text: string): string {
  const separator = text === 'tab' || text === '\\t' ? '\t' : text;
  if ((separators as readonly string[]).includes(separator)) return separator;
  throw new InvalidArgumentError('Allowed choices are , ; tab |.');
}

function mapOf(text: string): Record<string, Field> {
  const pairs = text.split(',').map((pair): [string, Field] => {
    const at = pair.lastIndexOf('=');
    const [column, name] = [
      pair.slice(0, at).trim(),
      pair
        .slice(at + 1)
        .trim()
        .toLowerCase(),
    ];
    const field = fields.find((one) => one === name || one.replace(' ', '-') === name);
    if (at < 1 || field === undefined) {
      throw new InvalidArgumentError(
        `'${pair.trim()}' is not COLUMN=FIELD, where FIELD is one of ${fields.join(', ')}.`,
      );
    }
    return [column, field];
  });
  return Object.fromEntries(pairs);
}
