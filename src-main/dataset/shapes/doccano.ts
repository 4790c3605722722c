import type { RawFact } from '../facts.ts';
import { annotationOf } from './annotation.ts';
import { promptText } from './conversation.ts';
import { type Entry, isEntry, leftOut, named, noEntry, sure, unpacked } from './entries.ts';
import { answerOf } from './ranked.ts';
import type { Shape } from './shape.ts';
import { promptNameIn, twoNamesIn } from './two-texts.ts';
import { type Verdict, verdictIn } from './verdict.ts';

/** doccano: texts with labels. They compare nothing, but where a row brought two texts along and its label names one of them. */

const own = [
  'id',
  'text',
  'data',
  'label',
  'labels',
  'annotations',
  'Comments',
  'comments',
  'meta',
  'cats',
  'entities',
  'relations',
];

const isRow = (row: Entry): boolean => {
  const names = Object.keys(row);
  const labels = ['label', 'labels', 'annotations', 'cats', 'entities'].some((name) => name in row);
  const text = typeof row.text === 'string' || typeof row.data === 'string';
  const comments = row.comments;
  // A post with comments, or a context of one, has none of these.
  return (
    text &&
    labels &&
    'id' in row &&
    !(Array.isArray(comments) && comments.some(isEntry)) &&
    names.every((name) => own.includes(name) || twoNamesIn(row) !== null)
  );
};

/** The one label of a row, where there is one. */
function labelIn(row: Entry): unknown {
  const labels = unpacked(row.label ?? row.labels ?? row.cats);
  if (!Array.isArray(labels)) return labels;
  return labels.length === 1 && typeof labels[0] === 'string' ? labels[0] : undefined;
}

function factsOf(row: Entry): readonly RawFact[] {
  const meta = unpacked(row.meta);
  const whole = isEntry(meta) ? { ...meta, ...row } : row;
  const two = twoNamesIn(whole);
  if (two === null) {
    return [
      leftOut(
        'row',
        'no-comparison',
        'a text and its labels, which compare nothing: two answers and which is better are needed',
        row,
      ),
    ];
  }
  const choice: Verdict | null = verdictIn(labelIn(row), two.fromZero);
  if (choice === null) return [leftOut('answer', 'no-choice', 'no choice given', row)];
  const prompt = promptNameIn(whole, [two.left, two.right, 'label', 'labels', 'meta']);
  const text = row.text ?? row.data ?? (prompt === null ? undefined : whole[prompt]);
  const { pair, annotator, date } = annotationOf(named(whole));
  return [
    answerOf({ text: promptText(text) }, { text: whole[two.left] }, { text: whole[two.right] }, choice, {
      pair,
      annotator,
      date,
    }),
  ];
}

export const doccano: Shape = {
  name: 'doccano',
  title: 'doccano: texts with labels',
  fits: (sample) =>
    Math.max(
      sure(sample, 0.92, (row) => isRow(row) && Array.isArray(row.label ?? row.labels ?? row.annotations)),
      sure(sample, 0.7, isRow),
    ),
  open: () => (value) => (isEntry(value) ? factsOf(value) : [noEntry(value)]),
};
