import { type Command, Option } from 'commander';
import { counted, countedSoFar } from '../../common/words.ts';
import { type CommentOrder, commentOrders } from '../../contract/records.ts';
import type { AcrossPage } from '../../contract/views.ts';
import { modelOption, positive } from './options.ts';
import type { Run } from './run.ts';
import { type Cell, fixed, shortened, table } from './table.ts';

const [textColumns, postColumns] = [70, 30];

/** The command that finds comments of all posts by their words, or lists the best and the worst ones. */
export function addFinding(comments: Command, run: Run): void {
  comments
    .command('find [words...]')
    .description(
      'find comments of all posts by their words (beginnings of words, whatever their case and accents); without any, list all',
    )
    .addOption(
      new Option('--order <order>', "by the model's rewards from either end, or as they came")
        .choices(commentOrders)
        .default('best' satisfies CommentOrder),
    )
    .addOption(modelOption())
    .option('--count <count>', 'how many, at most', positive, 20)
    .action((words: string[], options) =>
      run(async (app, hooks) => {
        const found = await app.findComments({ search: words.join(' '), ...options }, hooks);
        const { comments, ...rest } = found;
        const json = {
          ...rest,
          comments: comments.map(({ parts, ...comment }) => ({ ...comment, text: textOf(parts) })),
        };
        return { json, text: printFound(found, options.order, words.length > 0) };
      }),
    );
}

const textOf = (parts: AcrossPage['comments'][number]['parts']): string => parts.map(({ text }) => text).join('');

/** Comments a line each, with what a person can go on with: their numbers and those of their posts. */
function printFound(found: AcrossPage, order: CommentOrder, searched: boolean): string {
  const { comments, model, total, unscored, unread } = found;
  const byHand = comments.some(({ curation }) => curation !== null);
  const rows = comments.map(({ id, postId, post, parts, reward, votes, curation }): Cell[] => [
    id,
    fixed(reward, 2),
    votes,
    ...(byHand ? [curation?.kind ?? null] : []),
    postId,
    shortened(post, postColumns),
    shortened(textOf(parts), textColumns),
  ]);
  const head = ['comment', 'reward', 'votes', ...(byHand ? ['by hand'] : []), 'post', 'its beginning', 'text'];
  const shown = total > comments.length ? `; the first ${comments.length} are listed (--count N)` : '';
  const count = `${countedSoFar(total, 'comment')}${searched ? ' with these words' : ''}${shown}.`;
  const ordered =
    model === null && order !== 'came' ? ' There is no reward model yet, so they stand as they came.' : '';
  const leavesOut = model !== null && order !== 'came' && unscored > 0;
  const nothing = `${leavesOut ? `No comment that ${model} has scored` : 'No comment'} ${searched ? 'has these words' : 'is here'}.`;
  const sentences = [
    comments.length === 0 ? nothing : `${count}${ordered}`,
    ...(leavesOut
      ? [
          `${counted(unscored, 'comment has', 'comments have')} no reward from ${model} and no place here; --order came has all.`,
        ]
      : []),
    ...(unread > 0
      ? [
          `The words of ${counted(unread, 'comment are', 'comments are')} not read yet, so they were not searched: an open app reads them.`,
        ]
      : []),
  ];
  return [...(comments.length > 0 ? [table(head, rows), ''] : []), ...sentences].join('\n');
}
