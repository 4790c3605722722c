import { expect, test } from 'vitest';
import type { PreviewStep, ReadingChoices } from '../../../src-main/contract/reading.ts';
import { type OpenHouse, openHouse } from '../../support/house-with-posts.ts';
import { resultOf } from '../../support/served.ts';
import { temporaryFile } from '../../support/temporary.ts';

const plain: ReadingChoices = { replies: 'leave', html: false };
const take = async ({ app }: OpenHouse, content: string | Buffer, name = 'file.csv') =>
  (await app.files.takePath(temporaryFile(content, name))).handle;
const row = (text: string, ...scores: readonly number[]): string =>
  JSON.stringify({ text, comments: scores.map((score) => ({ text: `c${score}`, score })) });

async function imported({ api, app }: OpenHouse, file: string, choices: ReadingChoices): Promise<void> {
  await api.data.import({ files: [file], choices: { [file]: choices } });
  await app.tasks.settled();
}
async function lastStep({ api }: OpenHouse, file: string, choices = plain): Promise<PreviewStep> {
  let last: PreviewStep | null = null;
  for await (const step of await api.data.preview({ file, choices })) last = step;
  return last!;
}

test('a look stores nothing and says what the file was taken for, by the name that people know', async () => {
  const house = openHouse();
  const file = await take(house, 'Body,Reply,Karma\nQ,one,3\nQ,two,1\n', 'mine.csv');
  const { preview, problem, remembered, choices } = await house.api.data.look({ file });
  expect({ problem, remembered, choices }).toEqual({ problem: null, remembered: false, choices: plain });
  expect(preview!.file).toBe('mine.csv');
  expect(preview!.found).toMatchObject({ shape: 'posts', format: 'csv', separator: ',', encoding: 'utf-8' });
  expect(preview!.found.columns.map(({ field }) => field)).toEqual(['text', 'comment', 'votes']);
  expect((await house.api.data.imports()).imports).toEqual([]);
});

test('a table that nobody knows comes with its columns and a sentence that names no path', async () => {
  const house = openHouse();
  const file = await take(house, 'Kysymys,Vastaus\nQ,one\nQ,two\n', 'own.csv');
  const { preview, problem, found } = await house.api.data.look({ file });
  expect(preview).toBeNull();
  expect(found!.columns.map(({ name }) => name)).toEqual(['Kysymys', 'Vastaus']);
  expect(problem).toContain('own.csv');
  expect(problem).not.toContain('/');
});

test('a file that is read on is counted whole, without being stored', async () => {
  const house = openHouse();
  const rows = Array.from({ length: 30_000 }, (_, n) => `Post ${n >> 1},comment ${n},${n % 7}`);
  const file = await take(house, `text,comment,votes\n${rows.join('\n')}\nLast,,1\n`);
  const { preview, done, total } = await lastStep(house, file);
  expect(preview).toMatchObject({ whole: true, read: { comment: 30_001 }, imported: { comment: 30_000 } });
  expect(done).toBe(total);
  expect(preview.reported).toContainEqual(expect.objectContaining({ of: 'comment', left: true, count: 1 }));
  expect((await house.api.posts.list({ limit: 1 })).total).toBe(0);
});

test('reading on ends when nobody listens any more', async () => {
  const house = openHouse();
  const rows = Array.from({ length: 400_000 }, (_, n) => `Post ${n >> 1},comment ${n},${n % 7}`);
  const file = await take(house, `text,comment,votes\n${rows.join('\n')}\n`);
  const stop = new AbortController();
  const steps: PreviewStep[] = [];
  const reading = (async () => {
    for await (const step of await house.api.data.preview({ file, choices: plain }, { signal: stop.signal })) {
      steps.push(step);
      stop.abort();
    }
  })();
  await reading.catch(() => undefined);
  expect(steps).toHaveLength(1);
  expect(steps[0]!.preview.whole).toBe(false);
  expect(steps[0]!.done).toBeLessThan(steps[0]!.total);
});

test('where all of a file tells what its beginning could not, its comments are shown by that', async () => {
  const house = openHouse();
  const undecided = Array.from({ length: 150 }, (_, n) => row(`Small ${n}`, 3, 2, 1));
  const clear = Array.from({ length: 150 }, (_, n) => row(`Large ${n}`, 400 + n, 7));
  const file = await take(house, [...undecided, ...clear].join('\n'), 'votes.jsonl');
  expect((await house.api.data.look({ file })).preview!.found.score).toBe('undecided');
  const { preview } = await lastStep(house, file);
  expect(preview.found.score).toBe('votes');
  expect(preview.posts[0]!.comments.map(({ votes }) => votes)).toEqual([3, 2, 1]);
});

test('what was said of a file is followed for the next that looks the same, until it is forgotten', async () => {
  const house = openHouse();
  const { api } = house;
  const said: ReadingChoices = { ...plain, map: { Kysymys: 'text', Vastaus: 'comment' } };
  await imported(house, await take(house, 'Kysymys,Vastaus\nQ,one\nQ,two\n'), said);
  const next = await take(house, 'Kysymys,Vastaus\nR,three\nR,four\n', 'next.csv');
  expect(await api.data.look({ file: next })).toMatchObject({
    remembered: true,
    choices: said,
    preview: { remembered: true, posts: [{ text: 'R' }] },
  });
  // Other columns are another matter, and what is said now comes first.
  const other = await take(house, 'Kysymys,Vastaukset\nR,three\nR,four\n', 'other.csv');
  expect(await api.data.look({ file: other })).toMatchObject({ remembered: false, preview: null });
  expect(await api.data.look({ file: next, choices: plain })).toMatchObject({ remembered: false, preview: null });
  await api.data.forgetReading({ file: next });
  expect(await api.data.look({ file: next })).toMatchObject({ remembered: false, preview: null });
});

test('saying nothing of a file forgets what was said of one that looked the same', async () => {
  const house = openHouse();
  const table = 'text,comment,score\nQ,one,3\nQ,two,2\nQ,three,1\n';
  await imported(house, await take(house, table), { ...plain, score: 'places' });
  const next = await take(house, table.replaceAll('Q', 'R'));
  expect(await house.api.data.look({ file: next })).toMatchObject({ remembered: true, found: { score: 'places' } });
  await imported(house, await take(house, 'text,comment,score\nS,one,300\nS,two,2\n'), plain);
  expect(await house.api.data.look({ file: next })).toMatchObject({ remembered: false, found: { score: 'undecided' } });
});

test('the last hundred are kept', async () => {
  const house = openHouse();
  const named = (n: number): string => `q${n},a${n}\nQ,one\nQ,two\n`;
  for (let n = 0; n < 101; n++) {
    await imported(house, await take(house, named(n)), { ...plain, map: { [`q${n}`]: 'text', [`a${n}`]: 'comment' } });
  }
  const remembered = async (n: number) => (await house.api.data.look({ file: await take(house, named(n)) })).remembered;
  expect([await remembered(0), await remembered(1), await remembered(100)]).toEqual([false, true, true]);
});

test('what names of columns do not tell is guessed from their values, with and without a row of names, and is said to be', async () => {
  const house = openHouse();
  const rows =
    'Wie lüftet man?;Mit offenem Fenster;7\nWie lüftet man?;Gar nicht erst, nie;-2\nWo gibt es Tee?;Im Laden nebenan;7\n';
  const map = (a: string, b: string, c: string) => ({ [a]: 'text', [b]: 'comment', [c]: 'votes' });
  const named = await house.api.data.look({ file: await take(house, `Was;Sie sagten;Daumen\n${rows}`) });
  expect(named).toMatchObject({ guessed: true, problem: null, remembered: false });
  expect(named.choices.map).toEqual(map('Was', 'Sie sagten', 'Daumen'));
  const nameless = await house.api.data.look({ file: await take(house, rows) });
  expect(nameless).toMatchObject({ guessed: true, problem: null, choices: { header: false } });
  expect(nameless.choices.map).toEqual(map('column 1', 'column 2', 'column 3'));
  expect(nameless.preview).toMatchObject({ read: { row: 3 }, imported: { row: 3, comment: 3, vote: 3 } });
  expect(nameless.found!.beginning!.rows[0]).toEqual(['Wie lüftet man?', 'Mit offenem Fenster', '7']);
  // Tables without names look alike whatever stands in them: nothing is kept of them.
  await imported(house, await take(house, rows), nameless.choices);
  expect((await house.api.posts.list({ limit: 9 })).total).toBe(1);
  expect((await house.api.data.look({ file: await take(house, 'a b,c d,1\na b,e f,2\n') })).remembered).toBe(false);
});

test('a row is left out with its own text', async () => {
  const house = openHouse();
  const { preview } = await house.api.data.look({
    file: await take(house, 'text,comment,votes\nQ,one,1\nAlone,,\n,lost,2\n'),
  });
  expect(preview!.reported.flatMap(({ examples }) => examples.map(({ text }) => text))).toEqual(
    expect.arrayContaining(['Alone']),
  );
});

test('what an import leaves out since there is nothing to compare is left out of the counts beforehand', async () => {
  const house = openHouse();
  const table = 'text,comment,votes\nQ,one,1\nQ,two,2\nLone,only,3\nAlone,,\n';
  const { preview } = await lastStep(house, await take(house, table));
  expect(preview).toMatchObject({
    whole: true,
    read: { row: 4, comment: 4, vote: 3 },
    imported: { row: 2, comment: 2, vote: 2 },
  });
  const file = await take(house, table);
  const { task } = await house.api.data.import({ files: [file] });
  const { imported: came } = await resultOf(house.app, 'import', task);
  expect(came).toEqual(preview.imported);
});
