import type { ImportSummary } from '../../../src-main/contract/reports.ts';
import type { UndoneImport } from '../../../src-main/contract/views.ts';
import { counted } from '../../words/format.ts';

type Counts = {
  readonly posts: number;
  readonly comments: number;
  readonly answers: number;
  readonly contexts: number;
};

/** '412 posts, 2,055 comments and 3 answers', without what there is none of; null where there is nothing. */
export function countsInWords({ posts, comments, answers, contexts }: Counts): string | null {
  const parts = [
    posts > 0 ? counted(posts, 'post') : null,
    comments > 0 ? counted(comments, 'comment') : null,
    answers > 0 ? counted(answers, 'answer') : null,
    contexts > 0 ? counted(contexts, 'context') : null,
  ].filter((part) => part !== null);
  if (parts.length === 0) return null;
  return parts.length === 1 ? parts[0]! : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}

/** What arrived. */
export function arrivedInWords(summary: ImportSummary): string {
  const arrived = countsInWords({ ...summary, answers: summary.labels });
  if (arrived) return `${arrived} arrived`;
  return summary.skippedCount > 0 ? 'Nothing new arrived' : 'Nothing new arrived: all of this was here already';
}

/** What undoing an import came to. */
export function undoneInWords(undone: UndoneImport): string {
  const gone = countsInWords(undone);
  const kept =
    undone.postsKept === 0
      ? ''
      : ` ${counted(undone.postsKept, 'post')} stayed, because people have compared them here or other files hold them too.`;
  return `${gone ? `${gone} taken away.` : 'Nothing was taken away.'}${kept}`;
}
