import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type ImportSummary, openApp } from '../../../src-main/app.ts';
import type { Preview } from '../../../src-main/contract/reading.ts';
import { printDryRun } from '../../../src-main/doors/terminal/print-import.ts';
import { previewFile } from '../../../src-main/transfer/preview-file.ts';
import { cli, scratchFolder } from '../../support/run-cli.ts';
import { clientOf, give, resultOf } from '../../support/served.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);
const homes = { count: 0 };
const newHome = (): string => join(scratch.folder, `home-${homes.count++}`);
const write = (name: string, content: string | Buffer): string => {
  const path = join(scratch.folder, name);
  writeFileSync(path, content);
  return path;
};
const plain = write('plain.csv', 'post,comment,votes\nWhere?,Here,3\nWhere?,There,1\n');
const picture = write('picture.png', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
const few = write(
  'few.jsonl',
  `${JSON.stringify({ text: 'Which way?', comments: [3, 2, 1].map((score) => ({ text: `Way ${score}`, score })) })}\n`,
);

test('without a file it says what can be given', async () => {
  const { code, err } = await cli(newHome(), 'import');
  expect(code).toBe(2);
  expect(err).toContain('give files or folders to import');
});

test('what is for addresses is refused of files', async () => {
  const { code, err } = await cli(newHome(), 'import', plain, '--rows', '5');
  expect(code).toBe(1);
  expect(err).toContain('--rows is for an address');
});

test('a dry run goes on after a file that can not be read, and says so', async () => {
  const { code, out, json } = await cli(newHome(), 'import', picture, plain, '--dry-run', '--json');
  expect(code).toBe(1);
  expect(out).not.toBe('');
  const { files, failed } = json() as { files: { file: string }[]; failed: { file: string; message: string }[] };
  expect(files.map(({ file }) => file)).toEqual(['plain.csv']);
  expect(failed).toEqual([{ file: picture, message: expect.stringContaining('is a picture') }]);
});

test('scores of which nobody knows what they mean are no missing numbers', async () => {
  const { code, out } = await cli(newHome(), 'import', few, '--dry-run');
  expect(code).toBe(0);
  expect(out).toContain('JSON Lines');
  expect(out).toContain('--score votes, or --score places');
  expect(out).toContain('3 vote figures: votes or places');
  expect(out).not.toContain('no number');
});

test('a row is reported by its own text, and what has none by its line', async () => {
  const rows = [{ id: 'a', text: 'What?', comments: [{ text: 'This' }, null, { text: 'That' }] }, { other: 1 }];
  const path = write('rows.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const { out } = await cli(newHome(), 'import', path);
  expect(out).toContain('line 2: {"other":1}');
  expect(out).toMatch(/^1 comment: no text, left out\n {2}line 1$/m);
});

test('a table of one column is told so, and no columns of it are proposed', async () => {
  const { code, err } = await cli(newHome(), 'import', plain, '--separator', ';');
  expect(code).toBe(1);
  expect(err).toContain('one column only');
  expect(err).not.toContain('--map');
});

test('what was said in the app of a file is followed for one that looks the same, and said', async () => {
  const home = newHome();
  const own = 'Kysymys,Vastaus\nWhat to cook?,Soup\nWhat to cook?,Bread\n';
  const app = openApp({ home, alone: true });
  const { data } = clientOf(app);
  const { handle } = await give(app, 'own.csv', own);
  const choices = { map: { Kysymys: 'text', Vastaus: 'comment' }, replies: 'leave', html: false } as const;
  const { task } = await data.import({ files: [handle], choices: { [handle]: choices } });
  await resultOf(app, 'import', task);
  await app.close();

  const next = write('next.csv', own.replaceAll('What to cook?', 'Where to go?'));
  const dry = await cli(home, 'import', next, '--dry-run');
  expect(dry.out).toContain('as an earlier file in the app that looked the same');
  expect(dry.out).toContain('Soup');
  const imported = await cli(home, 'import', next);
  expect(imported.out).toContain('as an earlier file in the app that looked the same');
  expect(imported.out).toContain('1 post and 2 comments arrived');
  const other = await cli(home, 'import', write('other.csv', own.replace('Kysymys', 'Toinen')));
  expect(other.code).toBe(1);
  const kept = await cli(home, 'readings');
  expect(kept.out).toContain('own.csv');
  expect(kept.out).toContain('Kysymys: post text; Vastaus: comment text');
  expect((await cli(home, 'readings', 'forget', '1')).out).toContain('Forgotten: files like own.csv');
});

test('dates that nothing tells are said, and read as --dates says', async () => {
  const dated = write('dated.csv', 'Body,Reply,Karma,Date\nQ,one,3,05/06/2024\nQ,two,1,07/08/2024\n');
  const previews: Preview[] = [];
  for await (const preview of previewFile(dated, { replies: 'leave', html: false })) previews.push(preview);
  const dry = printDryRun({ files: previews.slice(-1) });
  expect(dry).toContain(
    '05/06/2024 could be day/month or month/day, and no date of the file tells which. Say it: --dates',
  );
  expect(dry).toContain('2 comments: a date that could be day/month or month/day, passed over');
  const said = await cli(newHome(), 'import', dated, '--dry-run', '--dates', 'day-first');
  expect(said.out).toContain('Dates are read as day/month/year.');
  expect(said.out).not.toContain('passed over');
});

test('files of one name in several folders are told apart', async () => {
  const paths = ['one', 'two'].map((folder) => {
    mkdirSync(join(scratch.folder, folder));
    return write(join(folder, 'posts.csv'), `post,comment,votes\n${folder}?,Here,3\n${folder}?,There,1\n`);
  });
  const { json } = await cli(newHome(), 'import', ...paths, '--json');
  expect((json().readings as { file: string }[]).map(({ file }) => file)).toEqual(paths);
});

test('a language that nobody knows is refused where a table is exported', async () => {
  const home = newHome();
  await cli(home, 'import', plain);
  const { code, err } = await cli(home, 'export', join(scratch.folder, 'out.csv'), '--locale', 'xx-nonsense');
  expect(code).toBe(2);
  expect(err).toContain("'de-DE'");
});

test('a post by itself that is here already is not said to be left out', async () => {
  const home = newHome();
  const thread = join(import.meta.dirname, '../../fixtures/files/11g-reddit-pushshift.jsonl');
  const first = (await cli(home, 'import', thread, '--json')).json() as unknown as ImportSummary;
  const again = (await cli(home, 'import', thread, '--json')).json() as unknown as ImportSummary;
  expect(first.posts).toBeGreaterThan(0);
  expect([again.posts, again.comments]).toEqual([0, 0]);
  expect(again.read).toEqual(first.read);
  expect(again.imported).toEqual(first.imported);
  expect(again.reported.filter(({ left }) => left)).toEqual([]);
});
