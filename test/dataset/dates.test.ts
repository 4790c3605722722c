import { expect, test } from 'vitest';
import { createDatesJudge } from '../../src-main/dataset/dates-judge.ts';
import { timeOf } from '../../src-main/dataset/values.ts';

const judged = (dates: readonly unknown[], earlier: 'day-first' | 'month-first' | null = null) => {
  const judge = createDatesJudge(earlier, new Date('2026-06-01T00:00:00Z'));
  for (const date of dates) {
    judge.take({ kind: 'post', post: { text: 'Q' }, comments: [{ text: 'one', date }], list: 'thread' });
  }
  return judge.found();
};

test('a date of numbers is read in the order that is known, with the time behind it', () => {
  expect(timeOf('05/06/2024', 'day-first')).toBe('2024-06-05T00:00:00.000Z');
  expect(timeOf('05/06/2024', 'month-first')).toBe('2024-05-06T00:00:00.000Z');
  expect(timeOf('05-06-2024 14:30', 'day-first')).toBe('2024-06-05T14:30:00.000Z');
  expect(timeOf('5/6/2024, 2:30:15 PM', 'month-first')).toBe('2024-05-06T14:30:15.000Z');
  expect(timeOf('05/06/2024 12:05 a.m.', 'day-first')).toBe('2024-06-05T00:05:00.000Z');
  expect(timeOf('05/06/2024T23:30:00+02:00', 'day-first')).toBe('2024-06-05T21:30:00.000Z');
  expect(timeOf('05.06.2024 14.30', 'month-first')).toBe('2024-05-06T14:30:00.000Z');
  expect(timeOf('05/06/24', 'day-first')).toBe('2024-06-05T00:00:00.000Z');
  expect(timeOf('05/06/99', 'day-first')).toBe('1999-06-05T00:00:00.000Z');
});

test('what is no date in its order, or no time, is not read', () => {
  expect(timeOf('12/25/2024', 'day-first')).toBeUndefined();
  expect(timeOf('31/04/2024', 'day-first')).toBeUndefined();
  expect(timeOf('05/06/2024 24:10', 'day-first')).toBeUndefined();
  expect(timeOf('05/06/2024 13:10 pm', 'day-first')).toBeUndefined();
  expect(timeOf('05/06.2024', 'day-first')).toBeUndefined();
});

test('where nobody knows the order, only what can be read in one way is, and what has points by custom', () => {
  expect(timeOf('05/06/2024')).toBeUndefined();
  // Once read as the 6th of May, for the letters behind it.
  expect(timeOf('05/06/2024 14:30 UTC')).toBeUndefined();
  expect(timeOf('Sunday 05/06/2024')).toBeUndefined();
  expect(timeOf('25/12/2024')).toBe('2024-12-25T00:00:00.000Z');
  expect(timeOf('12/25/2024')).toBe('2024-12-25T00:00:00.000Z');
  expect(timeOf('05.06.2024')).toBe('2024-06-05T00:00:00.000Z');
  expect(timeOf('5.6.24 14:30')).toBe('2024-06-05T14:30:00.000Z');
  expect(timeOf('6 May 2024 14:30 GMT')).toBe('2024-05-06T14:30:00.000Z');
});

test('a number above twelve tells for all of a file', () => {
  expect(judged(['05/06/2024', '25/12/2024'])).toMatchObject({
    order: 'day-first',
    says: 'dates were read as day/month/year: 25/12/2024 can only be so',
  });
  expect(judged(['05-06-2024', '12-25-2024'])).toMatchObject({ order: 'month-first', sure: true });
  expect(judged(['05.06.2024', '12.25.2024'])).toMatchObject({ order: 'month-first' });
  expect(judged(['05.06.2024'])).toMatchObject({ order: 'day-first', sure: false });
  expect(judged(['2024-06-05', 1717545600, null, '45/67/2024', 'May 6, 2024'])).toMatchObject({ order: null });
});

test('where none tells, or two tell otherwise, it stays undecided with an example', () => {
  expect(judged(['05/06/2024', '07/08/2024'])).toEqual({
    order: 'undecided',
    says: 'dates such as 05/06/2024 could be day/month or month/day, and no date of the file tells which',
    sure: false,
  });
  expect(judged(['05/06/2024', '25/12/2024', '12/25/2024'])).toMatchObject({
    order: 'undecided',
    says: expect.stringContaining('25/12/2024 has the day first and 12/25/2024 has the month first'),
  });
});

test('a year of two digits may stand first as well', () => {
  // The 15th of June 2024, or the 24th of June 2015.
  expect(judged(['15/06/24'])).toMatchObject({ order: 'undecided' });
  // There is no 2031 yet.
  expect(judged(['15/06/24', '31/06/24', '31/07/24'])).toMatchObject({ order: 'day-first' });
  expect(judged(['15/06/24', '24/06/31'])).toMatchObject({
    order: 'undecided',
    says: expect.stringContaining('24/06/31 seems to have the year first'),
  });
});

test('an earlier file is followed where this one does not tell, and nowhere else', () => {
  expect(judged(['05/06/2024'], 'month-first')).toMatchObject({ order: 'month-first', sure: false });
  expect(judged(['05/06/2024', '25/12/2024'], 'month-first')).toMatchObject({ order: 'day-first' });
  expect(judged(['25/12/2024', '12/25/2024'], 'month-first')).toMatchObject({ order: 'undecided' });
});
