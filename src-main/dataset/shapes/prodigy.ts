import { asText } from '../as-text.ts';
import type { RawComment, RawFact, RawPost } from '../facts.ts';
import { promptText } from './conversation.ts';
import { type Entry, isEntry, isSaid, leftOut, noEntry, saidOnly, sure, unpacked } from './entries.ts';
import { answerOf } from './ranked.ts';
import type { Sample, Shape } from './shape.ts';
import { verdictIn } from './verdict.ts';

/** Prodigy: comparisons of two (compare), or a choice among several texts (choice). */

const isCompare = (row: Entry): boolean => 'accept' in row && 'reject' in row && 'answer' in row;
const optionsIn = (row: Entry): readonly Entry[] | null =>
  Array.isArray(row.options) && row.options.length > 1 && row.options.every(isEntry) ? row.options : null;
const isChoice = (row: Entry): boolean =>
  optionsIn(row) !== null && 'answer' in row && ('accept' in row || '_task_hash' in row || '_view_id' in row);

/** What an input or an output holds: its text, or what it shows in place of it. */
const textOf = (value: unknown): unknown => {
  const inner = unpacked(value);
  return isEntry(inner) ? (inner.text ?? inner.html ?? inner.content ?? null) : promptText(value);
};

const about = (row: Entry) =>
  saidOnly({
    annotator: row._annotator_id ?? row._session_id,
    date: row._timestamp,
    pair: row.id ?? row._task_hash,
  });

const postOf = (row: Entry): RawPost => {
  const meta = isEntry(row.meta) ? row.meta : {};
  const asked = isSaid(row.input) ? textOf(row.input) : (row.text ?? row.prompt ?? row.question ?? row.html);
  return {
    text: promptText(asked),
    ...saidOnly({ title: row.title ?? meta.title, context: row.context ?? meta.context }),
  };
};

/** Which of a comparison stands behind its 'accept' and its 'reject', by the names that it was given. */
function namesOf(mapping: unknown): { accept?: unknown; reject?: unknown } {
  if (!isEntry(mapping)) return {};
  const byValue = Object.fromEntries(Object.entries(mapping).map(([name, side]) => [asText(side), name]));
  return mapping.accept === undefined ? byValue : mapping;
}

/** An answer that says nothing: 'ignore', or null. */
const unanswered = (row: Entry): readonly RawFact[] => [
  row.answer === 'ignore'
    ? leftOut('answer', 'ignored', 'passed over by whoever was asked', row)
    : leftOut('answer', 'no-choice', 'no choice given', row),
];

function factsOfCompare(row: Entry): readonly RawFact[] {
  // 'accept' and 'reject' name the first and the second version: to reject the task is to prefer the second.
  const choice = row.answer === 'accept' ? 'left' : row.answer === 'reject' ? 'right' : null;
  if (choice === null) return unanswered(row);
  const names = namesOf(row.mapping);
  const left = { text: textOf(row.accept) ?? null, ...saidOnly({ author: names.accept }) };
  const right = { text: textOf(row.reject) ?? null, ...saidOnly({ author: names.reject }) };
  return [answerOf(postOf(row), left, right, choice, about(row))];
}

function factsOfChoice(row: Entry, options: readonly Entry[]): readonly RawFact[] {
  if (row.answer === 'reject') return [leftOut('answer', 'rejected', 'the whole task was turned down', row)];
  if (row.answer !== 'accept') return unanswered(row);
  const accepted = new Set((Array.isArray(row.accept) ? row.accept : [row.accept]).map(asText));
  // One of the options may be that neither is better.
  const even = options.filter((option) => isEven(option));
  const texts = options.filter((option) => !isEven(option));
  const post = postOf(row);
  const said = even.find((option) => accepted.has(asText(option.id)));
  const comments = texts.map(commentOf);
  const chosen = texts.map((option) => accepted.has(asText(option.id)));
  if (texts.length === 2) {
    const choice = said === undefined ? ofTwo(chosen[0]!, chosen[1]!) : (verdictIn(said.id) ?? verdictIn(said.text));
    return choice === null ? unanswered(row) : [answerOf(post, comments[0]!, comments[1]!, choice, about(row))];
  }
  if (!chosen.includes(true) || !chosen.includes(false)) return unanswered({ ...row, answer: null });
  // Each that was chosen is better than each that was not; nothing is said of the chosen among themselves.
  return comments.flatMap((left, at) =>
    comments.slice(at + 1).flatMap((right, further): readonly RawFact[] => {
      const [mine, other] = [chosen[at]!, chosen[at + 1 + further]!];
      return mine === other ? [] : [answerOf(post, left, right, mine ? 'left' : 'right', about(row))];
    }),
  );
}

const ofTwo = (left: boolean, right: boolean) => (left ? (right ? 'tie' : 'left') : right ? 'right' : null);

function isEven(option: Entry): boolean {
  const [id, text] = [verdictIn(option.id), verdictIn(option.text)];
  return id === 'tie' || id === 'bad' || ((text === 'tie' || text === 'bad') && asText(option.text).length < 40);
}

const commentOf = (option: Entry): RawComment => ({
  text: textOf(option) ?? null,
  ...saidOnly({ author: option.model ?? (isEntry(option.meta) ? option.meta.model : undefined) }),
});

/** Whether the options are the same in all tasks: then they are labels of a text, and no comments on it. */
function areLabels(sample: Sample): boolean {
  const seen = sample.values.filter(isEntry).flatMap((row) => {
    const options = optionsIn(row);
    return options === null ? [] : [JSON.stringify(options.map((option) => option.text))];
  });
  const tasks = new Set(sample.values.filter(isEntry).map((row) => JSON.stringify(postOf(row).text)));
  return new Set(seen).size === 1 && tasks.size > 1;
}

export const prodigy: Shape = {
  name: 'prodigy',
  title: 'Prodigy: comparisons and choices',
  fits: (sample) => Math.max(sure(sample, 0.98, isCompare), areLabels(sample) ? 0 : sure(sample, 0.95, isChoice)),
  open: () => (value) => {
    if (!isEntry(value)) return [noEntry(value)];
    const options = optionsIn(value);
    if (options !== null) return factsOfChoice(value, options);
    if (isCompare(value)) return factsOfCompare(value);
    return [leftOut('row', 'no-comparison', 'nothing compared: neither options nor two versions', value)];
  },
};
