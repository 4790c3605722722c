import { asText } from '../as-text.ts';
import type { RawFact, RawPost } from '../facts.ts';
import { annotationOf, personIn } from './annotation.ts';
import { promptText } from './conversation.ts';
import {
  type Entry,
  isEntry,
  isSaid,
  leftOut,
  named,
  noEntry,
  plainName,
  saidOnly,
  sure,
  unpacked,
} from './entries.ts';
import { answerOf, factsOfRanking, type Ranker } from './ranked.ts';
import type { Shape } from './shape.ts';
import { promptNameIn, type TwoNames, twoNamesIn } from './two-texts.ts';
import { type Verdict, verdictIn } from './verdict.ts';

/** Label Studio's exports: tasks with their annotations (JSON), or one annotation a row (JSON_MIN, CSV), of two texts or of a list. */

/** What describes the annotation in a row of JSON_MIN or CSV; the rest is the task's data and the answer. */
const about = [
  'id',
  'annotationid',
  'annotator',
  'createdat',
  'updatedat',
  'leadtime',
  'completedby',
  'agreement',
  'createdusername',
];

const isTask = (row: Entry): boolean =>
  isEntry(row.data) && ('annotations' in row || 'completions' in row || 'predictions' in row);
const isFlat = (row: Entry): boolean => {
  const names = named(row).names;
  return names.has('annotationid') && names.has('leadtime') && (names.has('annotator') || names.has('createdat'));
};

/** The texts that are compared: fields of the names that the answer is about, or such as text1 and text2. */
function twoIn(data: Entry, toName: unknown): TwoNames | null {
  const wanted = (Array.isArray(toName) ? toName : typeof toName === 'string' ? toName.split(',') : []).map((one) =>
    plainName(asText(one)),
  );
  const found = wanted.map((plain) => Object.keys(data).find((name) => plainName(name) === plain));
  if (found.length === 2 && found.every((name) => name !== undefined)) {
    return { left: found[0]!, right: found[1]!, fromZero: false };
  }
  return twoNamesIn(data);
}

const textOf = (value: unknown): unknown => {
  const inner = unpacked(value);
  return isEntry(inner) ? (inner.text ?? inner.body ?? inner.content ?? null) : (promptText(value) ?? null);
};

/** What a task asks about. A task without a text of its own goes by its number. */
function postOf(data: Entry, taken: readonly string[], task: unknown): RawPost {
  const name = promptNameIn(data, taken);
  const { title, context } = data;
  const more = saidOnly({
    title: taken.includes('title') ? undefined : title,
    context: name === 'context' ? undefined : context,
  });
  if (name !== null) return { ...more, text: promptText(unpacked(data[name])) };
  return { ...more, ...(isSaid(task) ? { id: `label-studio:${asText(task)}` } : {}) };
}

type Task = { readonly data: Entry; readonly id: unknown };

/** The answer of one result, or null where it is no comparison. */
function factsOfResult(result: Entry, task: Task, ranker: Ranker): readonly RawFact[] | null {
  const value = isEntry(result.value) ? result.value : {};
  if (Array.isArray(value.ranker) || isEntry(value.ranker)) return factsOfRanker(value.ranker, task, ranker);
  const selected = value.selected ?? (Array.isArray(value.choices) ? value.choices[0] : value.choices);
  if (!isSaid(selected)) return null;
  const two = twoIn(task.data, result.to_name);
  const choice = two === null ? null : verdictOf(selected, two, task.data);
  if (two === null || choice === null) return null;
  const post = postOf(task.data, [two.left, two.right], task.id);
  return [
    answerOf(post, { text: textOf(task.data[two.left]) }, { text: textOf(task.data[two.right]) }, choice, ranker),
  ];
}

/** A choice names a side, the field of a text, or the text itself. */
function verdictOf(selected: unknown, two: TwoNames, data: Entry): Verdict | null {
  if (selected === two.left || selected === data[two.left]) return 'left';
  if (selected === two.right || selected === data[two.right]) return 'right';
  return verdictIn(selected, two.fromZero);
}

/** Names of items in the order that a person gave them. Buckets have no order among themselves. */
function factsOfRanker(ranker: unknown, task: Task, who: Ranker): readonly RawFact[] {
  const buckets = isEntry(ranker)
    ? Object.entries(ranker).filter(([, ids]) => Array.isArray(ids) && ids.length > 0)
    : [];
  const order = Array.isArray(ranker) ? ranker : buckets.length === 1 ? (buckets[0]![1] as unknown[]) : null;
  if (order === null) return [leftOut('answer', 'no-order', 'sorted into buckets, which have no order', ranker)];
  const lists = Object.entries(task.data).flatMap(([name, value]) => {
    const list = unpacked(value);
    return Array.isArray(list) && list.some(isEntry) ? [{ name, items: list.filter(isEntry) }] : [];
  });
  const list = lists.find(({ items }) => items.some((item) => order.some((id) => asText(id) === asText(item.id))));
  if (list === undefined)
    return [leftOut('answer', 'items-unknown', 'ranks items that the task does not hold', ranker)];
  const post = postOf(task.data, [list.name], task.id);
  const items = list.items.map((item) => {
    const place = order.findIndex((id) => asText(id) === asText(item.id));
    const text = named(item).get('body', 'text', 'content', 'answer', 'response', 'html', 'title');
    return {
      comment: { text: text ?? null, ...saidOnly({ author: item.model }) },
      place: place === -1 ? undefined : place,
    };
  });
  return factsOfRanking(post, items, who);
}

function factsOfAnnotation(annotation: unknown, task: Task): readonly RawFact[] {
  if (!isEntry(annotation)) return [leftOut('answer', 'no-choice', 'no choice given', annotation)];
  if (annotation.was_cancelled === true || annotation.skipped === true) {
    return [leftOut('answer', 'cancelled', 'cancelled or skipped', annotation)];
  }
  const who = saidOnly({
    pair: annotation.id ?? task.id,
    annotator: personIn(annotation.completed_by),
    date: annotation.created_at,
    seconds: annotation.lead_time,
  });
  const results = (Array.isArray(annotation.result) ? annotation.result : []).filter(isEntry);
  const read = results.map((result) => factsOfResult(result, task, who)).filter((facts) => facts !== null);
  if (read.length === 0) return [leftOut('answer', 'no-choice', 'no choice given', annotation)];
  const [first, ...more] = read;
  return [
    ...first!,
    ...more.map((facts) => leftOut('answer', 'another-question', 'to another question about the same texts', facts[0])),
  ];
}

function factsOfTask(row: Entry): readonly RawFact[] {
  const task = { data: row.data as Entry, id: row.id };
  const annotations = unpacked(row.annotations ?? row.completions);
  const predictions = Array.isArray(row.predictions) ? row.predictions : [];
  const suggested =
    predictions.length === 0
      ? []
      : [leftOut('answer', 'prediction', 'suggested by a model', predictions, predictions.length)];
  if (!Array.isArray(annotations) || annotations.length === 0) {
    return [leftOut('row', 'no-annotation', 'tasks that nobody has answered', row.data), ...suggested];
  }
  return [...annotations.flatMap((one: unknown) => factsOfAnnotation(one, task)), ...suggested];
}

/** Of a row with one annotation: which field holds the answer is seen by what it holds. */
function factsOfFlat(row: Entry): readonly RawFact[] {
  const data = Object.fromEntries(
    Object.entries(row).filter(([name, value]) => !about.includes(plainName(name)) && isSaid(value)),
  );
  const two = twoNamesIn(data);
  const rowNamed = named(row);
  const who = annotationOf(rowNamed);
  for (const [name, value] of Object.entries(data)) {
    if (name === two?.left || name === two?.right) continue;
    const inner = unpacked(value);
    const held = Array.isArray(inner) && inner.length === 1 ? (inner[0] as unknown) : inner;
    const result = { value: isEntry(held) ? held : { selected: held } };
    const isAnswer = isEntry(held)
      ? 'selected' in held || 'ranker' in held || 'choices' in held
      : two !== null && verdictOf(held, two, data) !== null;
    if (!isAnswer) continue;
    const rest = Object.fromEntries(Object.entries(data).filter(([other]) => other !== name));
    const facts = factsOfResult(result, { data: rest, id: row.id }, who);
    if (facts !== null) return facts;
  }
  return [leftOut('answer', 'no-choice', 'no choice given', row)];
}

export const labelStudio: Shape = {
  name: 'label-studio',
  title: 'Label Studio: comparisons and rankings by people',
  fits: (sample) => Math.max(sure(sample, 1, isTask), sure(sample, 0.98, isFlat)),
  open: () => (value) => {
    if (!isEntry(value)) return [noEntry(value)];
    return isEntry(value.data) ? factsOfTask(value) : factsOfFlat(value);
  },
};
