import { asText } from '../as-text.ts';
import type { RawFact } from '../facts.ts';
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
import { answerOf } from './ranked.ts';
import type { Shape } from './shape.ts';

/** Rows with one answer and how it was rated (HelpSteer and others), and HelpSteer's rows of two with the strength of a preference. */

const promptNames = ['prompt', 'instruction', 'question', 'query', 'input', 'context', 'conversation', 'messages'];
const responseNames = ['response', 'answer', 'completion', 'output', 'reply', 'generation'];
/** Which rating counts where a row has several: the first that is there. */
const ratingNames = [
  ...['overall', 'overallscore', 'overallrating', 'rating', 'score', 'stars', 'quality', 'helpfulness', 'preference'],
  ...['reward', 'grade', 'meanrating', 'averagerating', 'avgrating', 'usefulness', 'humanrating', 'annotatorrating'],
];
/** Whether people liked an answer, as yes or no. */
const likingNames = ['label', 'thumbsup', 'liked', 'good', 'isgood', 'desirable'];
const placeNames = ['rank', 'place', 'position'];
const otherNames = [
  'correctness',
  'coherence',
  'complexity',
  'verbosity',
  'honesty',
  'truthfulness',
  'harmlessness',
  'toxicity',
];
const strengthNames = ['preferencestrength', 'overallpreference'];
const pairNames = [
  ['response1', 'response2'],
  ['responsea', 'responseb'],
] as const;

const pairIn = (row: Named): readonly [unknown, unknown] | null => {
  for (const [left, right] of pairNames) {
    if (row.names.has(left) && row.names.has(right)) return [row.get(left), row.get(right)];
  }
  return null;
};

/** HelpSteer2 and 3: -3 is much better for the first, 3 for the second. */
function preferenceOf(entry: Entry, row: Named, two: readonly [unknown, unknown]): readonly RawFact[] {
  const strength = numberIn(row.get(...strengthNames));
  const single = unpacked(row.get('individualpreference', 'allpreferencesunprocessed'));
  const left = Array.isArray(single)
    ? [
        leftOut(
          'answer',
          'single-preferences',
          'single preferences were put together to that of their row',
          single,
          single.length,
        ),
      ]
    : [];
  if (strength === null) return [leftOut('answer', 'no-choice', 'no choice given', entry), ...left];
  const post = { ...headOf({ ...row, get: withoutContext(row) }), text: promptText(unpacked(row.get(...promptNames))) };
  const choice = strength < 0 ? 'left' : strength > 0 ? 'right' : 'tie';
  const margin = strength === 0 ? undefined : Math.abs(strength);
  const models = [row.get('model1', 'modela'), row.get('model2', 'modelb')];
  const texts = two.map((text, at) => written(text ?? null, models[at]));
  return [
    answerOf(post, texts[0]!, texts[1]!, choice, { ...annotationOf(row), margin }),
    ...left.filter((one) => one.count !== 0),
  ];
}

/** In these rows 'context' is the conversation that is answered, where there is no prompt. */
const withoutContext =
  (row: Named): Named['get'] =>
  (...names) =>
    names.includes('context') && row.get('prompt') === undefined && messagesIn(row.get('context')) !== null
      ? undefined
      : row.get(...names);

const ratingIn = (row: Named): string | undefined =>
  ratingNames.find((name) => row.get(name) !== undefined) ??
  likingNames.find((name) => /^(?:true|false)$/i.test(asText(row.get(name))));

/** What a rating says, more being better: yes is 1 and no is 0. */
function ratedAs(row: Named, rating: string): unknown {
  const value = row.get(rating);
  return likingNames.includes(rating) ? (/^true$/i.test(asText(value)) ? 1 : 0) : value;
}

function ratedOf(row: Named): readonly RawFact[] {
  const rating = ratingIn(row);
  const place = row.get(...placeNames);
  const post = { ...headOf({ ...row, get: withoutContext(row) }), text: promptText(unpacked(row.get(...promptNames))) };
  const messages = messagesIn(row.get(...responseNames));
  const text = messages === null ? row.get(...responseNames) : messages.at(-1)!.text;
  const about = annotationOf(row);
  const comment = {
    ...written(text ?? null, row.get('model', 'modelname', 'generator', 'policy')),
    ...saidOnly({
      votes: rating === undefined ? undefined : ratedAs(row, rating),
      place,
      id: row.get('responseid', 'answerid'),
      date: about.date,
    }),
  };
  return [{ kind: 'post', post, comments: [comment], list: 'thread' }];
}

/** Said once of a file: which of several ratings counts. */
function choiceOfRating(row: Named): readonly RawFact[] {
  const rating = ratingIn(row);
  if (rating === undefined) return [];
  const others = [...row.names.keys()].filter(
    (name) => name !== rating && [...ratingNames, ...otherNames].includes(name) && row.get(name) !== undefined,
  );
  const name = row.names.get(rating)!;
  return others.length === 0
    ? []
    : [
        {
          kind: 'noted',
          of: 'vote',
          why: 'one-of-several-ratings',
          reason: 'several ratings in a row: one of them was read as votes, the others were not kept',
          text: `${name} was read; not kept: ${others.map((one) => row.names.get(one)!).join(', ')}`,
        },
      ];
}

function isRow(entry: Entry): boolean {
  const row = named(entry);
  if (row.get(...promptNames) === undefined) return false;
  if (pairIn(row) !== null) return strengthNames.some((name) => row.names.has(name));
  const rating = ratingIn(row);
  const rated = rating === undefined ? row.get(...placeNames) : ratedAs(row, rating);
  return isSaid(row.get(...responseNames)) && numberIn(rated) !== null;
}

export const ratings: Shape = {
  name: 'ratings',
  title: 'Ratings: one answer with its rating in each row',
  fits: (sample) => sure(sample, 0.88, isRow),
  open: () => {
    let said = false;
    return (value) => {
      if (!isEntry(value)) return [noEntry(value)];
      const row = named(value);
      const two = pairIn(row);
      if (two !== null) return preferenceOf(value, row, two);
      const noted = said ? [] : choiceOfRating(row);
      said ||= noted.length > 0;
      return [...ratedOf(row), ...noted];
    };
  },
};
