import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type App, openApp } from '../../../src-main/app.ts';
import { votesWords } from '../../../src-main/common/votes-words.ts';
import { closeStore, openStore } from '../../../src-main/store/open.ts';
import { addedPost } from '../../support/added-post.ts';
import { scratchFolder } from '../../support/run-cli.ts';
import { clientOf, openWithFakeEngine, resultOf } from '../../support/served.ts';

const tiny = { width: 16, layers: 1, heads: 2, vocabulary: 300, maxTokens: 32, epochs: 1 };
const scratch = scratchFolder();
let app: App;
afterEach(() => app.close());
afterAll(() => scratch.remove());

type Voted = readonly [text: string, votes: number];
const fillers = ['an answer on tea', 'some words on rain', 'a thought on trains', 'two lines on bread'];
const post = (number: number, comments: readonly Voted[]): string =>
  JSON.stringify({
    id: `p${number}`,
    text: `Question ${number}`,
    comments: comments.map(([text, votes]) => ({
      text: `${text}, ${fillers[number % fillers.length]} ${number}`,
      votes,
    })),
  });
const file = (name: string, posts: readonly string[]): string => scratch.write(`${name}.jsonl`, posts.join('\n'));
const numbers = (from: number, count: number): readonly number[] => Array.from({ length: count }, (_, i) => from + i);

const clear = (number: number): string =>
  post(number, [
    ['A splendid one', 90],
    ['An awful one', 5],
  ]);
/** Two that differ by a vote, by which the worse word is the better one. */
const slight = (number: number): string =>
  post(number, [
    ['An awful one', 3],
    ['A splendid one', 2],
  ]);

async function importAll(into: App): Promise<void> {
  const train = [...numbers(0, 20).map(clear), ...numbers(100, 60).map(slight)];
  await into.import({ files: [file('train', train)], split: 'train' });
  await into.import({ files: [file('validation', numbers(300, 30).map(clear))], split: 'validation' });
}

/** Threads in which comments lose half of their votes with each tenfold of minutes, but for one, which is better. */
function threads(home: string): void {
  mkdirSync(home, { recursive: true });
  const store = openStore(join(home, 'tiebreak.sqlite'));
  const start = Date.parse('2024-03-01T12:00:00.000Z');
  for (const number of numbers(0, 30)) {
    const split = number < 20 ? 'train' : 'validation';
    const comments = [1, 10, 100, 1000].map((minutes, at) => ({
      text: `${at === 2 ? 'A splendid' : 'Some other'} thought ${number}, ${minutes}`,
      rank: null,
      votes: Math.round((at === 2 ? 1.5 : 1) * 160 * minutes ** -Math.log10(2)),
      createdAt: new Date(start + 60_000 * minutes).toISOString(),
    }));
    const head = { key: `t${number}`, title: null, text: `Thread ${number}`, context: null, group: `t${number}` };
    addedPost(store, { ...head, split, createdAt: new Date(start).toISOString(), comments });
  }
  closeStore(store);
}

describe('with the real engine', () => {
  test('a margin keeps slight differences from teaching the opposite, and the report holds both heads against the same pairs', async () => {
    app = openApp({ home: join(scratch.folder, 'real') });
    await importAll(app);
    const { task } = await clientOf(app).train.start({ method: 'quick', margin: 5, device: 'cpu' });
    const { votes, candidates } = await resultOf(app, 'train', task);
    expect(votes).toMatchObject({
      margin: 5,
      votes: 'plain',
      time: 'ignore',
      effect: null,
      changes: { plain: 80, dropped: 60, turned: 0, softened: 0 },
    });
    const { measured } = votes!;
    expect(measured!.pairs).toBe(30);
    expect(measured!.with.value).toBe(1);
    expect(measured!.without.value).toBeLessThan(0.2);
    expect(measured!.difference.value).toBeCloseTo(measured!.with.value - measured!.without.value, 12);
    expect(measured!.difference.interval[0]).toBeGreaterThan(0);
    expect(candidates!.list.find(({ method }) => method === 'quick')!.accuracy).toBe(1);

    const { runs } = await clientOf(app).train.runs();
    expect(runs).toMatchObject([{ config: { margin: 5, votes: 'plain', time: 'ignore' }, report: { votes } }]);
    // The second head leaves nothing behind.
    expect((await clientOf(app).models.list()).models.map(({ name }) => name)).toEqual(['quick-1']);
    expect(votesWords(votes!, { comparable: true })).toMatch(
      /^A difference below 5 in votes was no preference\. Of 80 pairs in training, 60 were left out\. On the same 30 pairs of the validation split, with votes as they are, 100\.0% are right with it, .*it clearly helped\.$/,
    );
  });

  test('sureness makes slight differences count for little', async () => {
    app = openApp({ home: join(scratch.folder, 'sure') });
    await importAll(app);
    const { votes } = await app.train({ kind: 'reward', method: 'quick', votes: 'sure', device: 'cpu' });
    // 90 over 5 is as sure as a number can say.
    expect(votes!.changes).toEqual({ plain: 80, dropped: 0, turned: 0, softened: 60 });
    expect(votes!.measured!.with.value).toBeGreaterThanOrEqual(votes!.measured!.without.value);
  });

  test('a bundle takes the pairs that the training took', async () => {
    app = openApp({ home: join(scratch.folder, 'bundled') });
    await importAll(app);
    await app.train({ kind: 'reward', method: 'gpt', margin: 5, config: tiny, device: 'cpu', compare: false });
    const out = join(scratch.folder, 'bundle');
    await app.exportModel({ model: 'reward-1', as: 'bundle', out });
    const lines = (name: string): number =>
      readFileSync(join(out, 'data', name), 'utf8')
        .trimEnd()
        .split('\n').length;
    expect([lines('train.jsonl'), lines('validation.jsonl')]).toEqual([20, 30]);
  });
});

describe('with the small engine', () => {
  beforeEach(async () => {
    scratch.empty();
    app = openWithFakeEngine(join(scratch.folder, 'home'));
    await importAll(app);
  });

  test('nothing is said, noted or trained beside it where votes are taken as they are', async () => {
    const outcome = await app.train({ kind: 'reward', method: 'quick' });
    expect(outcome).not.toHaveProperty('votes');
    const { config, report } = app.run(1).run;
    expect(Object.keys(config).filter((key) => ['margin', 'votes', 'time', 'votesMade'].includes(key))).toEqual([]);
    expect(report).not.toHaveProperty('votes');
  });

  test('a slow training says how many pairs it left out, and how to see what that is worth', async () => {
    const { votes } = await app.train({ kind: 'reward', method: 'gpt', margin: 5, config: { epochs: 1 } });
    expect(votes).toMatchObject({ margin: 5, changes: { plain: 80, dropped: 60 }, measured: null });
    expect(votesWords(votes!, { comparable: true })).toContain('train once more with votes as they are');
    expect(app.run(1).run.report!.votes).toEqual(votes);
  });

  test('a margin that leaves no pair is refused, and says so', async () => {
    const training = app.train({ kind: 'reward', method: 'quick', margin: 1000 });
    await expect(training).rejects.toThrow(/leaves none of the 80 pairs in the split 'train'.*smaller margin/);
    expect((await clientOf(app).models.list()).models).toEqual([]);
  });

  test('it counts for what is learned from votes alone', async () => {
    await expect(
      app.train({ kind: 'reward', method: 'quick', pairs: 'labels', margin: 1000 }),
    ).resolves.not.toHaveProperty('votes');
    await expect(app.train({ kind: 'sft', margin: 1000, config: { epochs: 1 } })).resolves.not.toHaveProperty('votes');
  });

  test('the time that threads had is found and taken out, or only later comments count; validation stays as it is', async () => {
    await app.close();
    const home = join(scratch.folder, 'threads');
    threads(home);
    app = openWithFakeEngine(home);
    const regressed = await app.train({ kind: 'reward', method: 'quick', time: 'regress' });
    const { effect, changes, measured } = regressed.votes!;
    expect(effect).toMatchObject({ lists: 20, comments: 80 });
    expect(effect!.slope).toBeLessThan(-0.2);
    expect(effect!.slope).toBeGreaterThan(-0.4);
    expect(changes).toMatchObject({ plain: 120, dropped: 0, softened: 0 });
    // In each thread at least the splendid one overtakes the one before it.
    expect(changes.turned).toBeGreaterThanOrEqual(20);
    // The small engine learns nothing: both heads are the same.
    expect(measured).toMatchObject({ pairs: 60, difference: { value: 0, interval: [0, 0] } });
    expect(votesWords(regressed.votes!, { comparable: true })).toMatch(
      /^The time was regressed out: a comment that came ten times as late had about \d\d\.\d% fewer votes \(80 comments in 20 lists\)\. .*can be chance.* still hold the time, which no text can know\.$/,
    );
    await expect(app.train({ kind: 'reward', method: 'quick', time: 'later' })).rejects.toThrow(
      /leaves none of the 120 pairs/,
    );
    const forecast = await app.forecast({ kind: 'reward', method: 'quick', time: 'regress' }, {});
    expect(forecast.fits).toBe(true);
  });

  test('without times there is none to regress out, and that is said', async () => {
    const { votes } = await app.train({ kind: 'reward', method: 'quick', time: 'regress' });
    expect(votes).toMatchObject({ effect: { slope: 0, lists: 0 }, changes: { plain: 80, dropped: 0, turned: 0 } });
    expect(votesWords(votes!, { comparable: true })).toContain('no time to regress out');
    await expect(app.train({ kind: 'reward', method: 'quick', time: 'later' })).rejects.toThrow(/leave the time/);
  });
});
