import { beforeEach, expect, test } from 'vitest';
import { daysLeft, isDue, seeDay } from '../../../src-main/app/deleted/days.ts';
import { listDeleted, setDeleted } from '../../../src-main/store/deleted.ts';
import type { WritingStore } from '../../../src-main/store/open.ts';
import { addReportPage } from '../../../src-main/store/report-pages.ts';
import { storeInMemory } from '../../support/new-store.ts';

const day = 24 * 3600 * 1000;
const start = Date.now();
const at = (days: number): Date => new Date(start + days * day);
let store: WritingStore;

/** A report that was deleted today. */
beforeEach(() => {
  store = storeInMemory();
  addReportPage(store, { name: 'a report', runs: [] });
  seeDay(store, at(0));
  setDeleted(store, 'report', 1, true);
});

const goes = (now: Date): boolean => isDue(listDeleted(store)[0]!, now.getTime());

test('what is deleted goes once thirty days have passed and the app was open on them', () => {
  for (let days = 1; days <= 31; days++) {
    seeDay(store, at(days));
    expect([days, goes(at(days))]).toEqual([days, false]);
  }
  seeDay(store, at(32));
  expect(goes(at(32))).toBe(true);
});

test('a clock that jumps ahead takes nothing, once or for a while, and back again nothing either', () => {
  for (const years of [1, 10]) {
    seeDay(store, at(365 * years));
    expect(goes(at(365 * years))).toBe(false);
    for (let again = 0; again < 50; again++) seeDay(store, at(365 * years));
    expect(goes(at(365 * years))).toBe(false);
    for (let again = 0; again < 50; again++) seeDay(store, at(0));
  }
  for (let days = 1; days < 30; days++) {
    seeDay(store, at(days));
    expect([days, goes(at(days)), goes(at(5000))]).toEqual([days, false, false]);
  }
});

test('many starts on a day are one day, and months without the app are none', () => {
  for (let again = 0; again < 100; again++) seeDay(store, at(1));
  seeDay(store, at(200));
  expect(goes(at(200))).toBe(false);
  expect(listDeleted(store)).toMatchObject([{ days: 2 }]);
  expect(daysLeft({ days: 2 })).toBe(30);
  expect(daysLeft({ days: 20 })).toBe(12);
  expect(daysLeft({ days: 400 })).toBe(1);
});

test('what was taken back and is deleted again begins anew', () => {
  for (let days = 1; days < 40; days++) seeDay(store, at(days));
  expect(goes(at(40))).toBe(true);
  setDeleted(store, 'report', 1, false);
  seeDay(store, at(41));
  setDeleted(store, 'report', 1, true);
  expect(goes(at(41))).toBe(false);
  expect(listDeleted(store)).toMatchObject([{ kind: 'report', id: 1, days: 0 }]);
});
