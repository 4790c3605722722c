import type { Command } from 'commander';
import {
  agreementWords,
  disputedPairsWords,
  disputedWords,
  intervalWords,
  type PeopleCell,
  peopleColumns,
  unlistedWords,
  voicesWords,
} from '../../common/people-words.ts';
import type { DisputedPairs, PeopleReport } from '../../contract/people.ts';
import { positive } from './options.ts';
import type { Run } from './run.ts';
import { ascii, type Cell, percent, shortened, table } from './table.ts';

const nameColumns = 30;
const postColumns = 60;
const textColumns = 90;

/** The command that says how people answer. */
export function addPeople(program: Command, run: Run): Command {
  const people = program
    .command('people')
    .description(
      'say how people answer: agreement, self-consistency, reliability, sides, ties, time, and the posts they differ on',
    )
    .action(() =>
      run(async (app, hooks) => {
        const report = await app.people(hooks);
        return { json: report, text: printPeople(report) };
      }),
    );
  people
    .command('disputed')
    .description('the pairs on which people differ, the most disputed first, to be settled by labels add --verdict')
    .option('--limit <n>', 'how many at most', positive, 20)
    .action((options) =>
      run(async (app, hooks) => {
        const found = await app.disputed(options, hooks);
        return { json: found, text: printDisputed(found) };
      }),
    );
  return people;
}

/** The disputed pairs with what was said of them, without names, and how one is settled. */
export function printDisputed(found: DisputedPairs): string {
  if (found.total === 0) return `No pair waits for a verdict. ${disputedPairsWords(found)}`;
  const pairs = found.pairs.map((pair) => {
    const { post, left, right } = pair;
    const name = shortened(post.title ?? post.text, postColumns);
    return `Post ${post.id}: ${name}\n  ${voicesWords(pair)}\n  left  #${left.id}  ${shortened(left.text, textColumns)}\n  right #${right.id}  ${shortened(right.text, textColumns)}`;
  });
  const first = found.pairs[0]!;
  const example = `tiebreak labels add --verdict --post ${first.post.id} --chosen ${first.left.id} --rejected ${first.right.id} --annotator NAME`;
  return [disputedPairsWords(found), ...pairs, `To settle the first: ${example}`].join('\n\n');
}

/** The table of people, what each of its columns means, how far all agree, and the posts on which they differ. */
export function printPeople(report: PeopleReport): string {
  const { people, agreement, disputed } = report;
  if (people.length === 0)
    return "Nobody has answered yet: compare pairs in the app, or use 'tiebreak labels add'. Answers of others come in with 'tiebreak import'.";
  const rows = people.map((person): Cell[] => [
    shortened(person.annotator, nameColumns),
    ...peopleColumns.map(({ says }) => cellOf(says(person))),
  ]);
  const posts = disputed.map(({ post, name, pairs, people: several, share }): Cell[] => [
    `#${post}`,
    percent(share),
    pairs,
    several,
    shortened(name, postColumns),
  ]);
  return [
    table(['person', ...peopleColumns.map(({ name }) => name.toLowerCase())], rows),
    ...(unlistedWords(report) ? [unlistedWords(report)] : []),
    ['', ...peopleColumns.map(({ name, means }) => `${name}: ${ascii(means)}`), intervalWords, ''].join('\n'),
    ascii(agreementWords(agreement)),
    ...(posts.length > 0
      ? ['', disputedWords(report), table(['post', 'agreement', 'pairs', 'people', 'text'], posts)]
      : []),
  ].join('\n');
}

const cellOf = ({ value, range, of }: PeopleCell): string =>
  ascii(`${value}${range && ` (${range})`}${of && ` of ${of}`}`);
