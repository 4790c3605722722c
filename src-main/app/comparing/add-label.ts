import type { z } from 'zod';
import type * as calls from '../../contract/calls.ts';
import type { Label } from '../../contract/records.ts';
import { addLabel } from '../../store/labels.ts';
import { findPost } from '../../store/posts.ts';
import type { House } from '../kernel/house.ts';
import { withLock } from '../kernel/lock.ts';

/** Keeps one answer. */
export async function label(
  house: House,
  { post, chosen, rejected, tie, annotator }: z.output<typeof calls.addLabelCall>,
): Promise<Label> {
  const { id } = findPost(house.store, post);
  const outcome = tie ? 'tie' : 'left';
  const added = await withLock(house, 'adding a label', ({ store }) =>
    addLabel(store, { postId: id, leftId: chosen, rightId: rejected, outcome, annotator, origin: 'terminal' }),
  );
  return added.label;
}
