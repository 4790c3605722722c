import { asText } from '../as-text.ts';
import type { RawFact } from '../facts.ts';
import { annotationOf, headOf, personIn, written } from './annotation.ts';
import { conversationText, type Message, messagesIn, partedBetween, promptText } from './conversation.ts';
import {
  type Entry,
  isEntry,
  isSaid,
  leftOut,
  type Named,
  named,
  noEntry,
  numberIn,
  plainName,
  sure,
  unpacked,
} from './entries.ts';
import { answerOf } from './ranked.ts';
import type { Shape } from './shape.ts';
import { promptNameIn, twoNamesIn } from './two-texts.ts';
import { type Verdict, verdictIn } from './verdict.ts';

/** Battles: two answers side by side, which models wrote them, and who won. As whole conversations, as LMSYS's tables, or as two texts. */

/** Fields that may say which of the two won. */
const verdictNames = [
  ...['winner', 'preference', 'preferred', 'verdict', 'choice', 'chosen', 'vote', 'selected', 'selection', 'better'],
  ...['betterresponse', 'preferredresponse', 'humanpreference', 'label', 'judgment', 'judgement', 'result', 'win'],
];

/** LMSYS's tables say it in three columns of 0 and 1. */
function verdictOfColumns(row: Named): Verdict | null {
  const [a, b, tie, bad] = [
    row.get('winnermodela', 'winnera'),
    row.get('winnermodelb', 'winnerb'),
    row.get('winnertie'),
    row.get('winnertiebothbad', 'winnerbothbad'),
  ].map((value) => (value === true || value === 'True' || value === 'true' ? 1 : numberIn(value)));
  return a === 1 ? 'left' : b === 1 ? 'right' : tie === 1 ? 'tie' : bad === 1 ? 'bad' : null;
}

/** Which won, by a word, by the name of a model, or by a number from 1 to 2 that may lie between. */
function verdictOf(row: Named, models: readonly [unknown, unknown], fromZero: boolean): Verdict | null {
  const said = row.get(...verdictNames);
  if (!isSaid(said)) return verdictOfColumns(row);
  if (isSaid(models[0]) && models[0] !== models[1]) {
    if (said === models[0]) return 'left';
    if (said === models[1]) return 'right';
  }
  const number = numberIn(said);
  if (!fromZero && number !== null && number > 1 && number < 2)
    return number < 1.5 ? 'left' : number > 1.5 ? 'right' : 'tie';
  return verdictIn(personIn(said), fromZero);
}

/** Which won, where its text stands there once more. */
function verdictByText(row: Named, [left, right]: readonly [unknown, unknown]): Verdict | null {
  const said = row.get(...verdictNames);
  if (typeof said !== 'string' || left === right) return null;
  return said === left ? 'left' : said === right ? 'right' : null;
}

/** The messages up to the turn that was judged, where the conversation goes on after it. */
function upTo(messages: readonly Message[], turns: number | null): readonly Message[] {
  if (turns === null || turns < 1) return messages;
  const answers = messages.map((one, at) => (one.speaker === 'Assistant' ? at : -1)).filter((at) => at >= 0);
  return answers.length > turns ? messages.slice(0, answers[turns - 1]! + 1) : messages;
}

type Parts = { readonly prompt: unknown; readonly left: unknown; readonly right: unknown };

/** LMSYS's tables hold the turns as lists of texts in JSON. */
function turnsOf(prompt: unknown, responses: unknown): readonly Message[] | null {
  const [asked, answered] = [unpacked(prompt), unpacked(responses)];
  if (!Array.isArray(asked) || !Array.isArray(answered) || asked.some((one) => isEntry(one))) return null;
  return asked.flatMap((text: unknown, at) => [
    { speaker: 'Human', text },
    ...(at < answered.length ? [{ speaker: 'Assistant', text: answered[at] as unknown }] : []),
  ]);
}

function partsOf(left: unknown, right: unknown, prompt: unknown, turns: number | null): Parts {
  const [mine, other] = [turnsOf(prompt, left) ?? messagesIn(left), turnsOf(prompt, right) ?? messagesIn(right)];
  if (mine === null || other === null) return { prompt: promptText(unpacked(prompt)), left, right };
  const parted = partedBetween(upTo(mine, turns), upTo(other, turns));
  const shared = conversationText(parted.shared);
  return { prompt: shared ?? promptText(unpacked(prompt)), left: parted.left, right: parted.right };
}

/** The two of a row, their models, and what they answer. */
function factsOf(entry: Entry, zeros: boolean): readonly RawFact[] {
  const two = twoNamesIn(entry);
  if (two === null) return [leftOut('row', 'not-two', 'not two answers', entry)];
  const row = named(entry);
  const models = modelsIn(row);
  const choice =
    verdictByText(row, [entry[two.left], entry[two.right]]) ?? verdictOf(row, models, two.fromZero || zeros);
  const counts = choice === null ? countsIn(row) : null;
  if (choice === null && counts === null) return [leftOut('answer', 'no-choice', 'no choice given', entry)];
  const rest = Object.fromEntries(Object.entries(entry).filter(([name]) => name !== two.left && name !== two.right));
  const prompt = promptIn(rest);
  const parts = partsOf(entry[two.left], entry[two.right], prompt, numberIn(row.get('turn')));
  const head = headOf(row);
  if (!isSaid(parts.prompt) && head.title === undefined && head.id === undefined) {
    return [leftOut('answer', 'no-prompt', 'it is not said what is answered', entry)];
  }
  if (counts !== null) {
    const [left, right] = [written(parts.left, models[0]), written(parts.right, models[1])];
    const comments = [
      { ...left, votes: counts[0] },
      { ...right, votes: counts[1] },
    ];
    return [{ kind: 'post', post: { ...head, text: parts.prompt }, comments, list: 'row' }];
  }
  // A number counts the questions of a test, which have many battles; a name made up at random is that of one battle.
  const question = row.get('questionid');
  const pair = typeof question === 'string' && !/^\d+$/.test(question) ? { pair: question } : {};
  return [
    answerOf(
      { ...head, ...(head.context === prompt ? { context: undefined } : {}), text: parts.prompt },
      written(parts.left, models[0]),
      written(parts.right, models[1]),
      choice,
      { ...pair, ...annotationOf(row) },
    ),
  ];
}

/** How many were for each of the two, where a row counts them. */
function countsIn(row: Named): readonly [number, number] | null {
  const ends = [
    ['a', 'b'],
    ['1', '2'],
    ['0', '1'],
    ['left', 'right'],
  ] as const;
  for (const word of ['votes', 'score', 'likes', 'upvotes', 'count', 'rating']) {
    for (const [first, second] of ends) {
      const [left, right] = [numberIn(row.get(word + first)), numberIn(row.get(word + second))];
      if (left !== null && right !== null) return [left, right];
    }
  }
  return null;
}

/** OpenAI's comparisons of summaries hold the two in a list, and what they sum up in an object. */
function levelled(entry: Entry): Entry {
  const { info, summaries, choice, ...rest } = entry;
  if (!isEntry(info) || !Array.isArray(summaries) || summaries.length !== 2 || !summaries.every(isEntry)) return entry;
  const [left, right] = summaries as [Entry, Entry];
  return {
    ...rest,
    ...{ prompt: info.post ?? info.article, title: info.title, postid: info.id },
    ...{ response_0: left.text, response_1: right.text, model_a: left.policy, model_b: right.policy, winner: choice },
  };
}

const modelsIn = (row: Named): readonly [unknown, unknown] => [
  row.get('modela', 'model1', 'modelleft', 'leftmodel', 'generatora', 'generator1'),
  row.get('modelb', 'model2', 'modelright', 'rightmodel', 'generatorb', 'generator2'),
];

/** What both answer: a field of the usual name, with its input where it is an instruction. */
function promptIn(rest: Entry): unknown {
  const name = promptNameIn(
    rest,
    Object.keys(rest).filter((one) => verdictNames.includes(plainName(one))),
  );
  if (name === null) return undefined;
  const input = plainName(name) === 'instruction' ? rest.input : undefined;
  return isSaid(input) ? `${asText(rest[name])}\n\n${asText(input)}` : rest[name];
}

function isRow(entry: Entry): boolean {
  const two = twoNamesIn(entry);
  if (two === null) return false;
  const row = named(entry);
  const choice = verdictByText(row, [entry[two.left], entry[two.right]]) ?? verdictOf(row, modelsIn(row), two.fromZero);
  return choice !== null || countsIn(row) !== null;
}

const isBattle = (entry: Entry): boolean => {
  const row = named(entry);
  return isRow(entry) && ['modela', 'modelb'].every((name) => row.names.has(name));
};

export const arena: Shape = {
  name: 'arena',
  title: 'Battles: two answers and which won',
  fits: (sample) => {
    const level = { ...sample, values: sample.values.map((value) => (isEntry(value) ? levelled(value) : value)) };
    return Math.max(sure(level, 0.96, isBattle), sure(level, 0.82, isRow));
  },
  open: ({ values = [] }) => {
    // Where a 0 says which, 1 is the second.
    const zeros = values.some((value) => isEntry(value) && numberIn(named(levelled(value)).get(...verdictNames)) === 0);
    return (value) => (isEntry(value) ? factsOf(levelled(value), zeros) : [noEntry(value)]);
  },
};
