import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cli, rows, scratchFolder } from './run-cli.ts';

const scratch = scratchFolder();
afterAll(() => scratch.remove());

/** The contexts of the posts of a data folder, by id, as an export writes them. */
async function contextsOf(home: string): Promise<Record<string, string>> {
  const out = join(scratch.folder, 'out.csv');
  expect((await cli(home, 'export', out, '--format', 'labels', '--json')).code).toBe(0);
  const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
  return Object.fromEntries(
    lines.map((line) => {
      const { post, context } = JSON.parse(line) as { post: string; context: string };
      return [post, context];
    }),
  );
}

test('contexts come with the posts from a second file, or later by a command of their own', async () => {
  const home = join(scratch.folder, 'home');
  const posts = scratch.write('posts.jsonl', rows(0, 3));
  const articles = scratch.write('articles.csv', 'id,text\np0,Article zero\np1,Article one\np9,Nobody\n');
  const { code, json } = await cli(home, 'import', posts, '--context-file', articles, '--json');
  expect(code).toBe(0);
  expect(json()).toMatchObject({ posts: 3, contexts: 2, unmatched: 1, contextsKept: 0, skippedCount: 1 });
  expect(json().skipped).toEqual([{ file: articles, line: 4, reason: 'there is no post with the id p9' }]);
  // The same again adds nothing.
  expect((await cli(home, 'import', posts, '--context-file', articles, '--json')).json()).toMatchObject({
    posts: 0,
    contexts: 0,
    contextsKept: 0,
    unmatched: 1,
  });

  const later = scratch.write('later.jsonl', '{"id": "p1", "text": "Another"}\n{"id": "p2", "text": "Article two"}');
  const { out } = await cli(home, 'context', later);
  expect(out).toContain('1 posts that were there got a context.');
  expect(out).toContain('1 posts have another context already: it stays.');
  // An export of answers carries each post with its context.
  for (const id of ['p0', 'p1', 'p2']) {
    const answer = scratch.write(
      `${id}.jsonl`,
      JSON.stringify({
        post: id,
        left: `It was splendid in case ${id[1]}`,
        right: `It was awful in case ${id[1]}`,
        outcome: 'left',
      }),
    );
    expect((await cli(home, 'import', answer, '--json')).json()).toMatchObject({ labels: 1 });
  }
  expect(await contextsOf(home)).toEqual({ p0: 'Article zero', p1: 'Article one', p2: 'Article two' });
});

test('what is no file of contexts is refused in one sentence', async () => {
  const home = join(scratch.folder, 'other');
  const columns = scratch.write('columns.csv', 'name,text\na,b\n');
  const { code, err, json } = await cli(home, 'context', columns, '--json');
  expect(code).toBe(1);
  expect(json()).toMatchObject({ error: { code: 'bad-input', message: expect.stringContaining('id, and context') } });
  expect(err.trim().split('\n').at(-1)).toContain('Nothing came in');
  expect((await cli(home, 'context', 'missing.jsonl', '--json')).json()).toMatchObject({
    error: { code: 'not-found' },
  });
});
