import { annotationOf } from './annotation.ts';
import { type Entry, isEntry, leftOut, named, noEntry, numberIn, saidOnly, sure, unpacked } from './entries.ts';
import { answerOf } from './ranked.ts';
import type { Shape } from './shape.ts';

/** WebGPT comparisons: a question, two answers and how much each was preferred, from -1 to 1. */

const isRow = (row: Entry): boolean =>
  'question' in row && 'answer_0' in row && 'answer_1' in row && 'score_0' in row && 'score_1' in row;

export const webgpt: Shape = {
  name: 'webgpt',
  title: 'WebGPT: two answers with their preference scores',
  fits: (sample) => sure(sample, 1, isRow),
  open: () => (value) => {
    if (!isEntry(value)) return [noEntry(value)];
    const question = unpacked(value.question);
    const post = isEntry(question)
      ? { text: question.full_text ?? question.text, ...saidOnly({ id: question.id }) }
      : { text: question };
    const [left, right] = [numberIn(value.score_0), numberIn(value.score_1)];
    if (left === null || right === null) return [leftOut('answer', 'no-choice', 'no choice given', value)];
    const choice = left > right ? 'left' : right > left ? 'right' : 'tie';
    // The two scores sum up to nothing: either one alone says how much better the better one is.
    const margin = left === right ? undefined : left === -right ? Math.abs(left) : Math.abs(left - right);
    return [
      answerOf(post, { text: value.answer_0 }, { text: value.answer_1 }, choice, {
        ...annotationOf(named(value)),
        margin,
      }),
    ];
  },
};
