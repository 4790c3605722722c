import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { App } from '../../../src-main/app.ts';
import type { CallProgress } from '../../../src-main/contract/calls.ts';
import { closeStore, openStore } from '../../../src-main/store/open.ts';
import { rows, scratchFolder } from '../../support/run-cli.ts';
import { clientOf, ended, openWithFakeEngine, resultOf } from '../../support/served.ts';

let scratch: ReturnType<typeof scratchFolder>;
let opened: App[];

beforeEach(() => {
  scratch = scratchFolder();
  opened = [];
});
afterEach(async () => {
  for (const app of opened) await app.close();
  scratch.remove();
});

/** A house with 10, 4 and 6 posts of three comments each, and an engine for which the longer comment is the better one. */
async function openWithData(name = 'home'): Promise<App> {
  const app = openWithFakeEngine(join(scratch.folder, name));
  opened.push(app);
  const texts = { train: rows(0, 10), validation: rows(100, 4), test: rows(200, 6) };
  for (const split of ['train', 'validation', 'test'] as const) {
    await app.import({ files: [scratch.write(`${split}.jsonl`, texts[split])], split });
  }
  return app;
}

/** What two trainings of the same differ in is the time they took. */
const withoutTimes = (outcome: object): unknown =>
  JSON.parse(JSON.stringify(outcome, (key, value: unknown) => (key === 'seconds' ? 0 : value)));

describe('a training from the command line', () => {
  test('does all that one from the app does, and comes to the same', async () => {
    const [terminal, page] = [await openWithData('terminal'), await openWithData('page')];
    const config = { epochs: 2 };
    const outcome = await terminal.train({ kind: 'reward', config });
    const { task } = await clientOf(page).train.start({ config, method: 'gpt' });
    expect(withoutTimes(outcome)).toEqual(withoutTimes(await resultOf(page, 'train', task)));
    expect(outcome).toMatchObject({
      model: 'reward-1',
      candidates: { pairs: 12, best: 1 },
      evaluation: { data: 'test', pairs: 18, groups: 6 },
      scored: 60,
      modelInUse: { name: 'reward-1', why: 'best' },
      cutShort: false,
    });
    expect((await terminal.rank({})).scored).toBe(0);
    const { models } = await clientOf(terminal).models.list();
    expect(models).toMatchObject([{ inUse: true, accuracy: { split: 'test' } }]);
    expect(terminal.run(1).run.report!.candidates).toEqual(outcome.candidates);
  });

  test('puts the best in use and not the newest, unless a person chose one', async () => {
    const app = await openWithData();
    await app.train({ kind: 'reward', method: 'quick' });
    // Both are as often right here: then the one that takes less time.
    const second = await app.train({ kind: 'reward', config: { epochs: 1 } });
    expect(second).toMatchObject({ model: 'reward-1', modelInUse: { name: 'quick-1', why: 'best' } });
    await clientOf(app).models.use({ model: 'reward-1' });
    const third = await app.train({ kind: 'reward', config: { epochs: 1 } });
    expect(third.modelInUse).toEqual({ name: 'reward-1', why: 'chosen' });
  });

  test('leaves it all out where that was asked for, and says which model is in use', async () => {
    const app = await openWithData();
    await app.train({ kind: 'reward', method: 'quick' });
    const outcome = await app.train({ kind: 'reward', config: { epochs: 1 }, compare: false });
    expect(outcome).toMatchObject({
      candidates: null,
      evaluation: null,
      scored: 0,
      modelInUse: { name: 'reward-1', why: 'newest' },
      cutShort: false,
    });
  });

  test('that is cancelled once the model is there is done, and keeps it', async () => {
    const app = await openWithData();
    const stop = new AbortController();
    const onProgress = ({ phase }: CallProgress): void => {
      if (phase === 'score') stop.abort();
    };
    const hooks = { signal: stop.signal, onProgress };
    const outcome = await app.train({ kind: 'reward', config: { epochs: 1 } }, hooks);
    expect(outcome).toMatchObject({ model: 'reward-1', evaluation: null, scored: 0, cutShort: true });
    expect(outcome.modelInUse).toEqual({ name: 'reward-1', why: 'newest' });
    expect(app.runs()).toMatchObject([{ status: 'done', error: null }]);
    expect((await app.rank({})).scored).toBe(60);
  });

  test('of a language model has nothing to compare', async () => {
    const app = await openWithData();
    const outcome = await app.train({ kind: 'sft', config: { epochs: 1 } });
    expect(outcome).toMatchObject({ candidates: null, evaluation: null, scored: 0, modelInUse: null, cutShort: false });
  });

  test('takes and refuses the same settings as one from the app', async () => {
    const app = await openWithData();
    const { train } = clientOf(app);
    for (const config of [{ epochs: 0 }, { epochs: 'two' }, { epochs: null }, { colour: 1 }, { width: Infinity }]) {
      const refused = {
        code: 'bad-input',
        message: expect.stringMatching(/^(The setting \w+ must be|There is no setting)/),
      };
      await expect(app.train({ kind: 'reward', config })).rejects.toMatchObject(refused);
      await expect(train.start({ config })).rejects.toMatchObject(refused);
      await expect(train.forecast({ config })).rejects.toMatchObject(refused);
    }
    const config = { epochs: '1', learningRate: ' 1e-3 ' };
    await app.train({ kind: 'reward', config, compare: false });
    await resultOf(app, 'train', (await train.start({ config })).task);
    const used = { epochs: 1, learningRate: 1e-3 };
    expect(app.runs()).toMatchObject([{ config: used }, { config: used }]);
  });
});

describe('going on with a run', () => {
  /** Cuts a run off at its first step, as if the program had been killed then. */
  async function cutOff(app: App, call: Parameters<App['train']>[0]): Promise<App> {
    const stop = new AbortController();
    const hooks = { signal: stop.signal, onProgress: ({ phase }: CallProgress) => phase === 'train' && stop.abort() };
    await expect(app.train(call, hooks)).rejects.toMatchObject({ code: 'cancelled' });
    await app.close();
    const store = openStore(join(app.home, 'tiebreak.sqlite'));
    store.db.exec("UPDATE runs SET step = 0, status = 'interrupted'");
    closeStore(store);
    const again = openWithFakeEngine(app.home);
    opened.push(again);
    return again;
  }
  const gpt = { kind: 'reward', config: { epochs: 50 } } as const;

  test('from its first step where it left no checkpoint, from either door, with all that follows', async () => {
    const app = await cutOff(await openWithData(), { kind: 'reward', method: 'quick' });
    const outcome = await app.resume({ run: 1 });
    expect(outcome).toMatchObject({
      run: 1,
      model: 'quick-1',
      scored: 60,
      modelInUse: { name: 'quick-1', why: 'best' },
    });

    const other = await cutOff(await openWithData('other'), gpt);
    const { task } = await clientOf(other).train.resume({ run: 1 });
    expect(await resultOf(other, 'train', task)).toMatchObject({ run: 1, model: 'reward-1', steps: 50, scored: 60 });
    expect(other.run(1).run.config).toMatchObject({ epochs: 50 });
  });

  test('can leave out what follows', async () => {
    const app = await cutOff(await openWithData(), gpt);
    expect(await app.resume({ run: 1, compare: false })).toMatchObject({
      model: 'reward-1',
      candidates: null,
      scored: 0,
    });
  });

  test('is refused alike at both doors where its base or its data are gone', async () => {
    const before = await openWithData();
    await before.train({ kind: 'sft', config: { epochs: 1 } });
    const app = await cutOff(before, { ...gpt, base: 'sft-1' });
    const client = clientOf(app);
    await client.models.delete({ model: 'sft-1' });
    const gone = {
      code: 'not-found',
      message: expect.stringContaining('starts from sft-1, which is not there any more'),
    };
    await expect(app.resume({ run: 2 })).rejects.toMatchObject(gone);
    await expect(client.train.resume({ run: 2 })).rejects.toMatchObject(gone);
    expect((await client.train.run({ run: 2 })).run.baseGone).toBe(true);
    await client.models.restore({ model: 'sft-1' });
    expect((await client.train.run({ run: 2 })).run.baseGone).toBe(false);

    rmSync(join(app.home, 'runs', '2'), { recursive: true });
    await expect(app.resume({ run: 2 })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('Start the training anew.'),
    });
    expect(app.run(2).run).toMatchObject({ status: 'interrupted' });
  });
});

test('a comparison with and without the post ends as a training does', async () => {
  const app = await openWithData();
  const call = { method: 'gpt', config: { epochs: 1 } } as const;
  const after = { scored: 60, modelInUse: { name: 'reward-2', why: 'best' }, cutShort: false };
  const outcome = await app.compareContext(call);
  expect(outcome).toMatchObject({ with: { model: 'reward-2' }, evaluation: { data: 'test' }, ...after });
  expect(app.run(2).run.report!.candidates).toEqual(outcome.candidates);
  const bare = await app.compareContext({ ...call, compare: false });
  expect(bare).toMatchObject({ candidates: null, evaluation: null, modelInUse: { name: 'reward-4', why: 'newest' } });
  // What was measured by then stays: the test split, and the validation split, on which it was learned how sure the model may be.
  expect(bare.scored).toBe(30);
  const { task } = await clientOf(app).contextComparisons.start(call);
  expect(await ended(app, task)).toMatchObject({
    state: 'done',
    result: { ...after, modelInUse: { name: 'reward-6' } },
  });
});
