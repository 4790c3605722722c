import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openApp } from '../../../src-main/app.ts';
import type { CurvePoint } from '../../../src-main/contract/engine.ts';
import { closeStore, openForReading } from '../../../src-main/store/open.ts';
import { type Command, cli, rows, scratchFolder, startCli, tiny } from '../../support/run-cli.ts';

const scratch = scratchFolder();
const home = join(scratch.folder, 'home');
const long = ['train', 'reward', ...tiny, '--set', 'epochs=5000', '--device', 'cpu'];

beforeAll(async () => {
  await cli(home, 'import', scratch.write('train.jsonl', rows(0, 40)), '--split', 'train');
  await cli(home, 'import', scratch.write('validation.jsonl', rows(100, 8)), '--split', 'validation');
  expect((await cli(home, 'train', 'reward', ...tiny, '--no-compare')).code).toBe(0);
});
afterAll(() => scratch.remove());

/** Starts a training that would take long, and waits until it is at work. */
async function training(folder: string, args: readonly string[]): Promise<Command> {
  let said = '';
  const command = startCli(folder, args, (err) => {
    said = err;
  });
  await expect.poll(() => /Training: /.test(said)).toBe(true);
  return command;
}

async function newestRun(folder: string): Promise<{ id: number; status: string; error: string }> {
  const { runs } = (await cli(folder, 'runs', '--json')).json() as {
    runs: { id: number; status: string; error: string }[];
  };
  return runs[0]!;
}

async function expectOneModel(): Promise<void> {
  expect((await cli(home, 'models', '--json')).json().models).toHaveLength(1);
  expect(readdirSync(join(home, 'models'))).toEqual(['reward-1']);
  expect((await cli(home, 'rank', '--post', 'p1')).code).toBe(0);
}

test('Ctrl-C ends the run cleanly and leaves the earlier model', async () => {
  const { child, finished } = await training(home, long);
  child.kill('SIGINT');
  const { code, err } = await finished;
  expect(code).toBe(1);
  expect(err).toContain('was cancelled after');
  expect(await newestRun(home)).toMatchObject({ status: 'cancelled' });
  await expectOneModel();
});

test('killing the engine marks the run failed with the reason', async () => {
  const failures = await withEngineKilled();
  expect(failures).toMatchObject({ code: 'engine-failed', message: expect.stringContaining('Nothing was lost') });
  expect(await newestRun(home)).toMatchObject({ status: 'failed', error: expect.stringContaining('killed') });
  await expectOneModel();
});

async function withEngineKilled(): Promise<unknown> {
  const app = openApp({ home });
  try {
    const config = { width: 16, layers: 1, heads: 2, vocabulary: 300, maxTokens: 32, epochs: 5000 };
    let killed = false;
    const onProgress = ({ phase, done }: { phase: string; done: number }): void => {
      if (phase !== 'train' || done < 3 || killed) return;
      killed = true;
      app.kill();
    };
    return await app.train({ kind: 'reward', config }, { onProgress }).catch((error: unknown) => error);
  } finally {
    await app.close();
  }
}

test('a killed program leaves an interrupted run, and resuming it gives the curve of an uninterrupted one', async () => {
  const settings = [...tiny, '--set', 'epochs=150', '--set', 'checkpointEvery=20', '--device', 'cpu', '--no-compare'];
  const [whole, broken] = ['whole', 'broken-off'].map((name) => join(scratch.folder, name)) as [string, string];
  for (const folder of [whole, broken]) {
    await cli(folder, 'import', join(scratch.folder, 'train.jsonl'), '--split', 'train');
    await cli(folder, 'import', join(scratch.folder, 'validation.jsonl'), '--split', 'validation');
  }
  const straight = await cli(whole, 'train', 'reward', ...settings, '--json');
  const { child, finished } = startCli(broken, ['train', 'reward', ...settings]);
  // Past its first checkpoint, and long before its last step.
  const store = openForReading(join(broken, 'tiebreak.sqlite'));
  const points = store.db.prepare('SELECT count(*) FROM run_points').pluck();
  await expect.poll(() => points.get(), { interval: 2 }).toBeGreaterThan(25);
  child.kill('SIGKILL');
  closeStore(store);
  await finished;
  expect(await newestRun(broken)).toMatchObject({ status: 'interrupted' });
  const resumed = await cli(broken, 'train', 'reward', '--resume', '1', '--device', 'cpu', '--no-compare', '--json');
  expect(resumed.code).toBe(0);
  expect(resumed.json().loss).toBe(straight.json().loss);
  expect(resumed.json().validation).toEqual(straight.json().validation);
  expect(curve(broken)).toEqual(curve(whole));
  expect((await cli(broken, 'train', 'reward', '--resume', '1')).code).toBe(1);
});

function curve(folder: string): readonly CurvePoint[] {
  const app = openApp({ home: folder });
  try {
    return app.runs().length === 0 ? [] : app.curve(1);
  } finally {
    void app.close();
  }
}
