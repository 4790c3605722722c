import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import type { App } from '../../app.ts';
import { erasedInWords, forGood, goingInWords, keptInWords, kindOfErasure } from '../../common/erase-words.ts';
import { counted, plural } from '../../common/words.ts';
import type { CallHooks } from '../../contract/calls.ts';
import type { EraseCall, ErasePlan } from '../../contract/erasing.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { canAsk, confirmed } from './confirm.ts';
import { positive } from './options.ts';
import type { Outcome, Run } from './run.ts';
import { ascii, minute, shortened, table } from './table.ts';

const textColumns = 70;
const yesOption = (): Option =>
  new Option('--yes', 'do it; without this it asks, and changes nothing where nobody can be asked');
const dryOption = (): Option => new Option('--dry-run', 'say what would go, and change nothing');
type Consent = { readonly yes?: boolean; readonly dryRun?: boolean };

/** The commands that delete or correct for good. @returns the command about comments */
export function addErasing(program: Command, people: Command, run: Run): Command {
  addThings(program, 'post', run);
  const comments = addThings(program, 'comment', run);
  people
    .command('erase <name>')
    .description(
      'delete for good what a person wrote, what they answered, or both; names are compared letter by letter',
    )
    .option('--wrote', 'only posts and comments of which they are the author')
    .option('--answered', 'only their answers, skips and flags')
    .addOption(dryOption())
    .addOption(yesOption())
    .action((name: string, { wrote, answered, ...consent }: Consent & { wrote?: boolean; answered?: boolean }) =>
      run((app, hooks) => {
        const both = !wrote && !answered;
        const target = {
          kind: 'person',
          name,
          wrote: both || wrote === true,
          answered: both || answered === true,
        } as const;
        return erase(app, hooks, target, consent);
      }),
    );
  const erased = program
    .command('erased')
    .description('list what was deleted or corrected for good: how much, never what')
    .action(() => run((app) => ({ json: { erasures: app.erasures() }, text: printErasures(app) })));
  erased
    .command('allow <number>')
    .description('let it come in again with an import')
    .action((number: string) =>
      run(async (app, hooks) => {
        const erasure = positive(number);
        await app.allowErased({ erasure }, hooks);
        return { json: { erasure }, text: `What erasure ${erasure} took away may be imported again.` };
      }),
    );
  return comments;
}

function addThings(program: Command, of: 'post' | 'comment', run: Run): Command {
  const more = of === 'comment' ? ', find, pin or exclude them' : '';
  const all = program.command(`${of}s`).description(`delete or correct single ${of}s for good${more}`);
  const found =
    of === 'post'
      ? 'the only one that a search for these words finds'
      : 'the only one whose text has these words, letter by letter';
  all
    .command('delete [number]')
    .description(
      of === 'post'
        ? 'delete a post for good, with its comments and the answers on them'
        : 'delete a comment for good, with the answers on it',
    )
    .option('--find <words>', found)
    .addOption(dryOption())
    .addOption(yesOption())
    .action((number: string | undefined, { find, ...consent }: Consent & { find?: string }) =>
      run(async (app, hooks) => {
        const id = await idOf(app, hooks, of, number, find);
        return typeof id === 'number' ? erase(app, hooks, { kind: of, id }, consent) : id;
      }),
    );
  const edit = all
    .command('edit [number]')
    .description(`put another text in the place of a ${of}'s, for good; answers stay`)
    .option('--find <words>', found)
    .option('--text <text>', 'the new text')
    .option('--text-file <file>', 'a file with the new text')
    .addOption(yesOption());
  if (of === 'post') edit.option('--title <title>', 'the new title; without it the title stays');
  edit.action((number: string | undefined, options: EditOptions) =>
    run(async (app, hooks) => {
      const id = await idOf(app, hooks, of, number, options.find);
      return typeof id === 'number' ? correct(app, hooks, of, id, options) : id;
    }),
  );
  return all;
}

type EditOptions = Consent & {
  readonly find?: string;
  readonly text?: string;
  readonly textFile?: string;
  readonly title?: string;
};

/** The number that is meant, or the ones that could be. */
async function idOf(
  app: App,
  hooks: CallHooks,
  of: 'post' | 'comment',
  number: string | undefined,
  find: string | undefined,
): Promise<number | Outcome> {
  if ((number === undefined) === (find === undefined)) {
    throw new TiebreakError('bad-input', `Say which ${of}: by its number, or with --find. Nothing was changed.`);
  }
  if (find === undefined) return positive(number!);
  const found = await app.findErasable({ of, search: find }, hooks);
  if (found.length === 1) return found[0]!.id;
  if (found.length === 0) throw new TiebreakError('not-found', `No ${of} has these words. Nothing was changed.`);
  const rows = found.map(({ id, post, text }) => [id, `#${post}`, shortened(text, textColumns)]);
  return {
    json: { found },
    text: `${table([of, 'post', 'text'], rows)}\n\nMore than one has these words, and nothing was changed: name one by its number.`,
  };
}

async function erase(app: App, hooks: CallHooks, target: EraseCall, { yes, dryRun }: Consent): Promise<Outcome> {
  const plan = await app.planErasure(target, hooks);
  if (dryRun) return { json: { ...plan, erasure: null }, text: printPlan(plan) };
  const refused = await consent(hooks, printPlan(plan), yes, 'Delete it for good?');
  if (refused) return { json: { ...plan, erasure: null }, text: refused };
  const report = await app.erase(target, hooks);
  return { json: report, text: erasedInWords(report).map(ascii).join('\n') };
}

async function correct(
  app: App,
  hooks: CallHooks,
  of: 'post' | 'comment',
  id: number,
  { text, textFile, title, yes }: EditOptions,
): Promise<Outcome> {
  if ((text === undefined) === (textFile === undefined)) {
    throw new TiebreakError('bad-input', 'Say the new text: with --text or with --text-file. Nothing was changed.');
  }
  const said = text ?? (await readFile(textFile!, 'utf8')).replace(/\r?\n$/, '');
  const plan = await app.planCorrection({ of, id }, hooks);
  const refused = await consent(hooks, printPlan(plan), yes, 'Correct it for good?');
  if (refused) return { json: { ...plan, erasure: null }, text: refused };
  const report = await app.correct({ of, id, text: said, ...(title === undefined ? {} : { title }) }, hooks);
  return { json: report, text: erasedInWords(report).map(ascii).join('\n') };
}

/** Why it is not done; null where it is. */
async function consent(
  hooks: CallHooks,
  plan: string,
  yes: boolean | undefined,
  question: string,
): Promise<string | null> {
  hooks.onLog?.(plan);
  if (yes) return null;
  if (!canAsk())
    throw new TiebreakError('bad-input', 'Nothing was changed: nobody can be asked here, and --yes does it.');
  return (await confirmed(hooks.signal, question)) ? null : 'Nothing was changed.';
}

function printPlan(plan: ErasePlan): string {
  const { first, comments, posts, texts } = plan;
  const more = posts + texts + comments - first.length;
  return [
    ...goingInWords(plan).map(ascii),
    ...first.map((text) => `  ${shortened(text, textColumns)}`),
    ...(more > 0 && first.length > 0 ? [`  and ${counted(more, 'more', 'more')}`] : []),
    ...keptInWords(plan).map(ascii),
    forGood,
  ].join('\n');
}

function printErasures(app: App): string {
  const erasures = app.erasures();
  if (erasures.length === 0) return 'Nothing was deleted or corrected for good.';
  const rows = erasures.map((one) => [
    one.id,
    minute(one.erasedAt),
    kindOfErasure(one),
    one.posts + one.texts,
    one.comments,
    one.answers,
    one.allowedAt === null ? 'left out' : 'allowed again',
  ]);
  const one = plural(erasures.length, 'It is', 'They are');
  return `${table(['number', 'when (UTC)', 'what', 'posts', 'comments', 'answers', 'next import'], rows)}\n\n${one} left out of imports until 'tiebreak erased allow NUMBER'.`;
}
