import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Why } from '../../../src-main/contract/why.ts';
import { cli, rows, scratchFolder, startCli } from '../../support/run-cli.ts';

const scratch = scratchFolder();
const home = join(scratch.folder, 'home');
const tie = (...args: string[]) => cli(home, ...args);
const linesOf = (file: string): Record<string, unknown>[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

beforeAll(async () => {
  const files: Record<string, string> = { train: rows(0, 40), validation: rows(100, 40), test: rows(200, 10) };
  for (const [split, text] of Object.entries(files)) {
    await tie('import', scratch.write(`${split}.jsonl`, text), '--split', split);
  }
  const { code, json, err } = await tie('train', 'quick', '--device', 'cpu', '--json');
  expect(code, err).toBe(0);
  expect(json()).toMatchObject({ model: 'quick-1', run: 1, steps: expect.any(Number), device: 'cpu' });
  expect(json().validation).toMatchObject({ loss: expect.any(Number), accuracy: expect.any(Number) });
  expect(json()).toMatchObject({
    candidates: { pairs: 120, list: { length: 2 }, best: 1 },
    evaluation: { model: 'quick-1', data: 'test', pairs: 30, baselines: { longer: {} } },
    scored: 270,
    modelInUse: { name: 'quick-1', why: 'best' },
    cutShort: false,
  });
});
afterAll(() => scratch.remove());

test('a quick model is evaluated, ranks, exports and scores as any other, and learned which word is better', async () => {
  const evaluation = (await tie('evaluate', '--device', 'cpu', '--json')).json();
  expect(evaluation).toMatchObject({ model: 'quick-1', pairs: 30 });
  expect(evaluation.accuracy).toBeGreaterThan(0.9);
  const again = (
    await tie('evaluate', '--file', join(scratch.folder, 'test.jsonl'), '--device', 'cpu', '--json')
  ).json();
  expect(again.accuracy).toBe(evaluation.accuracy);
  const { posts } = (await tie('rank', '--post', 'p200', '--json')).json() as {
    posts: { comments: { text: string; rank: number }[] }[];
  };
  expect(posts[0]!.comments[0]!.text).toContain('splendid');
  const out = join(scratch.folder, 'out.jsonl');
  expect((await tie('export', out, '--split', 'test', '--json')).json()).toMatchObject({ rows: 10, model: 'quick-1' });
  expect((await tie('models', '--json')).json()).toMatchObject({ models: [{ name: 'quick-1', kind: 'reward' }] });
  expect(existsSync(join(home, 'runs', '1'))).toBe(false);
});

test('pairs next lists open pairs by each strategy, each with how it was chosen', async () => {
  for (const strategy of ['random', 'coverage', 'information', 'uncertainty']) {
    const { code, json, err } = await tie('pairs', 'next', '--strategy', strategy, '--count', '12', '--json');
    expect(code, err).toBe(0);
    const { pairs } = json() as {
      pairs: { left: { id: number }; right: { id: number }; chosenBy: string; chance: number }[];
    };
    expect(new Set(pairs.map(({ left, right }) => [left.id, right.id].sort().join(' '))).size).toBe(12);
    for (const { chosenBy, chance } of pairs) {
      expect(['random', strategy]).toContain(chosenBy);
      expect(chance).toBeGreaterThan(0);
      expect(chance).toBeLessThanOrEqual(1);
    }
  }
  const { out } = await tie('pairs', 'next', '--count', '3');
  expect(out.trim().split('\n').length).toBeGreaterThanOrEqual(4);
  expect(out).toMatch(/post +left +right +chosen by +left text +right text/);
  expect((await tie('pairs', 'next', '--strategy', 'magic')).code).not.toBe(0);
});

test('comments find lists comments of all posts by their words, and by rewards from either end', async () => {
  const best = (await tie('comments', 'find', 'awf', 'case', '--count', '3', '--json')).json() as {
    comments: { id: number; postId: number; text: string; reward: number }[];
  };
  expect(best).toMatchObject({ model: 'quick-1', total: 90, unscored: 0, unread: 0 });
  expect(best.comments.map(({ text }) => /awful/.test(text))).toEqual([true, true, true]);
  const { out } = await tie('comments', 'find', '--order', 'worst', '--count', '2');
  expect(out).toMatch(/comment +reward +votes +post +its beginning +text\n/);
  expect(out.match(/It was awful in case/g)).toHaveLength(2);
  expect(out).toContain('270 comments; the first 2 are listed (--count N).');
  expect((await tie('comments', 'find', 'quokka')).out).toContain('No comment has these words.');
  // Behind it stands 'head', which closes the pipe.
  const { child, finished } = startCli(home, ['comments', 'find', '--count', '300']);
  child.stdout!.destroy();
  expect(await finished).toMatchObject({ code: 0, err: '' });
});

test('why says which evidence speaks for which comment: the parts of a quick reward add up, and name the word that was learned', async () => {
  const { posts } = (await tie('rank', '--post', 'p200', '--json')).json() as {
    posts: { comments: { id: number; text: string; reward: number }[] }[];
  };
  const { comments } = posts[0]!;
  const [first, second] = [comments[0]!, comments.at(-1)!];
  const asked = ['why', String(first.id), String(second.id), '--post', 'p200', '--device', 'cpu'];
  const why = (await tie(...asked, '--json')).json() as Why;
  expect(why).toMatchObject({ model: 'quick-1', way: 'exact', first: { id: first.id, place: 0 }, sentences: [] });
  const sum = why.parts.reduce((all, { share }) => all + share, 0);
  expect(sum).toBeCloseTo(first.reward - second.reward, 4);
  const [word] = why.parts.find(({ kind }) => kind === 'words')!.named;
  expect(word!.what).toMatch(/splendid|awful/);
  expect(word!.share).toBeGreaterThan(0);
  const { out } = await tie(...asked);
  expect(out).toMatch(/^The first \(#\d+, 1st, reward -?\d+\.\d\d\): It was splendid in case 200\n/);
  expect(out).toMatch(/^words +=+ \| +\d+\.\d\d for the first +Which words it has/m);
  expect(out).toContain('People have compared no other pair yet.');
  const unknown = await tie('why', String(first.id), '9999', '--post', 'p200', '--json');
  expect(unknown.json()).toMatchObject({ error: { code: 'not-found' } });
});

test('a second training reads no text again; without the post, it learns from comments alone', async () => {
  const { err, json } = await tie(
    'train',
    'quick',
    '--context',
    'none',
    '--pairs',
    'votes',
    '--device',
    'cpu',
    '--no-compare',
    '--json',
  );
  expect(json()).toMatchObject({ model: 'quick-2', run: 2, candidates: null, evaluation: null, scored: 0 });
  expect(json()).toMatchObject({ modelInUse: { name: 'quick-2', why: 'newest' } });
  expect(err).not.toContain('Reading comments');
  expect((await tie('train', 'quick', '--context', 'title')).code).toBe(2);
});

test('a margin, sureness and the time are options of a training, which says what they came to', async () => {
  const voted = join(scratch.folder, 'voted');
  const file = (name: string, from: number, votes: readonly [number, number]): string => {
    const posts = Array.from({ length: 20 }, (_, i) => ({
      id: `v${from + i}`,
      text: `Post ${from + i}`,
      comments: ['splendid', 'awful'].map((word, at) => ({ text: `A ${word} one, ${from + i}`, votes: votes[at] })),
    }));
    return scratch.write(name, posts.map((post) => JSON.stringify(post)).join('\n'));
  };
  await cli(voted, 'import', file('clear.jsonl', 0, [40, 4]), file('slight.jsonl', 100, [4, 3]), '--split', 'train');
  await cli(voted, 'import', file('held.jsonl', 200, [40, 4]), '--split', 'validation');
  const options = ['train', 'quick', '--margin', '2', '--votes', 'sure', '--time', 'regress', '--device', 'cpu'];
  const { code, out, err } = await cli(voted, ...options);
  expect(code, err).toBe(0);
  expect(out).toMatch(/^A difference below 2 in votes was no preference\. A pair counted as far as/m);
  expect(out).toMatch(/Of 40 pairs in training, 20 were left out and 20 counted for less than certain\./);
  expect(out).toMatch(/On the same 20 pairs of the validation split, .*95% interval/);
  expect((await cli(voted, ...options, '--json')).json()).toMatchObject({
    votes: { margin: 2, votes: 'sure', time: 'regress', measured: { pairs: 20 } },
  });
  expect((await cli(voted, 'train', 'quick', '--margin', '-1')).code).toBe(2);
  expect((await cli(voted, 'train', 'reward', '--time', 'soon')).code).toBe(2);
  expect((await cli(voted, 'train', 'quick', '--margin', '50', '--json')).json()).toMatchObject({
    error: { code: 'nothing-to-do' },
  });
});

test('embed writes the vector of each text beside it and names the encoder, and leaves out what has none', async () => {
  const texts = ['Cats sleep.', '', 'Katzen schlafen.\n'];
  const bad = ['{"text": 5}', 'broken', '[]', '{}'];
  const file = scratch.write(
    'texts.jsonl',
    [...texts.map((text) => JSON.stringify({ text, id: 1 })), ...bad].join('\n'),
  );
  const out = join(scratch.folder, 'embedded.jsonl');
  const vectorsOf = async (encoder: string, width: number, ...options: string[]): Promise<number[][]> => {
    const { code, json, err } = await tie(
      'embed',
      file,
      '--out',
      out,
      '--replace',
      '--device',
      'cpu',
      '--json',
      ...options,
    );
    expect(code, err).toBe(0);
    expect(json()).toMatchObject({ texts: 3, file: out, encoder, seconds: expect.any(Number), skippedCount: 4 });
    expect(json()).toMatchObject({ skipped: [{ line: 4 }, { line: 5 }, {}, {}] });
    const lines = linesOf(out) as { text: string; encoder: string; embedding: number[] }[];
    expect(lines.map((line) => Object.keys(line))).toEqual(texts.map(() => ['text', 'encoder', 'embedding']));
    expect(lines.map(({ text }) => text)).toEqual(texts);
    for (const line of lines) {
      expect(line.encoder).toBe(encoder);
      expect(line.embedding).toHaveLength(width);
      expect(Math.sqrt(line.embedding.reduce((sum, x) => sum + x * x, 0))).toBeCloseTo(1, 4);
    }
    return lines.map(({ embedding }) => embedding);
  };
  const unnamed = await vectorsOf('minilm', 384);
  expect(await vectorsOf('minilm', 384, '--encoder', 'minilm')).toEqual(unnamed);
  await vectorsOf('use', 512, '--encoder', 'use');
  const none = await tie('embed', scratch.write('none.jsonl', '{}'), '--out', out, '--replace', '--json');
  expect(none.json()).toMatchObject({ error: { code: 'bad-input' } });
  const unknown = await tie('embed', file, '--out', out, '--replace', '--encoder', 'bert', '--json');
  expect(unknown.json()).toMatchObject({ error: { code: 'not-found', message: expect.stringMatching(/use, minilm/) } });
  expect(linesOf(out)).toHaveLength(3);
  expect((await tie('embed', file, '--out', out, '--replace')).out).toMatch(
    /^The vectors that minilm makes of 3 texts were written/,
  );
});
