import type { RawComment, RawFact } from '../facts.ts';
import { annotationOf, headOf, written } from './annotation.ts';
import { messagesIn, promptText } from './conversation.ts';
import {
  type Entry,
  isEntry,
  isSaid,
  leftOut,
  type Named,
  named,
  noEntry,
  numberIn,
  saidOnly,
  sure,
  unpacked,
} from './entries.ts';
import { factsOfRanking } from './ranked.ts';
import type { Shape } from './shape.ts';

/** A prompt with a list of answers and the place or the score of each: Nectar, and K-wise rankings of any other make. */

const promptNames = ['prompt', 'instruction', 'question', 'query', 'input', 'post', 'text'];
const listNames = [
  'responses',
  'answers',
  'completions',
  'outputs',
  'candidates',
  'generations',
  'replies',
  'texts',
  'options',
];
/** Lists that stand in their order, the best first. */
const orderedNames = ['rankedresponses', 'rankedanswers', 'rankedcompletions', 'rankedoutputs', 'sortedresponses'];
const placeNames = ['ranking', 'ranks', 'rank', 'places', 'positions', 'rankings'];
const scoreNames = ['scores', 'ratings', 'rewards', 'votes', 'score', 'rating'];
const textNames = ['answer', 'text', 'response', 'content', 'completion', 'output', 'value', 'body'];

type Item = { readonly comment: RawComment; readonly place?: unknown; readonly votes?: unknown };

const listIn = (row: Named, names: readonly string[]): readonly unknown[] | null => {
  const list = unpacked(row.get(...names));
  return Array.isArray(list) ? list : null;
};

/** An answer of the list: its text, or an entry with the text, who wrote it, and its place or score. */
function itemOf(value: unknown, model: unknown): Item | null {
  if (!isEntry(value)) return typeof value === 'object' && value !== null ? null : { comment: written(value, model) };
  const one = named(value);
  const messages = messagesIn(value);
  const text = messages === null ? one.get(...textNames) : messages.at(-1)!.text;
  const author = one.get('model', 'modelname', 'author', 'source', 'policy') ?? model;
  return {
    comment: { ...written(text ?? null, author), ...saidOnly({ id: one.get('id', 'responseid') }) },
    ...saidOnly({
      place: one.get('rank', 'place', 'position', 'ranking'),
      votes: one.get(...scoreNames, 'overallscore', 'reward'),
    }),
  };
}

/** Places from a list that says one for each answer, or undefined where it says anything else. */
function placesFrom(list: readonly unknown[], items: readonly Item[]): readonly unknown[] | undefined {
  if (list.length !== items.length) return undefined;
  if (list.every((one) => one === null || numberIn(one) !== null)) return list;
  // Or the answers themselves, by their texts or models, the best first.
  const places = items.map(({ comment }) =>
    list.findIndex((one) => one === comment.text || (isSaid(comment.author) && one === comment.author)),
  );
  return places.some((place) => place === -1) ? undefined : places;
}

function factsOf(entry: Entry): readonly RawFact[] {
  const row = named(entry);
  const ordered = listIn(row, orderedNames);
  const list = ordered ?? listIn(row, listNames);
  if (list === null) return [leftOut('row', 'no-answers', 'no list of answers', entry)];
  const models = listIn(row, ['models', 'modelnames', 'sources', 'policies']);
  const read = list.map((one, at) => itemOf(one, models?.[at]));
  const items = read.filter((item) => item !== null);
  const lost = list
    .filter((_, at) => read[at] === null)
    .map((one) => leftOut('comment', 'not-an-entry', 'no entry with named fields', one));
  const post = { ...headOf(row), text: promptText(unpacked(row.get(...promptNames))) };
  const said = listIn(row, placeNames);
  const places = ordered === null ? (said === null ? undefined : placesFrom(said, items)) : items.map((_, at) => at);
  if (said !== null && places === undefined) {
    return [leftOut('row', 'ranking-unclear', 'the ranking does not say a place for each answer', entry)];
  }
  const scores = listIn(row, scoreNames);
  if (scores !== null && places === undefined && scores.length !== items.length) {
    return [leftOut('row', 'ranking-unclear', 'there is not one score for each answer', entry)];
  }
  const placed = items.map(({ comment, place }, at) => ({ comment, place: places?.[at] ?? place }));
  const ranker = annotationOf(row);
  if (isSaid(ranker.annotator) && placed.some(({ place }) => isSaid(place))) {
    return [...factsOfRanking(post, placed, ranker), ...lost];
  }
  const comments = items.map(({ comment, votes }, at) => ({
    ...comment,
    ...saidOnly({ place: placed[at]!.place, votes: scores?.[at] ?? votes }),
  }));
  return [{ kind: 'post', post, comments, list: 'row' }, ...lost];
}

function isRow(entry: Entry): boolean {
  const row = named(entry);
  if (row.get(...promptNames) === undefined) return false;
  const list = listIn(row, orderedNames) ?? listIn(row, listNames);
  if (list === null || list.length < 2) return false;
  if (listIn(row, orderedNames) !== null || listIn(row, [...placeNames, ...scoreNames]) !== null) return true;
  const items = list.map((one) => itemOf(one, undefined));
  return items.every(
    (item) => item !== null && isSaid(item.comment.text) && (isSaid(item.place) || isSaid(item.votes)),
  );
}

export const kWise: Shape = {
  name: 'k-wise',
  title: 'Lists of answers with their places or scores',
  fits: (sample) => sure(sample, 0.85, isRow),
  open: () => (value) => (isEntry(value) ? factsOf(value) : [noEntry(value)]),
};
