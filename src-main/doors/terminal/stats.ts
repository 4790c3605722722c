import type { Command } from 'commander';
import { moreInSentences } from '../../common/more-answers-words.ts';
import type { Device } from '../../contract/engine.ts';
import { deviceOption, replaceOption } from './options.ts';
import { printStats, printStatsPage } from './print.ts';
import type { Run } from './run.ts';
import { ascii } from './table.ts';

/** The command that describes the data. */
export function addStats(program: Command, run: Run): void {
  program
    .command('stats')
    .description('describe the data')
    .option('--html <file>', 'write all figures and plots as one HTML file instead')
    .addOption(replaceOption())
    .option('--no-map', 'leave the map of texts out of it, which takes the longest')
    .addOption(deviceOption())
    .addHelpText(
      'after',
      '\nCounts by split, lengths, votes by rank, how far people agree, and what 50 more answers are likely to bring,\nby the last quick training.',
    )
    .action(({ html, ...options }: { html?: string; replace?: boolean; map: boolean; device: Device }) =>
      run(async (app, hooks) => {
        if (html !== undefined) {
          const report = await app.statsPage({ file: html, ...options }, hooks);
          return { json: report, text: printStatsPage(report) };
        }
        const statistics = app.stats();
        const more = app.moreAnswers();
        const ahead = more ? moreInSentences(more).map(ascii) : [];
        return { json: { ...statistics, more }, text: [printStats(statistics), ...ahead].join('\n\n') };
      }),
    );
}
