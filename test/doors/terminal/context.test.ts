import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cli, rows, scratchFolder, tiny } from '../../support/run-cli.ts';

const scratch = scratchFolder();
afterAll(() => scratch.remove());

/** The contexts of the posts of a data folder, by id, as an export writes them. */
async function contextsOf(home: string): Promise<Record<string, string>> {
  const out = join(scratch.folder, 'out.csv');
  expect((await cli(home, 'export', out, '--replace', '--format', 'labels', '--json')).code).toBe(0);
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
  expect(json().skipped).toMatchObject([
    { file: articles, line: 4, of: 'context', reason: 'there is no post with the id p9' },
  ]);
  // The same again adds nothing.
  expect((await cli(home, 'import', posts, '--context-file', articles, '--json')).json()).toMatchObject({
    posts: 0,
    contexts: 0,
    contextsKept: 0,
    unmatched: 1,
  });

  const later = scratch.write('later.jsonl', '{"id": "p1", "text": "Another"}\n{"id": "p2", "text": "Article two"}');
  const { out } = await cli(home, 'context', later);
  expect(out).toContain('1 post that was there got a context.');
  expect(out).toContain('1 post has another context already, which stays.');
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

test('posts without an id are named by their text', async () => {
  const home = join(scratch.folder, 'by-text');
  const comments = [{ text: 'a' }, { text: 'b' }];
  const posts = ['one', 'two', 'two'].map((text, i) => JSON.stringify({ text, title: `title ${i}`, comments }));
  await cli(home, 'import', scratch.write('no-ids.jsonl', posts.join('\n')));
  const contexts = scratch.write('by-text.csv', 'post,context\none,Article one\ntwo,Article two\nthree,Nobody\n');
  const { out } = await cli(home, 'context', contexts);
  expect(out).toContain('1 post that was there got a context.');
  expect(out).toContain('1 context has an id or a text that no post has.');
  expect(out).toContain('1 context has a text that several posts have.');
  expect(out).toContain('line 3: Article two (there is more than one post with the text "two")');
  expect((await cli(home, 'context', contexts, '--json')).json()).toMatchObject({ unmatched: 1, ambiguous: 1 });
  const { out: help } = await cli(home, 'context', '--help');
  expect(help).toContain('named by their');
});

test('what is no file of contexts is refused in one sentence', async () => {
  const home = join(scratch.folder, 'other');
  const columns = scratch.write('columns.csv', 'name,text\na,b\n');
  const { code, err, json } = await cli(home, 'context', columns, '--json');
  expect(code).toBe(1);
  expect(json()).toMatchObject({ error: { code: 'bad-input', message: expect.stringContaining('id, and context') } });
  expect(err.trim().split('\n').at(-1)).toContain('Nothing came in of');
  expect((await cli(home, 'context', 'missing.jsonl', '--json')).json()).toMatchObject({
    error: { code: 'not-found' },
  });
});

test('train context trains both variants, says what the post is worth, and comparisons shows it again', async () => {
  const home = join(scratch.folder, 'compared');
  const files: Record<string, string> = { train: rows(0, 30), validation: rows(100, 6), test: rows(200, 8) };
  for (const [split, text] of Object.entries(files)) {
    await cli(home, 'import', scratch.write(`${split}.jsonl`, text), '--split', split);
  }
  const { code, json, err } = await cli(home, 'train', 'context', ...tiny, '--device', 'cpu', '--json');
  expect(code).toBe(0);
  expect(err).toContain('without the post (1 of 2)');
  expect(err).toContain('with the post (2 of 2)');
  const estimate = { value: expect.any(Number), interval: [expect.any(Number), expect.any(Number)] };
  const figures = { accuracy: estimate, groupedNdcg5: estimate, pairedNdcg2: estimate };
  expect(json()).toMatchObject({
    comparison: 1,
    method: 'gpt',
    split: 'test',
    posts: 8,
    pairs: 24,
    without: { run: 1, model: 'reward-1', figures },
    with: { run: 2, model: 'reward-2', figures },
    baselines: { random: { ...figures, accuracy: { value: 0.5, interval: [0.5, 0.5] } }, longer: figures },
    difference: figures,
    says: expect.any(String),
  });
  const { figures: seeing } = json().with as { figures: { accuracy: { value: number } } };
  const { figures: blind } = json().without as { figures: typeof seeing };
  const { accuracy } = json().difference as typeof seeing;
  expect(accuracy.value).toBeCloseTo(seeing.accuracy.value - blind.accuracy.value, 12);

  const { candidates, evaluation, scored, modelInUse, cutShort, ...report } = json();
  expect(evaluation).toMatchObject({ model: 'reward-2', data: 'test', accuracy: seeing.accuracy.value });
  expect({ candidates, scored, cutShort }).toMatchObject({ candidates: { pairs: 18 }, scored: 132, cutShort: false });
  expect(modelInUse).toEqual({ name: 'reward-2', why: 'best' });
  expect((await cli(home, 'comparisons', '--json')).json()).toMatchObject({ comparisons: [{ id: 1, report }] });
  expect((await cli(home, 'comparisons', '1', '--json')).json()).toMatchObject({ id: 1, report });
  const { out } = await cli(home, 'comparisons', '1');
  for (const row of ['with the post', 'without', 'longer comment wins', 'random', 'difference'])
    expect(out).toContain(row);
  expect(out).toContain(String(json().says));
  expect((await cli(home, 'train', 'context', '--resume', '1', '--json')).json()).toMatchObject({
    error: { code: 'nothing-to-do' },
  });
  expect((await cli(home, 'train', 'context', '--method', 'quick', '--set', 'epochs=1')).code).toBe(1);
  expect((await cli(home, 'train', 'context', '--method', 'best')).code).toBe(2);
}, 60_000);
