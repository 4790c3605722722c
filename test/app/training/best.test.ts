import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, openApp, type TrainOutcome } from '../../../src-main/app.ts';
import { bestWords, leftOutWords } from '../../../src-main/common/best-words.ts';
import type { BestReport } from '../../../src-main/contract/best.ts';
import type { CallProgress } from '../../../src-main/contract/calls.ts';
import { printTraining } from '../../../src-main/doors/terminal/print-training.ts';
import { isBetter } from '../../../src-main/evaluation/blend.ts';
import { closeStore, openStore } from '../../../src-main/store/open.ts';
import { addRun, endRun, removeRun, runsOfBest } from '../../../src-main/store/runs.ts';
import { rows, scratchFolder, sixWords } from '../../support/run-cli.ts';
import { clientOf, ended, resultOf } from '../../support/served.ts';

const scratch = scratchFolder();
afterAll(() => scratch.remove());

/** An application with so many posts in each split; those whose better comment is said to be 'splendid'. */
async function withPosts(name: string, counts: { train: number; validation: number; test: number }): Promise<App> {
  const app = openApp({ home: join(scratch.folder, name) });
  let from = 0;
  for (const split of ['train', 'validation', 'test'] as const) {
    await app.import({ files: [scratch.write(`${name}-${split}.jsonl`, rows(from, counts[split], sixWords))], split });
    from += 100;
  }
  return app;
}

type Seen = Map<string, Set<CallProgress['phase']>>;
/** The phases of each part that was named. */
function follow(seen: Seen, onProgress?: (progress: CallProgress) => void) {
  return (progress: CallProgress): void => {
    const name = progress.name ?? '';
    seen.set(name, (seen.get(name) ?? new Set()).add(progress.phase));
    onProgress?.(progress);
  };
}

/** Leaves the second part as a kill between its run and its data does: it is there, and has nothing to go on from. */
function beginWithoutData(home: string): void {
  const store = openStore(join(home, 'tiebreak.sqlite'));
  for (const { id } of runsOfBest(store, 1).filter(({ config }) => config.method !== 'quick')) {
    removeRun(store, id);
    rmSync(join(home, 'runs', String(id)), { recursive: true, force: true });
  }
  const { id } = addRun(store, { kind: 'reward', base: null, config: { method: 'together', readsPost: 0, best: 1 } });
  endRun(store, id, { status: 'interrupted' });
  closeStore(store);
}

const call = { kind: 'reward', method: 'best', device: 'cpu', minutes: 3 } as const;

describe('with few posts', () => {
  test('a quick model is all there is, and the reason is said', async () => {
    const app = await withPosts('few', { train: 3, validation: 2, test: 1 });
    try {
      const outcome = await app.train(call);
      const { best, model } = outcome;
      expect(model).toBe('quick-1');
      expect(best).toMatchObject({ parts: [{ method: 'quick', model, share: 1 }], blend: null, chosen: 'quick' });
      expect(best!.leftOut.map(({ method }) => method)).toEqual(['alone', 'deep', 'together']);
      for (const { why } of best!.leftOut) {
        expect(why).toMatch(
          /^To tell which model is better, 60 pairs with a better side are needed that no model learned from: the validation split has 30, and the fifth of the training posts that would be held out \d+\.$/,
        );
      }
      expect(outcome).toMatchObject({ scored: 36, evaluation: { model, data: 'test' }, modelInUse: { name: model } });
      expect(app.models().map(({ name }) => name)).toEqual(['quick-1']);
    } finally {
      await app.close();
    }
  });
});

test('with too few of them in the validation split, a share of the training posts is held out of all but the quick model that ranks', async () => {
  const app = await withPosts('held', { train: 24, validation: 2, test: 1 });
  try {
    const { best, model, run } = await app.train({ ...call, minutes: 0.5, compare: false });
    expect(best!.parts.map(({ method }) => method)).toEqual(expect.arrayContaining(['quick', 'alone']));
    const { pairs, heldOut } = best!.blend!;
    expect(heldOut).toBe(true);
    // 30 of validation, and those of every fifth training post, about.
    expect(pairs).toBeGreaterThanOrEqual(60);
    expect(pairs).toBeLessThan(30 + 0.4 * 360);
    expect(bestWords(best!, model)).toContain(
      `held against quick-1 on ${pairs} pairs that were held out of the training posts, or are of the validation split, with weights`,
    );
    const { parts } = await clientOf(app).train.run({ run });
    const learned = new Map(parts.map(({ name, config }) => [name, config]));
    expect(learned.get('quick-1')).toMatchObject({ trainedOn: '24 posts, 360 pairs of votes' });
    const posts = (360 + 30 - pairs) / 15;
    expect(learned.get('alone-1')).toMatchObject({
      trainedOn: `${posts} posts, ${15 * posts} pairs of votes`,
      without: 0.2,
    });
  } finally {
    await app.close();
  }
});

describe('with enough of them', () => {
  let app: App;
  let seen: Seen;
  /** What ranked as soon as the quick model was there. */
  let meanwhile: { readonly model: string; readonly missing: number };
  let outcome: TrainOutcome;

  beforeAll(async () => {
    app = await withPosts('enough', { train: 12, validation: 5, test: 4 });
    seen = new Map();
    const client = clientOf(app);
    // Stopped as soon as the second part is at hand, and gone on with.
    const stop = new AbortController();
    let looking: Promise<typeof meanwhile> | null = null;
    const look = async () => {
      const [post] = (await client.posts.list({ split: 'test', limit: 1 })).posts;
      const view = await client.rankings.post({ post: post!.id, models: [] });
      const missing = view.comments.filter(({ rewards }) => rewards[0] === null).length;
      return { model: view.models[0]!, missing };
    };
    const onProgress = follow(seen, ({ name }) => {
      if (!name?.startsWith('alone')) return;
      looking ??= look();
      stop.abort();
    });
    await expect(app.train(call, { onProgress, signal: stop.signal })).rejects.toMatchObject({
      code: 'cancelled',
      message: 'The training for the best was cancelled. The models that were done are kept, and run 1 can be resumed.',
    });
    meanwhile = await looking!;
    const { runs } = await client.train.runs();
    // How far the second part came by then is a matter of the machine.
    const stateOf = (name: string) => runs.find((run) => run.name === name)?.status;
    expect([stateOf('quick-1'), stateOf('best-1')]).toEqual(['done', 'cancelled']);
    beginWithoutData(app.home);
    outcome = await app.resume({ run: 1, device: 'cpu' }, { onProgress: follow(seen) });
  });
  afterAll(() => app.close());

  test('the quick model ranks while the rest goes on, and each part is named', () => {
    expect(meanwhile).toMatchObject({ model: 'quick-1', missing: 0 });
    expect([...seen.keys()]).toEqual(
      expect.arrayContaining([
        ...['quick (1 of 5)', 'alone (2 of 5)', 'deep (3 of 5)', 'together (4 of 5)', 'blend (5 of 5)'],
      ]),
    );
    for (const part of ['alone (2 of 5)', 'deep (3 of 5)', 'together (4 of 5)'])
      expect(seen.get(part)).toContain('train');
  });

  test('a blend comes of it, whose parts are runs of their own; what was done before the stop is not done again', async () => {
    const { best, model, run } = outcome;
    expect([model, run]).toEqual(['best-1', 1]);
    expect(best!.parts.map((part) => part.model)).toEqual(['quick-1', 'alone-1', 'deep-1', 'together-1']);
    expect(best!.parts.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(best!.leftOut).toEqual([]);
    expect(best!.blend).toMatchObject({ pairs: 75 });
    const client = clientOf(app);
    const { run: line, parts, curve } = await client.train.run({ run: 1 });
    expect(line).toMatchObject({ status: 'done', name: 'best-1', modelName: 'best-1', step: 5, steps: 5 });
    expect(parts.map(({ name, status }) => [name, status])).toEqual([
      ['quick-1', 'done'],
      ['alone-1', 'done'],
      ['deep-1', 'done'],
      ['together-1', 'done'],
    ]);
    expect(curve).toEqual([]);
    expect(parts[1]!.config).toMatchObject({ method: 'together', readsPost: 0, context: 'nothing' });
    const together = await client.train.run({ run: parts[3]!.id });
    expect(together.partOf).toMatchObject({ id: 1, name: 'best-1' });
    expect(together.curve.length).toBeGreaterThan(1);
    expect((await client.train.runs()).runs).toHaveLength(5);
  });

  test('the blend ranks only if it is surely better, and all comments have rewards of what ranks', async () => {
    const { best, model, scored, modelInUse, candidates } = outcome;
    const ranks = best!.chosen === 'blend' ? model : 'quick-1';
    expect(best!.chosen).toBe(isBetter(best!.blend!) ? 'blend' : 'quick');
    expect(modelInUse).toMatchObject({ name: ranks, why: 'best' });
    expect(candidates!.list.find(({ behind }) => behind === null)!.model!.name).toBe(ranks);
    // Each stands for itself.
    const compared = candidates!.list.map(({ method, model }) => `${method} ${model?.name ?? ''}`);
    expect(compared.sort()).toEqual(
      ['alone alone-1', 'best best-1', 'deep deep-1', 'longer ', 'quick quick-1', 'together together-1'].sort(),
    );
    expect((await clientOf(app).models.list()).models.map(({ name, method }) => [name, method])).toEqual([
      ['best-1', 'best'],
      ['together-1', 'together'],
      ['deep-1', 'deep'],
      ['alone-1', 'alone'],
      ['quick-1', 'quick'],
    ]);
    expect(scored).toBe(6 * 21);
    const printed = printTraining(outcome, 'reward', true);
    expect(printed).toContain('The training for the best is done (run 1, ');
    expect(printed).toContain('held against quick-1 on 75 pairs of the validation split');
    expect(printed).toContain('Comment alone (alone-1)');
    expect(printed).toContain(`${ranks} is in use now: `);
    expect(printed).toContain(`126 comments have a score from ${ranks}.`);
    const [post] = (await clientOf(app).posts.list({ split: 'test', limit: 1 })).posts;
    const view = await clientOf(app).rankings.post({ post: post!.id, models: [] });
    expect(view.models).toEqual([ranks]);
  });

  test('a blend scores as the weighted sum of its parts, is evaluated, and ranks posts', async () => {
    const figures = await app.evaluate({ model: 'best-1', device: 'cpu' });
    expect(figures).toMatchObject({ model: 'best-1', pairs: 60 });
    expect(figures.accuracy).toBeGreaterThan(0.5);
    const ranking = await app.rank({ model: 'best-1', post: 'p200', device: 'cpu' });
    expect(ranking.posts[0]!.comments.every(({ reward }) => Number.isFinite(reward))).toBe(true);
  });
});

test('a pause ends it after the step at hand, and the page can go on with it; what can be asked is checked first', async () => {
  const app = await withPosts('pause', { train: 8, validation: 5, test: 1 });
  try {
    const client = clientOf(app);
    await expect(client.train.start({ method: 'best', config: { epochs: 3 } })).rejects.toThrow('has no settings');
    await expect(client.contextComparisons.start({ method: 'best' })).rejects.toThrow(
      'compare quick, deep, together or GPT with and without it',
    );
    await expect(client.contextComparisons.start({ method: 'together', config: { readsPost: 0 } })).rejects.toThrow(
      'reads the comment alone, so that both models would be the same',
    );
    const forecast = await resultOf(app, 'forecast', (await client.train.forecast({ minutes: 2, device: 'cpu' })).task);
    expect(forecast).toMatchObject({ fits: true, time: { seconds: 120 }, proposals: [] });
    expect(forecast.ranking!.seconds).toBeLessThan(120);

    const { task } = await client.train.start({ minutes: 2, device: 'cpu' });
    await expect.poll(async () => (await client.train.runs()).runs.find(({ id }) => id === 1)?.step).toBe(1);
    await client.train.pause({ run: 1 });
    expect(await ended(app, task)).toMatchObject({ state: 'cancelled' });
    const { run, parts } = await client.train.run({ run: 1 });
    expect(run).toMatchObject({ status: 'interrupted', paused: true, step: 1, config: { method: 'best', minutes: 2 } });
    expect(parts[0]).toMatchObject({ name: 'quick-1', status: 'done' });
    // Without the post there is nothing to read together.
    const without = await app.train({ ...call, context: 'none', minutes: 0.1, compare: false });
    expect(without.best!.leftOut).toEqual([
      { method: 'alone', why: 'No time was left for it: give it more minutes.' },
      { method: 'deep', why: 'No time was left for it: give it more minutes.' },
      { method: 'together', why: 'It reads the post with the comment, which was to be left out.' },
    ]);
  } finally {
    await app.close();
  }
});

describe('in words', () => {
  const blend = {
    pairs: 309,
    accuracy: 0.621,
    accuracyOfQuick: 0.603,
    loss: 0.651,
    lossOfQuick: 0.662,
    surenessByLoss: 0.97,
    surenessByAccuracy: 0.81,
  };
  const parts = [
    { method: 'quick', run: 2, model: 'quick-1', share: 0.6 },
    { method: 'together', run: 3, model: 'together-1', share: 0.4 },
  ] as const;
  const best: BestReport = { parts, blend, chosen: 'blend', leftOut: [{ method: 'deep', why: 'No time was left.' }] };

  test('a blend that ranks says how much better it is and how sure that is', () => {
    expect(bestWords(best, 'best-1')).toBe(
      'best-1 is a blend of quick-1 and together-1, held against quick-1 on 309 pairs of the validation split, with weights learned on the other posts there. It is right on 62.1%, and quick-1 alone on 60.3% (error 0.651 against 0.662). By the error it is 97% sure that the blend is better, by the share of pairs 81%: best-1 ranks.',
    );
    expect(leftOutWords(best)).toEqual(['Deep was left out. No time was left.']);
    const alone = { method: 'alone', why: 'It does not fit.' } as const;
    const leftOut = [alone, ...best.leftOut, { ...alone, method: 'together' }] as const;
    expect(leftOutWords({ ...best, leftOut })).toEqual([
      'Comment alone and together were left out. It does not fit.',
      'Deep was left out. No time was left.',
    ]);
  });

  test('one that is not sure enough says what is needed, and never rounds up to it', () => {
    const unsure: BestReport = {
      ...best,
      blend: { ...blend, surenessByLoss: 0.7999, surenessByAccuracy: 0.5 },
      chosen: 'quick',
    };
    expect(bestWords(unsure, 'best-1')).toContain(
      'By the error it is 79% sure that the blend is better, by the share of pairs 50%. One of them must be 80%, and the other above 20%, so quick-1 ranks.',
    );
    expect(bestWords({ ...best, blend: null, chosen: 'quick' }, 'quick-1')).toBe(
      'quick-1 ranks: there was nothing to blend it with.',
    );
  });
});
