import { markedParts } from '../../common/marked-words.ts';
import { decisive } from '../../common/verdicts.ts';
import type { CommentOrder } from '../../contract/records.ts';
import type { AcrossPage, AcrossPlace } from '../../contract/views.ts';
import { withPeople } from '../../recipe/people.ts';
import { countUnread } from '../../store/comment-words.ts';
import { acrossComments, countCounted, countMatches, placesAcross } from '../../store/comments-across.ts';
import { curationsOfPost } from '../../store/curations.ts';
import { answersOfPost } from '../../store/labels.ts';
import { countRewards } from '../../store/rewards.ts';
import { type House, modelInUse, rewardModel } from '../kernel/house.ts';
import { settingsOf } from '../settings/settings.ts';
import { countedTo } from './browsing.ts';
import { readWordsNow } from './comment-words.ts';

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
  const { limit, after, before } = call;
  const search = call.search.trim();
  const model = call.model === undefined ? modelInUse(house) : rewardModel(house, call.model);
  if (search !== '') await readWordsNow(house, signal);
  const { store } = house;
  // Without a model there is no best and no worst.
  const order = model ? call.order : 'came';
  const filter = { order, search, modelId: model?.id ?? null };
  const backwards = after === undefined && before !== undefined;
  const found = placesAcross(store, filter, { after, before }, limit + 1);
  const shown = backwards ? found.slice(-limit) : found.slice(0, limit);
  const more = found.length > shown.length;
  const [first, last] = [shown[0] ?? after ?? before, shown.at(-1) ?? after ?? before];
  const isAny = (range: { readonly after: AcrossPlace } | { readonly before: AcrossPlace }): boolean =>
    placesAcross(store, filter, range, 1).length > 0;
  const anyBefore = first !== undefined && (backwards ? more : after !== undefined && isAny({ before: first }));
  const anyAfter = last !== undefined && (backwards ? isAny({ after: last }) : more);
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
    after: anyAfter && last ? last : null,
    before: anyBefore && first ? first : null,
    total:
      anyBefore || anyAfter
        ? search !== ''
          ? countMatches(store, search, countedTo)
          : Math.min(countedTo, order === 'came' ? all : scored)
        : shown.length,
    unscored: model ? Math.max(0, all - scored) : 0,
    unread: search === '' ? 0 : countUnread(store),
  };
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
