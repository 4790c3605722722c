import type { z } from 'zod';
import { markedParts } from '../../common/marked-words.ts';
import { decisive } from '../../common/verdicts.ts';
import { countedTo } from '../../common/words.ts';
import type { CallHooks, findCommentsCall } from '../../contract/calls.ts';
import type { CommentOrder } from '../../contract/records.ts';
import type { AcrossPage, AcrossPlace } from '../../contract/views.ts';
import { withPeople } from '../../recipe/people.ts';
import { countUnread } from '../../store/comment-words.ts';
import { acrossComments, countCounted, countMatches, placesAcross } from '../../store/comments-across.ts';
import { curationsOfPost } from '../../store/curations.ts';
import { answersOfPost } from '../../store/labels.ts';
import { countRewards } from '../../store/rewards.ts';
import { type House, modelOrNone } from '../kernel/house.ts';
import { settingsOf } from '../settings/settings.ts';
import { readAllWords, readWordsNow } from './comment-words.ts';
import { keyedPage } from './keyed-page.ts';

export type AcrossCall = {
  readonly order: CommentOrder;
  readonly search: string;
  readonly model?: string | undefined;
  readonly after?: AcrossPlace | undefined;
  readonly before?: AcrossPlace | undefined;
  readonly limit: number;
};

/**
 * A page of the comments of all posts, by the rewards of a model or as they came, those alone that have the words that are searched. What the model has not
 * scored is left out where the order goes by it, and counted.
 */
export async function listAcross(house: House, call: AcrossCall, signal?: AbortSignal): Promise<AcrossPage> {
  const search = call.search.trim();
  const model = modelOrNone(house, call.model);
  if (search !== '') await readWordsNow(house, signal);
  const { store } = house;
  // Without a model there is no best and no worst.
  const order = model ? call.order : 'came';
  const filter = { order, search, modelId: model?.id ?? null };
  const { shown, after, before } = keyedPage(
    (beyond, most) => placesAcross(store, filter, beyond, most),
    (place) => place,
    call,
  );
  const scored = model ? countRewards(store, model.id) : 0;
  const all = countCounted(store);
  const lines = acrossComments(
    store,
    shown.map(({ commentId }) => commentId),
    filter.modelId,
  );
  const person = settingsOf(house).annotator;
  const said = saidOf(house, person, new Set(lines.map(({ postId }) => postId)));
  return {
    comments: lines.map(({ text, ...line }) => {
      const { own, curations } = said.get(line.postId)!;
      return {
        ...line,
        parts: markedParts(text, search),
        own: own.get(line.id) ?? nothing,
        curation: curations.get(line.id) ?? null,
      };
    }),
    model: model?.name ?? null,
    after,
    before,
    // What stands on one page was counted by reading it.
    total:
      after === null && before === null
        ? shown.length
        : search !== ''
          ? countMatches(store, search, countedTo)
          : Math.min(countedTo, order === 'came' ? all : scored),
    unscored: model ? Math.max(0, all - scored) : 0,
    unread: search === '' ? 0 : countUnread(store),
  };
}

/** The first of them, for a command. */
export async function findComments(
  house: House,
  { count, ...wanted }: z.output<typeof findCommentsCall>,
  hooks: CallHooks,
): Promise<AcrossPage> {
  if (wanted.search.trim() !== '') await readAllWords(house, hooks);
  return listAcross(house, { ...wanted, limit: count }, hooks.signal);
}

const nothing = { wins: 0, losses: 0, ties: 0 };

/** What one person answered on comments of posts, and what was pinned and excluded there. */
function saidOf({ store }: House, person: string, posts: ReadonlySet<number>) {
  return new Map(
    [...posts].map((id) => {
      const answers = decisive(answersOfPost(store, id)).filter(({ annotator }) => annotator === person);
      const compared = new Set(answers.flatMap(({ leftId, rightId }) => [leftId, rightId]));
      const says = withPeople(
        [...compared].map((comment) => ({ id: comment })),
        answers,
      );
      const own = new Map(says.map(({ id: comment, people }) => [comment, people]));
      return [id, { own, curations: curationsOfPost(store, id) }] as const;
    }),
  );
}
