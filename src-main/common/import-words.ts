/** What an import came to, in words. */
import type { ImportSummary } from '../contract/reports.ts';
import type { UndoneImport } from '../contract/views.ts';
import { counted, listed } from './words.ts';

type Counts = {
  readonly posts: number;
  readonly comments: number;
  readonly answers: number;
  readonly contexts: number;
  readonly rewards: number;
};

/** '412 posts, 2,055 comments and 3 answers', without what there is none of; null where there is nothing. */
export function countsInWords({ posts, comments, answers, contexts, rewards }: Counts): string | null {
  const parts = [
    posts > 0 ? counted(posts, 'post') : null,
    comments > 0 ? counted(comments, 'comment') : null,
    answers > 0 ? counted(answers, 'answer') : null,
    contexts > 0 ? counted(contexts, 'context') : null,
    rewards > 0 ? counted(rewards, 'reward') : null,
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : listed(parts);
}

/** What arrived. */
export function arrivedInWords(
  summary: Omit<Counts, 'answers'> & Pick<ImportSummary, 'labels' | 'skippedCount'>,
): string {
  const arrived = countsInWords({ ...summary, answers: summary.labels });
  if (arrived) return `${arrived} arrived`;
  return summary.skippedCount > 0 ? 'Nothing new arrived' : 'Nothing new arrived: all of this was here already';
}

/** What else a person must know of an import, in a sentence each; null where there is nothing of the kind. */
export function importRemarks({
  updated,
  filled,
  textless,
  looksLikeHtml,
  unmatched,
  ambiguous,
  contextsKept,
  keptWithGroup,
}: Pick<
  ImportSummary,
  'updated' | 'filled' | 'textless' | 'looksLikeHtml' | 'unmatched' | 'ambiguous' | 'contextsKept' | 'keptWithGroup'
>) {
  const where = (count: number, say: (count: number) => string): string | null => (count > 0 ? say(count) : null);
  return {
    updated: where(
      updated,
      (comments) =>
        `${counted(comments, 'comment that was here has', 'comments that were here have')} newer votes or places now.`,
    ),
    filled: where(
      filled,
      (posts) => `${counted(posts, 'post that was', 'posts that were')} here without a text got it.`,
    ),
    textless: where(
      textless,
      (posts) =>
        `${counted(posts, 'post')} came without a text, since only comments are in the file: it comes with the file that has the posts.`,
    ),
    html: where(looksLikeHtml, (rows) => `${counted(rows, 'row looks', 'rows look')} like HTML.`),
    unmatched: where(
      unmatched,
      (contexts) =>
        `${counted(contexts, 'context has', 'contexts have')} an id or a text that no post has. Import the posts first, with the same ids or texts.`,
    ),
    ambiguous: where(
      ambiguous,
      (contexts) =>
        `${counted(contexts, 'context has', 'contexts have')} a text that several posts have. Name those posts by their ids, or by title and text.`,
    ),
    contextsKept: where(
      contextsKept,
      (posts) =>
        `${counted(posts, 'post has', 'posts have')} another context already, which stays. To replace it, undo the import that brought it.`,
    ),
    keptWithGroup: where(
      keptWithGroup,
      (posts) =>
        `${counted(posts, 'post')} went to another split than asked for: posts of one group stay together, and the rest of the group is there already.`,
    ),
  } as const;
}

/** What undoing an import came to. */
export function undoneInWords(undone: UndoneImport): string {
  const gone = countsInWords(undone);
  const kept =
    undone.postsKept === 0
      ? ''
      : ` ${counted(undone.postsKept, 'post')} stayed, because people have compared them here, or pinned or excluded a comment of theirs, or other files hold them too.`;
  return `${gone ? `${gone} taken away.` : 'Nothing was taken away.'}${kept}`;
}
