import type { Command } from 'commander';
import {
  agreementWords,
  disputedWords,
  intervalWords,
  type PeopleCell,
  peopleColumns,
  unlistedWords,
} from '../../common/people-words.ts';
import type { PeopleReport } from '../../contract/people.ts';
import type { Run } from './run.ts';
import { ascii, type Cell, percent, shortened, table } from './table.ts';

const nameColumns = 30;
const postColumns = 60;

/** The command that says how people answer. */
export function addPeople(program: Command, run: Run): void {
  program
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
