import type { Command } from 'commander';
import { choicesInWords } from '../../common/reading-words.ts';
import { TiebreakError } from '../../contract/errors.ts';
import type { KeptReading } from '../../contract/reading.ts';
import { positive } from './options.ts';
import type { Run } from './run.ts';
import { minute, shortened, table } from './table.ts';

/** The command for what is kept of how files are read. */
export function addReadings(program: Command, run: Run): void {
  const readings = program
    .command('readings')
    .description('how files were read, kept for the next ones that look the same')
    .action(() =>
      run((app) => {
        const kept = app.readings();
        return { json: { readings: kept }, text: printReadings(kept) };
      }),
    );
  readings
    .command('forget')
    .description('forget one of them')
    .argument('<number>', 'its number in the list', positive)
    .action((number: number) =>
      run((app) => {
        const kept = app.readings()[number - 1];
        if (!kept)
          throw new TiebreakError('not-found', `There is no number ${number} in the list of 'tiebreak readings'.`);
        app.forgetReading(kept.looks);
        return { json: { forgotten: kept }, text: `Forgotten: files like ${named(kept)} are read as they are found.` };
      }),
    );
}

const named = ({ file }: KeptReading): string => (file === null ? 'those of an earlier version' : shortened(file, 40));

function printReadings(kept: readonly KeptReading[]): string {
  if (kept.length === 0) return 'Nothing is kept of how files are read.';
  const rows = kept.map((one, at) => [
    at + 1,
    named(one),
    one.at === null ? null : minute(one.at),
    shortened(one.columns.join(', '), 40),
    choicesInWords(one.choices).join('; '),
  ]);
  return table(['', 'files like', 'kept', 'columns', 'read with'], rows);
}
