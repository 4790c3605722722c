import { annotationOf, written } from './annotation.ts';
import { promptText } from './conversation.ts';
import { type Entry, isEntry, leftOut, named, noEntry, numberIn, sure } from './entries.ts';
import { answerOf } from './ranked.ts';
import type { Shape } from './shape.ts';

/** PKU-SafeRLHF: two responses, which is the better, and which the safer. */

const isRow = (row: Entry): boolean =>
  'response_0' in row && 'response_1' in row && ('better_response_id' in row || 'safer_response_id' in row);

const sideOf = (id: unknown): 'left' | 'right' | null => {
  const number = numberIn(id);
  return number === 0 ? 'left' : number === 1 ? 'right' : null;
};

export const pkuSaferlhf: Shape = {
  name: 'pku-saferlhf',
  title: 'PKU-SafeRLHF: two responses, the better and the safer',
  fits: (sample) => sure(sample, 1, isRow),
  open: () => (value) => {
    if (!isEntry(value)) return [noEntry(value)];
    const better = sideOf(value.better_response_id);
    const safer = sideOf(value.safer_response_id);
    const choice = better ?? safer;
    if (choice === null) return [leftOut('answer', 'no-choice', 'no choice given', value)];
    // What is better is the answer; that the other one is safer is kept as a note.
    const note = better !== null && safer !== null && better !== safer ? `The ${safer} one is safer.` : undefined;
    const left = written(value.response_0, value.response_0_source);
    const right = written(value.response_1, value.response_1_source);
    return [answerOf({ text: promptText(value.prompt) }, left, right, choice, { ...annotationOf(named(value)), note })];
  },
};
