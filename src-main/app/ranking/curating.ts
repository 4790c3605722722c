import type { z } from 'zod';
import type { curateCall } from '../../contract/calls.ts';
import type { CuratedComment } from '../../contract/reports.ts';
import { curate } from '../../store/curations.ts';
import { inTransaction } from '../../store/open.ts';
import type { House } from '../kernel/house.ts';
import { withLockNow } from '../kernel/lock.ts';
import { settingsOf } from '../settings/settings.ts';

/**
 * Pins comments, excludes them, or neither (null), all or none, in the name of the person in the settings where none is given. Models and answers know nothing
 * of it.
 * @throws TiebreakError not-found
 */
export function curateComments(
  house: House,
  { comments, kind, annotator = settingsOf(house).annotator }: z.output<typeof curateCall>,
): readonly CuratedComment[] {
  const done = withLockNow(house, 'pinning comments', ({ store }) =>
    inTransaction(store, () =>
      comments.map((comment) => {
        const { postId, before } = curate(store, comment, kind, annotator);
        return { comment, post: postId, kind, before: before?.kind ?? null };
      }),
    ),
  );
  house.changes.tell('curations');
  return done;
}
