import { expect, test } from 'vitest';
import { extensionOf, formatOrder, rankingFormatOf, runFormatOf } from '../../src-main/common/file-kinds.ts';
import { fileFormats } from '../../src-main/contract/calls.ts';

test('every format is offered, once', () => {
  expect(formatOrder.toSorted()).toEqual([...fileFormats].toSorted());
});

test('a format that was not said is told by the end of the name', () => {
  expect(['a.csv', 'A.CSV', 'a.jsonl', 'csv'].map(rankingFormatOf)).toEqual(['csv', 'csv', 'cupit', 'cupit']);
  expect(['a.xlsx', 'a.Parquet', 'xlsx'].map(rankingFormatOf)).toEqual(['xlsx', 'parquet', 'cupit']);
  expect(['a.csv', 'a.jsonl'].map(runFormatOf)).toEqual(['csv', 'jsonl']);
  for (const format of ['csv', 'cupit', 'xlsx', 'parquet'] as const)
    expect(rankingFormatOf(`a${extensionOf(format)}`)).toBe(format);
});
