import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { opened, takeLock } from '../../../src-main/app/kernel/lock.ts';
import { closeStore, openForReading } from '../../../src-main/store/open.ts';
import { cli, rows, scratchFolder, startCli, tiny } from '../../support/run-cli.ts';

const scratch = scratchFolder();
const home = join(scratch.folder, 'home');
const tie = (...args: string[]) => cli(home, ...args);

beforeAll(async () => {
  const files: Record<string, string> = { train: rows(0, 40), validation: rows(100, 8), test: rows(200, 10) };
  for (const [split, text] of Object.entries(files)) {
    const { code, json } = await tie('--json', 'import', scratch.write(`${split}.jsonl`, text), '--split', split);
    expect(code).toBe(0);
    expect(json()).toMatchObject({ labels: 0, skipped: [] });
  }
  const { code, json } = await tie('train', 'reward', ...tiny, '--device', 'cpu', '--no-compare', '--json');
  expect(code).toBe(0);
  expect(json()).toMatchObject({ model: 'reward-1', run: 1, validation: { accuracy: expect.any(Number) } });
});
afterAll(() => scratch.remove());

describe('every command ends with one JSON object', () => {
  test('stats', async () => {
    const { json } = await tie('stats', '--json');
    expect(json()).toMatchObject({ splits: { train: { posts: 40, comments: 120, labels: 0 } }, totals: { models: 1 } });
  });

  test('stats as a page', async () => {
    const file = join(scratch.folder, 'statistics.html');
    const { code, err, json } = await tie('stats', '--html', file, '--device', 'cpu', '--json');
    expect(code, err).toBe(0);
    expect(json()).toMatchObject({ file, figures: expect.any(Number) });
    const page = readFileSync(file, 'utf8');
    expect(page).toMatch(/^<!doctype html>/);
    expect(page.match(/<figure\b/g)).toHaveLength(json().figures as number);
    expect(page).toContain('Texts by what they mean');
    const without = await tie('stats', '--html', file, '--replace', '--no-map', '--json');
    expect(without.json()).toMatchObject({ figures: (json().figures as number) - 1 });
    const nowhere = await tie('stats', '--html', join(scratch.folder, 'none', 'page.html'), '--no-map');
    expect(nowhere.code).not.toBe(0);
    expect(nowhere.err).toMatch(/can't be written/);
  });

  test('stats as a page while the app is open: texts are read and not kept', async () => {
    const other = join(scratch.folder, 'open');
    expect((await cli(other, 'import', scratch.write('other.jsonl', rows(300, 20)))).code).toBe(0);
    const release = takeLock(other, opened);
    try {
      const file = join(scratch.folder, 'open.html');
      const { code, err } = await cli(other, 'stats', '--html', file, '--device', 'cpu', '--json');
      expect(code, err).toBe(0);
      expect(readFileSync(file, 'utf8')).toContain('Texts by what they mean');
    } finally {
      release();
    }
    const store = openForReading(join(other, 'tiebreak.sqlite'));
    expect(store.db.prepare('SELECT count(*) FROM embeddings').pluck().get()).toBe(0);
    closeStore(store);
  });

  test('evaluate, beside the baselines, and without importing the same from a file', async () => {
    const { json, err } = await tie('evaluate', '--model', 'reward-1', '--json');
    const keys = { '1': expect.any(Number), '5': expect.any(Number) };
    expect(json()).toMatchObject({
      pairs: 30,
      groups: 10,
      accuracyInterval: [expect.any(Number), expect.any(Number)],
      ndcg: expect.any(Number),
      grouped: { sk_ndcg: keys, custom_ndcg: keys },
      paired: { sk_ndcg: keys },
      baselines: { random: { accuracy: 0.5 }, longer: { accuracy: expect.any(Number) } },
    });
    expect(err).toContain('Scoring');
    const again = await tie('evaluate', '--json');
    expect(again.err).not.toContain('Scoring');
    const file = await tie('evaluate', '--file', join(scratch.folder, 'test.jsonl'), '--json');
    const { accuracy, ndcg, pairs } = json();
    expect(file.json()).toMatchObject({ accuracy, ndcg, pairs });
    expect((await tie('stats', '--json')).json()).toMatchObject({ totals: { posts: 58 } });
  });

  test('rank', async () => {
    const one = (await tie('rank', '--post', 'p200', '--json')).json() as {
      posts: { comments: { position: number }[] }[];
    };
    expect(one.posts).toHaveLength(1);
    expect(one.posts[0]!.comments.map(({ position }) => position)).toEqual([0, 1, 2]);
    expect((await tie('rank', '--json')).json().posts).toHaveLength(58);
    expect((await tie('rank')).out).toMatch(/the best first:[\s\S]*and 53 more posts: --json/);
  });

  test('export in every format', async () => {
    const counts = { cupit: 10, csv: 30, xlsx: 30, parquet: 30, pairs: 30, conversations: 30 };
    const none = { labels: 0, 'label-studio': 0, argilla: 0, arena: 0 };
    for (const [format, count] of Object.entries({ ...counts, ...none })) {
      const file = join(scratch.folder, `out.${format}`);
      const { code, json } = await tie('export', file, '--format', format, '--split', 'test', '--json');
      expect(code).toBe(0);
      expect(json()).toMatchObject({ rows: count, format });
      expect(existsSync(file)).toBe(true);
    }
    expect(readFileSync(join(scratch.folder, 'out.cupit'), 'utf8')).toContain('"reward":');
  });

  test('models, runs, settings and doctor', async () => {
    expect((await tie('models', '--json')).json()).toMatchObject({ models: [{ name: 'reward-1', kind: 'reward' }] });
    expect((await tie('runs', '--json')).json()).toMatchObject({ runs: [{ id: 1, status: 'done' }] });
    expect((await tie('settings', '--json')).json().settings).toContainEqual(expect.objectContaining({ key: 'seed' }));
    const doctor = (await tie('doctor', '--json')).json();
    expect(doctor).toMatchObject({ home, problems: [], versions: { node: process.versions.node } });
    expect(doctor.devices).toContainEqual(expect.objectContaining({ device: 'cpu', available: true }));
    expect(doctor.devices).toContainEqual(expect.objectContaining({ device: 'tensorflow' }));
    expect(doctor.putAside).toEqual([]);
    expect(doctor.encoders).toEqual([
      { encoder: 'use', width: 512, problem: null, vectors: expect.any(Number) },
      { encoder: 'minilm', width: 384, problem: null, vectors: expect.any(Number) },
    ]);
  });

  test('doctor in words, and what it names that restores put aside', async () => {
    const name = 'before-restore-2020-01-02-03-04-05-678';
    mkdirSync(join(home, name));
    writeFileSync(join(home, name, 'tiebreak.sqlite'), 'x'.repeat(1500));
    try {
      const found = { name, from: '2020-01-02T03:04:05.678Z', bytes: 1500, offered: true };
      expect((await tie('doctor', '--json')).json()).toMatchObject({ putAside: [found] });
      const { out } = await tie('doctor');
      expect(out).toMatch(/^minilm +yes +384 +\d+$/m);
      expect(out).toContain(
        `${name} in the data folder (1.5 kB) holds what was there before the restore of 2020-01-02 03:04 UTC.`,
      );
    } finally {
      rmSync(join(home, name), { recursive: true });
    }
  });

  test('labels add, train sft, and train reward from it on labels alone', async () => {
    const own = join(scratch.folder, 'labelled');
    await cli(own, 'import', join(scratch.folder, 'train.jsonl'), '--split', 'train');
    const add = await cli(own, 'labels', 'add', '--post', 'p0', '--chosen', '2', '--rejected', '1', '--json');
    expect(add.json().label).toEqual({
      id: 1,
      key: expect.any(String),
      postId: 1,
      leftId: 2,
      rightId: 1,
      outcome: 'left',
      bothBad: false,
      annotator: 'terminal',
      origin: 'terminal',
      createdAt: expect.any(String),
      durationMs: null,
      revokedAt: null,
      note: '',
      models: null,
      margin: null,
      chosenBy: null,
      chance: null,
      much: false,
      question: null,
      verdict: false,
    });
    // Which side stood left is no coin's here, so nothing is said of it.
    const people = await cli(own, 'people', '--json');
    expect(people.json()).toMatchObject({
      total: 1,
      people: [{ annotator: 'terminal', answers: 1, ties: 0, left: null }],
    });
    const same = ['labels', 'add', '--post', 'p0', '--chosen', '1', '--rejected', '2'];
    const second = await cli(own, ...same, '--json');
    expect(second.code).toBe(1);
    const message = expect.stringMatching(
      /^terminal has answered this pair already \(comment 2 is better\): that answer stands/,
    );
    expect(second.json()).toEqual({ error: { code: 'answered', message } });
    expect((await cli(own, 'stats', '--json')).json()).toMatchObject({ totals: { labels: 1 } });
    expect((await cli(own, ...same, '--change')).out).toBe('Label 2: 1 beats 2.\n');
    const counted = { annotator: 'terminal', labels: 1, revoked: 1 };
    expect((await cli(own, 'stats', '--json')).json()).toMatchObject({ annotators: [counted] });
    expect((await cli(own, 'train', 'sft', ...tiny, '--json')).json()).toMatchObject({ model: 'sft-1' });
    const refused = await cli(own, 'evaluate', '--model', 'sft-1', '--json');
    expect(refused.code).toBe(1);
    expect(refused.json()).toMatchObject({ error: { code: 'bad-input' } });
    const trained = await cli(own, 'train', 'reward', '--base', 'sft-1', '--pairs', 'labels', '--no-compare', '--json');
    expect(trained.json()).toMatchObject({ model: 'reward-1', steps: expect.any(Number) });
    const [model] = (await cli(own, 'models', '--json')).json().models as { base: string }[];
    expect(model!.base).toBe('sft-1');
  });

  test('without --json there is a table for people', async () => {
    for (const command of [['stats'], ['evaluate'], ['rank'], ['models'], ['runs']]) {
      const { code, out } = await tie(...command);
      expect(code, command[0]).toBe(0);
      expect(out.split('\n').length).toBeGreaterThan(2);
    }
  });
});

describe('score', () => {
  test('keeps every other field as it was written, and adds reward and place', async () => {
    const odd =
      '{"text":"<b>A</b> &amp; B","n": 12345678901234567890, "2":1,"1":2,"comments" : [ {"text":" x \\u00e9", "by":"a"},{"score":9,"text":"y"}],"z":null}';
    const lone = '{"text":"Alone","comments":[{"text":"one"}]}';
    const file = scratch.write('odd.jsonl', `${odd}\nbroken\n\n{"text":"no comments"}\n${lone}\n`);
    const out = join(scratch.folder, 'scored.jsonl');
    const { code, json } = await tie('score', file, '--out', out, '--json');
    expect(code).toBe(0);
    expect(json()).toMatchObject({ posts: 2, comments: 3, skipped: [{ line: 2 }, { line: 4 }] });
    const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    const blank = (line: string): string =>
      line
        .replace(/, "reward": [-\d.e]+/g, '')
        .replace(/, "score": [01]/, '')
        .replace(/"score":[01]/, '"score":9');
    expect(blank(lines[0]!)).toBe(odd);
    const { comments } = JSON.parse(lines[0]!) as { comments: { reward: number; score: number }[] };
    const [better, worse] = comments.toSorted((a, b) => a.score - b.score);
    expect([better!.score, worse!.score]).toEqual([0, 1]);
    expect(better!.reward).toBeGreaterThan(worse!.reward);
    expect(JSON.parse(lines[1]!)).toMatchObject({ comments: [{ text: 'one', score: 0, reward: expect.any(Number) }] });
  });

  test('leaves an earlier result alone where nothing can be scored', async () => {
    const out = scratch.write('earlier.jsonl', 'earlier');
    const { code, err } = await tie('score', scratch.write('bad.jsonl', 'x\n'), '--out', out, '--replace');
    expect(code).toBe(1);
    expect(err).toContain('line 1 is not valid JSON');
    expect(readFileSync(out, 'utf8')).toBe('earlier');
  });
});

describe('exit codes', () => {
  test.each([
    [[]],
    [['frob']],
    [['rank', '--bla']],
    [['import']],
    [['score', 'x']],
    [['evaluate', '--split', 'dev']],
    [['train', 'reward', '--set', 'colour=red']],
    [['train', 'reward', '--set', 'width=-1']],
    [['train', 'reward', '--device', 'abacus']],
    [['train', 'sft', '--no-compare']],
  ])('wrong usage is 2: %j', async (args) => {
    expect((await tie(...args)).code).toBe(2);
  });

  test('unknown settings are answered with the list of settings', async () => {
    const { err } = await tie('train', 'reward', '--set', 'colour=red');
    expect(err).toContain('learningRate');
  });

  test('help and version are 0, from the source as `npm run tiebreak` starts it as well', async () => {
    const program = fileURLToPath(new URL('../../../src-main/doors/terminal/cli.ts', import.meta.url));
    const launch = fileURLToPath(new URL('../../../src-main/doors/start/launch.cjs', import.meta.url));
    expect((await promisify(execFile)(process.execPath, [launch, program, '--version'])).stdout).toMatch(/^\d+\.\d+/);
    expect((await tie('--help')).code).toBe(0);
    expect((await tie('--version')).out).toMatch(/^\d+\.\d+\.\d+/);
  });

  test('failures are 1 with one plain sentence that says what to do', async () => {
    const empty = join(scratch.folder, 'empty');
    const hopeless: [string[], RegExp][] = [
      [['train', 'reward'], /no data yet: import some/],
      [['evaluate'], /no reward model yet: train one/],
      [['rank', '--model', 'nobody'], /no model nobody\. There is none yet/],
      [['import', 'missing.jsonl'], /no file/],
      [['train', 'reward', '--resume', '7'], /no run 7/],
    ];
    for (const [args, sentence] of hopeless) {
      const { code, err, json } = await cli(empty, '--json', ...args);
      expect(code, args.join(' ')).toBe(1);
      expect(err).toMatch(sentence);
      expect(err.trim().split('\n')).toHaveLength(1);
      expect(json()).toMatchObject({ error: { message: expect.stringMatching(sentence) } });
    }
  });

  test('a broken database is refused and not touched', async () => {
    const broken = join(scratch.folder, 'broken');
    mkdirSync(broken);
    const file = join(broken, 'tiebreak.sqlite');
    writeFileSync(file, 'not a database, but long enough to be one'.repeat(10));
    const { code, err } = await cli(broken, 'stats');
    expect(code).toBe(1);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(readFileSync(file, 'utf8')).toMatch(/^not a database/);
  });

  test('a broken file is reported by line and the rest arrives', async () => {
    const file = scratch.write('partly.jsonl', `${rows(500, 2)}\n{"text":1}\nnonsense\n`);
    const { code, json } = await cli(join(scratch.folder, 'partly'), 'import', file, '--json');
    expect(code).toBe(0);
    expect(json()).toMatchObject({ posts: 2, skipped: [{ line: 3 }, { line: 4 }], seconds: expect.any(Number) });
  });

  test('a second writer is told to wait', async () => {
    const busy = join(scratch.folder, 'busy');
    await cli(busy, 'import', join(scratch.folder, 'train.jsonl'), '--split', 'train');
    let training = false;
    const first = startCli(busy, ['train', 'reward', ...tiny, '--set', 'epochs=5000'], (err) => {
      training ||= /Training: /.test(err);
    });
    await expect.poll(() => training).toBe(true);
    const second = await cli(busy, 'train', 'reward', ...tiny, '--json');
    expect(second.code).toBe(1);
    expect(second.json()).toMatchObject({ error: { code: 'busy' } });
    expect((await cli(busy, 'runs', '--json')).json()).toMatchObject({ runs: [{ status: 'running' }] });
    first.child.kill('SIGINT');
    await first.finished;
  });
});
