import { expect, test } from 'vitest';
import type { ContextReport } from '../../src-main/contract/context-comparison.ts';
import {
  differenceRows,
  rowsOf,
  tableOf,
  verdictWord,
} from '../../src-renderer/views/train/context/context-figures.ts';

const figures = (accuracy: number) => ({
  accuracy: { value: accuracy, interval: [accuracy - 0.1, accuracy + 0.1] as const },
  groupedNdcg5: { value: 0.87, interval: [0.86, 0.88] as const },
  pairedNdcg2: { value: Number.NaN, interval: [Number.NaN, Number.NaN] as const },
});
const report: ContextReport = {
  comparison: 1,
  method: 'deep',
  split: 'test',
  posts: 100,
  differingPosts: 90,
  pairs: 300,
  with: { run: 2, model: 'deep-2', figures: figures(0.62) },
  without: { run: 1, model: 'deep-1', figures: figures(0.6) },
  baselines: { random: figures(0.5), longer: figures(0.55) },
  difference: { ...figures(0), accuracy: { value: 0.02, interval: [0.0004, 0.04] } },
  verdict: 'helps',
  says: '',
  seconds: 1,
};

test('each figure stands beside both baselines, and both variants stand out', () => {
  expect(rowsOf(report, 'accuracy').map(({ name, value, emphasis }) => [name, value, emphasis])).toEqual([
    ['With the post (deep-2)', 0.62, true],
    ['Without (deep-1)', 0.6, true],
    ['The longer comment wins', 0.55, false],
    ['Random', 0.5, false],
  ]);
  expect(differenceRows(report).map(({ name }) => name)).toEqual(['Accuracy', 'NDCG@5 of posts', 'NDCG@2 of pairs']);
});

test('the table writes intervals, signs of differences, and a dash for what was not measured', () => {
  const table = tableOf(report);
  expect(table[0]).toEqual({
    name: 'With the post (deep-2)',
    cells: ['62.0% (52.0% to 72.0%)', '0.870 (0.860 to 0.880)', '–'],
  });
  expect(table.at(-1)).toMatchObject({ name: 'Difference' });
  expect(table.at(-1)!.cells[0]).toBe('+2.0 (0.0 to +4.0)');
  // What was not measured arrives as null.
  const stored = JSON.parse(JSON.stringify(report)) as ContextReport;
  expect(tableOf(stored)).toEqual(table);
  expect(differenceRows(stored)[2]).toMatchObject({ value: null, interval: null });
});

test('a comparison says in a few words how it stands', () => {
  expect(verdictWord({ report })).toBe('the post helps (+2.0 points)');
  expect(verdictWord({ report: { ...report, verdict: 'none' } })).toBe('no difference beyond chance');
  expect(verdictWord({ report: null })).toBe('not done');
});
