import { type Command, Option } from 'commander';
import { strategySentences, workSentences } from '../../common/question-words.ts';
import { excerpt } from '../../common/words.ts';
import { ordersOfWork, strategies } from '../../contract/records.ts';
import type { NextPair } from '../../contract/views.ts';
import { positive } from './options.ts';
import type { Run } from './run.ts';
import { shortened, table } from './table.ts';

const textColumns = 44;

/** The command that says which pairs would be asked next. */
export function addPairs(program: Command, run: Run): void {
  const pairs = program.command('pairs').description('pairs of comments that wait for an answer');
  pairs
    .command('next')
    .description("the pairs that a person would be asked next; nothing is reserved, and 'labels add' answers one")
    .addOption(
      new Option('--strategy <strategy>', 'how they are chosen; without it, as the settings say').choices(strategies),
    )
    .addOption(
      new Option('--work <order>', 'in which order they are worked through; without it, as the settings say').choices(
        ordersOfWork,
      ),
    )
    .option('--count <count>', 'how many', positive, 10)
    .option('--annotator <name>', 'who would be asked; without it, the name in the settings')
    .addHelpText(
      'after',
      `\n${strategies.map((each) => `${each}: ${strategySentences[each]}`).join('\n')}\n\n${ordersOfWork.map((each) => `--work ${each}: ${workSentences[each]}`).join('\n')}\n\nA share of all pairs is drawn by chance, as the settings say: figures of agreement hold for these.`,
    )
    .action((options) =>
      run(async (app, hooks) => {
        const found = await app.nextPairs(options, hooks);
        return { json: { pairs: found }, text: printPairs(found) };
      }),
    );
}

/** Pairs with their numbers, how each was chosen, and how their texts begin. */
function printPairs(found: readonly NextPair[]): string {
  if (found.length === 0)
    return "No pair is open: all were answered, or there are no posts. Import some with 'tiebreak import'.";
  const rows = found.map(({ post, left, right, chosenBy }) => [
    `#${post.id}`,
    left.id,
    right.id,
    chosenBy,
    shortened(excerpt(left.text, textColumns), textColumns),
    shortened(excerpt(right.text, textColumns), textColumns),
  ]);
  return table(['post', 'left', 'right', 'chosen by', 'left text', 'right text'], rows);
}
