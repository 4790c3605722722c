import { answering } from './work/answering.ts';
import { backingUp } from './work/backing-up.ts';
import { deleting } from './work/deleting.ts';
import { exporting } from './work/exporting.ts';
import { importing } from './work/importing.ts';
import { restoring } from './work/restoring.ts';
import { scoring } from './work/scoring.ts';
import { settings } from './work/settings.ts';
import { trainingGpt, trainingQuick } from './work/training.ts';
import { undoing } from './work/undoing.ts';
import type { Work } from './work.ts';

/** Every kind of work that is broken off, by name. */
export const works = {
  answering,
  importing,
  'undoing an import': undoing,
  'training a GPT': trainingGpt,
  'quick training': trainingQuick,
  scoring,
  exporting,
  'backing up': backingUp,
  restoring,
  deleting,
  settings,
} as const satisfies Readonly<Record<string, Work>>;
export type WorkName = keyof typeof works;
