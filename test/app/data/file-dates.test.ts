import { expect, test } from 'vitest';
import type { Preview, ReadingChoices } from '../../../src-main/contract/reading.ts';
import { findPost } from '../../../src-main/store/posts.ts';
import { type OpenHouse, openHouse } from '../../support/house-with-posts.ts';
import { resultOf } from '../../support/served.ts';
import { temporaryFile } from '../../support/temporary.ts';

const plain: ReadingChoices = { replies: 'leave', html: false };
const tableOf = (dates: readonly string[], post = 'Q'): string =>
  `Body,Reply,Karma,Date\n${dates.map((date, at) => `${post},${post} says ${at},${at},${date}`).join('\n')}\n`;
const take = async ({ app }: OpenHouse, dates: readonly string[], post?: string) =>
  (await app.files.takePath(temporaryFile(tableOf(dates, post), 'export.csv'))).handle;
const bringIn = async ({ app, api }: OpenHouse, file: string, choices = plain) =>
  resultOf(app, 'import', (await api.data.import({ files: [file], choices: { [file]: choices } })).task);
const datesIn = ({ store }: OpenHouse, post: number) =>
  findPost(store, post).comments.map(({ createdAt }) => createdAt);
const undated = (of: { readonly reported: Preview['reported'] }) =>
  of.reported.filter(({ kind }) => kind.startsWith('date-')).map(({ kind, count }) => [kind, count]);

async function wholeOf({ api }: OpenHouse, file: string, choices: ReadingChoices): Promise<Preview> {
  let last: Preview | null = null;
  for await (const step of await api.data.preview({ file, choices })) last = step.preview;
  return last!;
}

test('one date far down tells how all of a file are read', async () => {
  const house = openHouse();
  const dates = [...Array.from({ length: 150 }, () => '05/06/2024'), '25/12/2024'];
  const file = await take(house, dates);
  const { preview, choices } = await house.api.data.look({ file });
  expect(preview!.found.dates).toBe('undecided');
  const whole = await wholeOf(house, file, choices);
  expect(whole.found).toMatchObject({ dates: 'day-first', datesSay: expect.stringContaining('25/12/2024') });
  expect(undated(whole)).toEqual([]);
});

test('dates that nothing tells stay out and are reported until somebody says how they are read', async () => {
  const house = openHouse();
  const file = await take(house, ['05/06/2024', '07/08/2024 14:30']);
  const whole = await wholeOf(house, file, plain);
  expect(whole.found.dates).toBe('undecided');
  expect(undated(whole)).toEqual([['date-unsaid', 2]]);
  const said = { ...plain, dates: 'month-first' as const };
  const { preview } = await house.api.data.look({ file, choices: said });
  expect(preview!.found).toMatchObject({ dates: 'month-first', datesSay: 'dates are read as month/day/year' });
  await bringIn(house, file, said);
  expect(datesIn(house, 1)).toEqual(['2024-05-06T00:00:00.000Z', '2024-07-08T14:30:00.000Z']);
});

test('a later date against the others is reported and not stored; the order is kept for the next file that does not tell', async () => {
  const house = openHouse();
  const { api } = house;
  const against = await take(house, [...Array.from({ length: 150 }, () => '25/06/2024'), '12/25/2024']);
  expect(undated(await wholeOf(house, against, plain))).toEqual([['date-against', 1]]);
  expect(undated(await bringIn(house, against))).toEqual([['date-against', 1]]);
  expect([datesIn(house, 1)[0], datesIn(house, 1).at(-1)]).toEqual(['2024-06-25T00:00:00.000Z', null]);
  const next = await take(house, ['05/06/2024', '07/08/2024'], 'R');
  const looked = await api.data.look({ file: next });
  expect(looked).toMatchObject({ remembered: true, found: { dates: 'day-first' } });
  await bringIn(house, next, looked.choices);
  expect(datesIn(house, 2)).toEqual(['2024-06-05T00:00:00.000Z', '2024-08-07T00:00:00.000Z']);
  // What a file tells by itself comes before what an earlier one told, however far down it stands.
  const other = await take(house, [...Array.from({ length: 150 }, () => '05/06/2024'), '12/25/2024'], 'S');
  const { choices } = await api.data.look({ file: other });
  expect((await wholeOf(house, other, choices)).found.dates).toBe('month-first');
  await bringIn(house, other, choices);
  expect(datesIn(house, 3)[0]).toBe('2024-05-06T00:00:00.000Z');
});

test('all that is kept of files stands in one list, and what is forgotten there can be kept again', async () => {
  const house = openHouse();
  const { api } = house;
  const file = await take(house, ['05/06/2024', '07/08/2024']);
  await bringIn(house, file, { ...plain, dates: 'day-first', html: true });
  const { readings } = await api.data.readings();
  expect(readings).toEqual([
    {
      looks: expect.any(String),
      file: 'export.csv',
      shape: 'posts',
      columns: ['Body', 'Reply', 'Karma', 'Date'],
      at: expect.any(String),
      choices: { ...plain, dates: 'day-first', html: true },
    },
  ]);
  await api.data.forgetKeptReading({ looks: readings[0]!.looks });
  expect(await api.data.readings()).toEqual({ readings: [] });
  expect((await api.data.look({ file })).remembered).toBe(false);
  await api.data.keepReadingAgain(readings[0]!);
  expect(await api.data.readings()).toEqual({ readings });
  expect(await api.data.look({ file })).toMatchObject({ remembered: true, found: { dates: 'day-first' } });
  await expect(api.data.keepReadingAgain(readings[0]!)).rejects.toThrow('kept anew meanwhile');
});

test('a dry run counts by what all of a file tells, as the import does', async () => {
  const house = openHouse();
  const dates = [...Array.from({ length: 150 }, () => '05/06/2024'), '25/12/2024'];
  const { files } = await house.app.previewImport({ files: [temporaryFile(tableOf(dates), 'export.csv')] });
  expect(undated(files[0]!)).toEqual([]);
});
