import type { MoreAnswers } from '../../src-main/contract/evaluation.ts';
import type { TrainReport } from '../../src-main/contract/reports.ts';
import type { WritingStore } from '../../src-main/store/open.ts';
import { addRun, endRun, setReport } from '../../src-main/store/runs.ts';

/** What a quick training on 300 pairs may say of 50 more answers. */
export const worthMore: MoreAnswers = {
  pairs: 300,
  judged: 280,
  answers: 50,
  curve: [
    { pairs: 30, accuracy: 0.6 },
    { pairs: 240, accuracy: 0.68 },
  ],
  gain: { mean: 0.004, average: [0.001, 0.007], interval: [-0.005, 0.013] },
};

/** Notes a quick training that is done, with what it said of more answers, or nothing. @returns its number */
export function doneQuickRun(store: WritingStore, more: MoreAnswers | null, config: object = {}): number {
  const run = addRun(store, { kind: 'reward', config: { method: 'quick', ...config }, base: null });
  setReport(store, run.id, (more === null ? {} : { more }) as TrainReport);
  endRun(store, run.id, { status: 'done' });
  return run.id;
}
