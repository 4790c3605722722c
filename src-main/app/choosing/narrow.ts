import { counted, wholeNumber } from '../../common/words.ts';
import { TiebreakError } from '../../contract/errors.ts';
import { chosenPosts, keepChosenPosts, withPairs } from '../../store/chosen-posts.ts';
import { inTransaction } from '../../store/open.ts';
import { listPostIds, type PostListFilter } from '../../store/post-list.ts';
import { writeSetting } from '../../store/settings.ts';
import { type House, modelOrNone } from '../kernel/house.ts';
import { withLock } from '../kernel/lock.ts';
import { settingsOf } from '../settings/settings.ts';
import type { Question } from './finding.ts';

/** So many are kept by their numbers, and gone through for each pair. */
const most = 2000;

type NarrowCall = PostListFilter & {
  readonly name: string;
  readonly post?: number | undefined;
  readonly disagreement: boolean;
  readonly model?: string | undefined;
};

/** From now on only posts that match now are asked about, or one by itself; what is answered later changes nothing of that. */
export function narrow(house: House, call: NarrowCall): Promise<{ readonly posts: number }> {
  return withLock(house, 'choosing posts to compare', ({ store }) => {
    const found = call.post === undefined ? matching(house, call) : [call.post];
    if (found.length > most) {
      const message = `More than ${wholeNumber(most)} posts match, and Compare takes at most so many by themselves. Nothing was changed: search for fewer, or compare all posts.`;
      throw new TiebreakError('bad-input', message);
    }
    const ids = withPairs(store, found);
    if (ids.length === 0) {
      const message = `There is nothing to compare in ${counted(found.length, 'post')}: a post needs two comments. Nothing was changed.`;
      throw new TiebreakError('bad-input', message);
    }
    inTransaction(store, () => {
      keepChosenPosts(store, ids);
      writeSetting(store, 'only', call.name);
    });
    house.changes.tell('settings');
    return { posts: ids.length };
  });
}

function matching(house: House, call: NarrowCall): readonly number[] {
  const model = call.disagreement ? modelOrNone(house, call.model) : null;
  if (call.disagreement && !model) return [];
  return listPostIds(house.store, { ...call, disagreeingWith: model?.id }, {}, most + 1);
}

/** Whether a question that was handed out may come again: of the posts that are asked about, or one that a person picked. */
export function staysAsked(house: House): (question: Question) => boolean {
  const posts = settingsOf(house).only === null ? null : chosenPosts(house.store);
  return ({ postId, chosenBy }) => posts === null || chosenBy === 'picked' || posts.has(postId);
}
