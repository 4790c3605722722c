import { date } from '../../../src-main/common/words.ts';
import type { Curation, CurationKind } from '../../../src-main/contract/records.ts';
import { client } from '../../api.ts';
import { attempt, say } from '../../composables/toasts.ts';

/** What a person says of a comment's place by hand. */

/** Keys that pin and exclude the comment that has the focus, or take that back. */
export const curationOfKey: Readonly<Record<string, CurationKind>> = { p: 'pinned', e: 'excluded' };

const done: Readonly<Record<CurationKind | 'none', string>> = {
  pinned: 'Pinned: it stands first in this post. No model learns from that.',
  excluded: 'Excluded: it stands last, and is in no list that you copy. No model learns from that.',
  none: 'It stands where the ranking has it.',
};

/** Pins or excludes a comment, or neither, and offers to take that back. @returns whether it was done */
export async function curate(comment: number, kind: CurationKind | null): Promise<boolean> {
  const result = await attempt(() => client.rankings.curate({ comment, kind }));
  if (!result) return false;
  say(done[kind ?? 'none'], {
    label: 'Undo',
    run: () => attempt(() => client.rankings.curate({ comment, kind: result.before })),
  });
  return true;
}

const names: Readonly<Record<CurationKind, string>> = { pinned: 'Pinned', excluded: 'Excluded' };

/** 'Pinned by you on Nov 29, 2026'; null where nobody said anything. */
export function curationInWords(curation: Curation | null, me: string): string | null {
  if (!curation) return null;
  const { kind, annotator, createdAt } = curation;
  return `${names[kind]} by ${annotator === me ? 'you' : annotator} on ${date(createdAt)}`;
}

/** What can be said of a comment. */
export const choicesOf = (
  curation: Curation | null,
): readonly { readonly label: string; readonly kind: CurationKind | null }[] => [
  curation?.kind === 'pinned' ? { label: 'Unpin', kind: null } : { label: 'Pin to the top', kind: 'pinned' },
  curation?.kind === 'excluded'
    ? { label: 'Take in again', kind: null }
    : { label: 'Exclude from the ranking', kind: 'excluded' },
];
