import { expect, test } from 'vitest';
import { closeStore, openForReading } from '../../src-main/store/open.ts';
import { readSettings, writeSetting } from '../../src-main/store/settings.ts';
import { temporaryStore } from '../support/temporary.ts';

test('who only reads can not write: neither by the types nor by the database', () => {
  const writing = temporaryStore();
  writeSetting(writing, 'goal', 10);
  const reading = openForReading(writing.path);
  // @ts-expect-error a store that was opened to read is none that may be written to
  expect(() => writeSetting(reading, 'goal', 20)).toThrow('readonly');
  expect(readSettings(reading).goal).toBe(10);
  closeStore(reading);
});
