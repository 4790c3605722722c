import { annotationOf } from './annotation.ts';
import { partedAtMark } from './conversation.ts';
import { type Entry, isEntry, leftOut, named, noEntry, sure } from './entries.ts';
import type { Shape } from './shape.ts';

/** HH-RLHF: two dialogues as texts, which share all up to the last 'Assistant:'. */

const begins = /^\s*(?:Human|H):/;

const isRow = (entry: Entry): boolean =>
  typeof entry.chosen === 'string' &&
  typeof entry.rejected === 'string' &&
  entry.prompt === undefined &&
  begins.test(entry.chosen) &&
  entry.chosen.includes('Assistant:');

export const hhRlhf: Shape = {
  name: 'hh-rlhf',
  title: 'HH-RLHF: two dialogues, the chosen and the rejected one',
  fits: (sample) => sure(sample, 0.97, isRow),
  open: () => (value) => {
    if (!isEntry(value)) return [noEntry(value)];
    const { chosen, rejected } = value;
    const parted = typeof chosen === 'string' && typeof rejected === 'string' ? partedAtMark(chosen, rejected) : null;
    if (parted === null) {
      return [leftOut('answer', 'no-prompt', 'the two do not share a dialogue up to the last "Assistant:"', value)];
    }
    return [
      {
        kind: 'answer',
        post: { text: parted.prompt },
        left: { text: parted.left },
        right: { text: parted.right },
        choice: 'left',
        ...annotationOf(named(value)),
      },
    ];
  },
};
