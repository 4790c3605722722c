import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cli, scratchFolder } from '../../support/run-cli.ts';

const scratch = scratchFolder();
const home = join(scratch.folder, 'home');
const out = join(scratch.folder, 'out');
const tie = (...args: string[]) => cli(home, 'export', ...args, '--replace');

beforeAll(async () => {
  const comments = Array.from({ length: 120 }, (_, n) => ({ text: `comment ${n}`, votes: 1000 - n }));
  const rows = [
    { id: 'many', title: 'A long thread', text: 'A long thread', comments },
    { id: 'few', text: 'A short one', comments: comments.slice(0, 3) },
  ];
  const file = scratch.write('posts.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));
  expect((await cli(home, 'import', file)).code).toBe(0);
});
afterAll(() => scratch.remove());

test('a thread with very many pairs is told before they are written, and how to have fewer', async () => {
  const all = await tie(out, '--format', 'pairs', '--json');
  expect(all.json()).toMatchObject({ rows: 7143, notSaid: [] });
  expect(all.err).toContain(
    '7,143 pairs of 2 posts. One post with 120 comments makes 7,140 of them, 100.0% of all: “A long thread”. With --pairs-per-post so many of each post are drawn.',
  );
  const fewer = await tie(out, '--format', 'conversations', '--pairs-per-post', '10');
  expect(fewer.err).not.toContain('One post');
  expect(fewer.out).toMatch(
    /^13 pairs written to .*\n7,130 pairs were left out: of each post only so many were drawn\.$/m,
  );
  const apart = await tie(out, '--format', 'pairs', '--margin', '100', '--json');
  // Of 120 comments with a vote between each: 20 + 19 + ... + 1 pairs.
  expect(apart.json()).toMatchObject({ rows: 210 });
});

test('a table goes by the end of its name, and by the language', async () => {
  const [workbook, table] = [`${out}.xlsx`, `${out}.csv`];
  expect((await tie(workbook, '--json')).json()).toMatchObject({ format: 'xlsx', rows: 123 });
  expect(readFileSync(workbook, 'latin1').slice(0, 2)).toBe('PK');
  expect((await tie(table, '--locale', 'de-DE', '--json')).json()).toMatchObject({ format: 'csv' });
  expect(readFileSync(table, 'utf8')).toMatch(/^\uFEFFid;group;split;/);
  for (const [options, said] of [
    [['--locale', 'german!'], "No such language is known: they are named as 'de-DE'"],
    [['--margin', '-1'], 'It must be a number from 0 up.'],
    [['--format', 'csv', '--margin', '1'], 'A margin is for pairs and conversations'],
  ] as const) {
    const { code, err } = await tie(table, ...options);
    expect(code, err).not.toBe(0);
    expect(err).toContain(said);
  }
});
