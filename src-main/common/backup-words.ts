import type { AutomaticBackup, Holdings, RestorePreview, TrashItem } from '../contract/backups.ts';
import { counted, plural } from './words.ts';

/** Why a backup was made, as it stands in a list. */
export function reasonInWords({ reason, about }: Pick<AutomaticBackup, 'reason' | 'about'>): string {
  switch (reason) {
    case 'daily':
      return 'Daily';
    case 'migration':
      return 'Before an update of Tiebreak changed the database';
    case 'undo':
      return about === null ? 'Before an import was undone' : `Before the import of ${about} was undone`;
    case 'restore':
      return about === null ? 'Before a restore' : `Before ${about} was restored`;
    case 'asked':
      return 'Made by hand';
  }
}

const nouns: readonly (readonly [keyof Holdings, string])[] = [
  ['posts', 'post'],
  ['comments', 'comment'],
  ['answers', 'answer'],
  ['imports', 'import'],
  ['models', 'model'],
  ['runs', 'run'],
  ['reports', 'report'],
];

/** '10 posts, 30 comments, 1 answer'. */
export function holdingsInWords(holds: Holdings): string {
  const some = nouns.filter(([kind]) => holds[kind] > 0).map(([kind, noun]) => counted(holds[kind], noun));
  return some.length === 0 ? 'nothing' : some.join(', ');
}

/** What a restore changes, kind by kind: only what is there now, or would be. */
export const changesOf = ({ now, after, comes, goes }: RestorePreview) =>
  nouns
    .filter(([kind]) => now[kind] + after[kind] > 0)
    .map(([kind]) => ({ kind, now: now[kind], after: after[kind], comes: comes[kind], goes: goes[kind] }));

/** What stands above that, most of all what would be lost. */
export function previewInWords({ comes, goes, newerAnswers }: RestorePreview): string {
  const [some, gone] = [holdingsInWords(comes), holdingsInWords(goes)];
  if (some === 'nothing' && gone === 'nothing') return 'It holds the same posts, answers and models that are here now.';
  const newer =
    newerAnswers === 0
      ? ''
      : ` ${counted(newerAnswers, 'answer')} that ${plural(newerAnswers, 'was', 'were')} given after it was made ${plural(newerAnswers, 'is', 'are')} among what goes.`;
  return `What comes: ${some}. What goes: ${gone}.${newer}`;
}

/** How long something is kept in the trash. */
export const trashTime = ({ daysLeft }: Pick<TrashItem, 'daysLeft'>): string =>
  `${counted(daysLeft, 'day')} of use left`;
