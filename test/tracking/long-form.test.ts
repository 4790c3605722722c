import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { longForm } from '../../src-main/tracking/long-form.ts';
import { hostile, recordOf } from '../support/run-records.ts';

const written = (form: 'jsonl' | 'csv', ...records: ReturnType<typeof recordOf>[]): string =>
  [...longForm(form, records)].join('');

test('JSONL has a line for the run, for each value of its curves and for each sample', () => {
  const records = [recordOf({ name: hostile }), recordOf({ id: 2 })];
  const lines = written('jsonl', ...records)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines[0]).toMatchObject({
    type: 'run',
    id: 1,
    name: hostile,
    config: { learningRate: 0.001 },
    figures: { 'test/accuracy': 0.65, 'test/longer/accuracy': 0.6, 'test/random/accuracy': 0.5 },
  });
  const points = lines.filter(({ type, run }) => type === 'point' && run === 1);
  // Three values at each of 20 steps, four more at two of them.
  expect(points).toHaveLength(68);
  expect(points).toContainEqual({ type: 'point', run: 1, step: 10, metric: 'grouped/sk_ndcg/k=5', value: 0.75 });
  expect(lines.filter(({ type, run }) => type === 'sample' && run === 2)).toHaveLength(32);
});

test('CSV reads back as rows, and no cell of it is a formula', () => {
  const text = written('csv', recordOf({ name: '=1+1', notes: '@sum\n"x"' }));
  const rows = parse<Record<string, string>>(text, { columns: true });
  expect(new Set(rows.map(({ what }) => what))).toEqual(new Set(['run', 'setting', 'figure', 'curve']));
  expect(rows.every(({ run, name }) => run === '1' && name === "'=1+1")).toBe(true);
  expect(rows).toContainEqual({
    run: '1',
    name: "'=1+1",
    what: 'curve',
    key: 'validationLoss',
    step: '20',
    value: '0.66',
  });
  expect(rows.find(({ what, key }) => what === 'setting' && key === 'learningRate')?.value).toBe('0.001');
  expect(rows.find(({ key }) => key === 'notes')?.value).toBe('\'@sum\n"x"');
  expect(rows.filter(({ what, key }) => what === 'curve' && key === 'loss')).toHaveLength(20);
});
