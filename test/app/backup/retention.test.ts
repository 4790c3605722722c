import { expect, test } from 'vitest';
import { toBePruned } from '../../../src-main/app/backup/retention.ts';
import type { BackupReason } from '../../../src-main/contract/backups.ts';

/** Backups by day of 2026 (1: the first of January, a Thursday) and hour, the newest first. */
const made = (...times: readonly (readonly [day: number, hour: number, reason?: BackupReason])[]) =>
  times.map(([day, hour, reason = 'daily'], at) => ({
    id: `b${times.length - at}`,
    createdAt: new Date(Date.UTC(2026, 0, day, hour)).toISOString(),
    reason,
  }));
const stays = (backups: ReturnType<typeof made>): readonly string[] => {
  const goes = new Set(toBePruned(backups));
  return backups.filter((backup) => !goes.has(backup)).map(({ createdAt }) => createdAt.slice(5, 13));
};

test('the newest of each of seven days and of four weeks stay, and nothing else of a kind', () => {
  const daily = made(...Array.from({ length: 60 }, (_, at) => [100 - at, 9] as const));
  // The 10th of April is a Friday: the days from the 4th on, and the Sundays before.
  expect(stays(daily)).toEqual([
    ...['04-10T09', '04-09T09', '04-08T09', '04-07T09', '04-06T09', '04-05T09', '04-04T09'],
    ...['03-29T09', '03-22T09'],
  ]);
  expect(stays(made([10, 18], [10, 12], [10, 9], [9, 20], [9, 8]))).toEqual(['01-10T18', '01-09T20']);
});

test('the newest three before an undo, a restore and a migration, and by hand, stay beside those of the day', () => {
  const undone = Array.from({ length: 5 }, (_, at) => [10, 17 - at, 'undo'] as const);
  const day = made([10, 18, 'restore'], ...undone, [10, 9, 'daily'], [10, 8, 'restore'], [2, 1, 'migration']);
  expect(stays(day)).toEqual(['01-10T18', '01-10T17', '01-10T16', '01-10T15', '01-10T08', '01-02T01']);
});

test('neither a clock that was set nor months without anybody take what is there', () => {
  expect(toBePruned([])).toEqual([]);
  expect(stays(made([10, 9]))).toEqual(['01-10T09']);
  // Years ahead and back: what was made last is the newest, whatever its date says.
  expect(stays(made([11, 9], [4000, 9], [10, 9], [9, 9]))).toEqual(['01-11T09', '12-13T09', '01-10T09', '01-09T09']);
  expect(toBePruned(made([900, 1], [500, 1], [300, 1]))).toEqual([]);
});

test('what is kept is bounded, however often something is undone', () => {
  const reasons = ['undo', 'restore', 'daily', 'asked', 'migration'] as const;
  const many = made(...Array.from({ length: 2000 }, (_, at) => [1000 - at / 10, 1, reasons[at % 5]!] as const));
  expect(stays(many).length).toBeLessThanOrEqual(7 + 4 + 4 * 3);
});
