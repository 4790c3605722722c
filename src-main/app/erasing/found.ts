import type { EraseTarget } from '../../contract/erasing.ts';
import { TiebreakError } from '../../contract/errors.ts';
import {
  addComment,
  addWholePost,
  addWrittenBy,
  commentIsThere,
  nothingToErase,
  postIsThere,
  type ToErase,
} from '../../store/find-erasable.ts';
import type { House } from '../kernel/house.ts';

/** Gives others their turn now and then. */
export type Pauses = () => Promise<void>;

/** Finds what would go. @throws TiebreakError not-found for a post or a comment that is not there */
export async function findErasable({ store }: House, target: EraseTarget, pause: Pauses): Promise<ToErase> {
  const to = nothingToErase();
  if (target.kind === 'post') {
    if (!postIsThere(store, target.id)) throw gone('post', target.id);
    addWholePost(store, to, target.id);
    return to;
  }
  if (target.kind === 'comment') {
    if (!commentIsThere(store, target.id)) throw gone('comment', target.id);
    addComment(store, to, target.id);
    return to;
  }
  if (!target.wrote) return to;
  for (const _ of addWrittenBy(store, to, target.name)) await pause();
  return to;
}

const gone = (what: string, id: number): TiebreakError =>
  new TiebreakError('not-found', `There is no ${what} ${id}. Nothing was changed.`);
