import type { Field } from '../../contract/reading.ts';
import { asText } from '../as-text.ts';
import type { RawFact } from '../facts.ts';
import { annotationOf, annotatorNames, dateNames, headOf, modelsOf, pairIdNames, written } from './annotation.ts';
import {
  conversationText,
  isDialogue,
  type Message,
  messagesIn,
  partedAtMark,
  partedBetween,
  partedByWords,
  promptText,
} from './conversation.ts';
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
  saidOnly,
  sure,
  unpacked,
} from './entries.ts';
import type { How, Sample, Shape } from './shape.ts';

/** Rows that name the better and the worse of two: TRL's preference rows, as plain texts or conversations, with or without a prompt. */

const prompts = [
  ...['prompt', 'instruction', 'question', 'query', 'userprompt', 'userinput', 'input', 'post', 'posttext', 'text'],
  ...['conversation', 'conversations', 'history', 'trajectory', 'dialogue', 'dialog', 'frage'],
];
/** Words for the better and the worse, alone or with what they are: 'chosen', 'Chosen Response', 'comment_chosen'. */
const words: readonly (readonly [string, readonly string[]])[] = [
  ['chosen', ['rejected', 'unchosen', 'notchosen', 'other']],
  ['accepted', ['rejected', 'refused']],
  ['preferred', ['dispreferred', 'rejected', 'notpreferred', 'nonpreferred', 'unpreferred', 'other']],
  ['winner', ['loser']],
  ['winning', ['losing']],
  ['better', ['worse']],
  ['best', ['worst']],
  ['positive', ['negative']],
  ['good', ['bad']],
  ['besser', ['schlechter']],
  ['meilleur', ['pire']],
];
const things = ['', 'response', 'answer', 'comment', 'text', 'completion', 'output', 'reply', 'summary', 'message'];

type Two = { readonly chosen: string; readonly rejected: string };
type Has = { readonly has: (plain: string) => boolean };

/** The plain names under which a row has the better and the worse, or null. */
function twoOf(names: Has): Two | null {
  for (const [better, others] of words) {
    for (const thing of things) {
      for (const worse of others) {
        const after = { chosen: better + thing, rejected: worse + thing };
        if (names.has(after.chosen) && names.has(after.rejected)) return after;
        const before = { chosen: thing + better, rejected: thing + worse };
        if (names.has(before.chosen) && names.has(before.rejected)) return before;
      }
    }
  }
  // Answers of Stack Exchange in pairs, as StackLLaMA has them: j has more votes than k.
  return names.has('responsej') && names.has('responsek') ? { chosen: 'responsej', rejected: 'responsek' } : null;
}

/** The names of the fields of a sample's records, in their order. */
const namesIn = (sample: Sample): readonly string[] =>
  sample.columns ?? [...new Set(sample.values.filter(isEntry).flatMap((value) => Object.keys(value)))];

/** Fields of which people can say something else, and the plain names by which they are found. The first is what a row then calls it. */
const namesOfFields: Partial<Record<Field, readonly string[]>> = {
  prompt: prompts,
  text: prompts,
  chosen: ['chosen'],
  rejected: ['rejected'],
  title: ['title', 'posttitle'],
  context: ['context'],
  group: ['group', 'groupid', 'thread'],
  thread: ['group', 'groupid', 'thread'],
  split: ['split'],
  annotator: annotatorNames,
  date: dateNames,
  margin: ['margin'],
  id: pairIdNames,
};
const sayable = new Set(Object.values(namesOfFields).flat());

/** What the fields are by their names. */
function fieldsIn(sample: Sample): ReadonlyMap<string, Field> {
  const columns = namesIn(sample);
  const two = twoOf(new Set(columns.map(plainName)));
  const ofPrompts = new Set(sample.values.filter(isEntry).flatMap((value) => promptNamesOf(named(value))));
  return new Map(
    columns.map((name) => {
      const plain = plainName(name);
      if (plain === two?.chosen) return [name, 'chosen'];
      if (plain === two?.rejected) return [name, 'rejected'];
      if (prompts.includes(plain)) return [name, ofPrompts.has(plain) ? 'prompt' : 'nothing'];
      const found = Object.entries(namesOfFields).find(([, names]) => names.includes(plain));
      return [name, (found?.[0] as Field | undefined) ?? 'nothing'];
    }),
  );
}

/** The plain names of the fields that say what a row's two answer. */
function promptNamesOf(row: Named): readonly string[] {
  const first = prompts.find((plain) => row.get(plain) !== undefined);
  return first === undefined ? [] : first === 'instruction' ? [first, 'input'] : [first];
}

/** The fields of a row under the names that were said of them. Scores, models and the like, of which nothing can be said, keep their own. */
function asSaid(row: Entry, { fields }: How): Named {
  if (fields.size === 0) return named(row);
  return named(row, (name) => {
    const field = fields.get(name);
    const plain = plainName(name);
    const names = field === undefined ? undefined : namesOfFields[field];
    if (names !== undefined) return names.includes(plain) ? plain : names[0];
    // One that is said to be nothing is not found by its name. Another prompt may be the only one of its row.
    return field === undefined || !sayable.has(plain) || (plain !== 'prompt' && prompts.includes(plain))
      ? plain
      : undefined;
  });
}

type Read = { readonly prompt: unknown; readonly chosen: unknown; readonly rejected: unknown };

const joined = (prompt: unknown, more: readonly Message[]): unknown =>
  more.length === 0 ? promptText(prompt) : conversationText([...(messagesIn(prompt) ?? []), ...more]);

/** What both answer and what each says, whether they stand there as texts or as conversations. Null where nothing says what they answer. */
function partsOf(row: Named, two: Two, mayLackPrompt: boolean): Read | null {
  const chosen = row.get(two.chosen);
  const rejected = row.get(two.rejected);
  const prompt = promptOf(row);
  const left = messagesIn(chosen);
  const right = messagesIn(rejected);
  if (left !== null && right !== null) {
    const parted = partedBetween(left, right);
    const given = messagesIn(prompt);
    // Some files repeat the prompt at the beginning of both conversations.
    if (!isSaid(prompt) || (given === null && parted.shared.length > 0)) {
      return parted.shared.length === 0 && !mayLackPrompt
        ? null
        : { prompt: conversationText(parted.shared), chosen: parted.left, rejected: parted.right };
    }
    const repeated = given?.every(({ text }, at) => parted.shared[at]?.text === text);
    const before = repeated ? conversationText(parted.shared) : joined(prompt, parted.shared);
    return { prompt: before, chosen: parted.left, rejected: parted.right };
  }
  if (typeof chosen === 'string' && typeof rejected === 'string') {
    const parted = !isSaid(prompt) || isDialogue(chosen) ? partedAtMark(chosen, rejected) : null;
    if (parted !== null) return { prompt: parted.prompt, chosen: parted.left, rejected: parted.right };
    if (!isSaid(prompt) && !mayLackPrompt) {
      const byWords = partedByWords(chosen, rejected);
      return byWords === null ? null : { prompt: byWords.prompt, chosen: byWords.left, rejected: byWords.right };
    }
  }
  return isSaid(prompt) || mayLackPrompt
    ? { prompt: promptText(prompt), chosen: chosen ?? null, rejected: rejected ?? null }
    : null;
}

/** What both answer, with the system's message and the input of an instruction, where a row has them apart. */
function promptOf(row: Named): unknown {
  const prompt = unpacked(row.get(...prompts));
  const input = row.get('instruction') === undefined ? undefined : row.get('input');
  const system = row.get('system', 'systemprompt');
  const whole = isSaid(input) && input !== prompt ? `${asText(prompt)}\n\n${asText(input)}` : prompt;
  if (!isSaid(system) || typeof whole !== 'string') return whole;
  return [
    { role: 'system', content: system },
    { role: 'user', content: whole },
  ];
}

type Scores = { readonly choice: unknown; readonly margin?: number } | 'contradict';

/** What scores beside the two say: equal ones are a tie, and the rejected one cannot have the larger. */
function scoresOf(row: Named): Scores {
  const chosen = numberIn(scoreOf(row, 'chosen'));
  const rejected = numberIn(scoreOf(row, 'rejected'));
  if (chosen === null || rejected === null) return { choice: 'left' };
  if (chosen < rejected) return 'contradict';
  return chosen === rejected ? { choice: 'tie' } : { choice: 'left', margin: chosen - rejected };
}

const scoreOf = (row: Named, which: string): unknown =>
  row.get(
    ...['score', 'rating', 'reward', 'avgrating', 'votes'].flatMap((word) => [`${word}${which}`, `${which}${word}`]),
  );
const modelOf = (row: Named, which: string): unknown =>
  row.get(`${which}model`, `model${which}`, `${which}source`, `source${which}`, `${which}by`);

/** What one row with a better and a worse one says. */
function factsOfPair(entry: Entry, row: Named): readonly RawFact[] {
  const two = twoOf(row.names);
  if (two === null) return [leftOut('answer', 'not-two', 'a better and a worse one are not named', entry)];
  if (!isSaid(row.get(two.chosen)) || !isSaid(row.get(two.rejected))) {
    return [leftOut('answer', 'not-two', 'a better and a worse one are not named', entry)];
  }
  const head = headOf(row);
  const parts = partsOf(row, two, isSaid(head.title) || isSaid(head.id));
  if (parts === null) return [leftOut('answer', 'no-prompt', 'it is not said what is answered', entry)];
  const scores = scoresOf(row);
  if (scores === 'contradict') {
    return [leftOut('answer', 'scores-contradict', 'contradicted by the scores in the same row', entry)];
  }
  const margin = row.get('margin', 'scorediff', 'scoredifference', 'preferencestrength') ?? scores.margin;
  const models = [modelOf(row, two.chosen), modelOf(row, two.rejected)] as const;
  return [
    {
      kind: 'answer',
      post: { ...head, text: parts.prompt },
      left: written(parts.chosen, models[0]),
      right: written(parts.rejected, models[1]),
      choice: scores.choice,
      ...annotationOf(row),
      ...saidOnly({ margin }),
      ...modelsOf(...models),
    },
  ];
}

/** Whether a row names a better and a worse one, and not two numbers. */
function isPair(entry: Entry): boolean {
  const row = named(entry);
  const two = twoOf(row.names);
  if (two === null) return false;
  const both = [row.get(two.chosen), row.get(two.rejected)];
  return both.every(isSaid) && !both.every((one) => numberIn(one) !== null);
}

export const pairs: Shape = {
  name: 'pairs',
  title: 'Pairs: a better and a worse comment in each row',
  fits: (sample) => sure(sample, 0.9, isPair),
  fieldsOf: fieldsIn,
  open: (how) => (value) => (isEntry(value) ? factsOfPair(value, asSaid(value, how)) : [noEntry(value)]),
};
