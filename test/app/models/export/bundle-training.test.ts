import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, openApp } from '../../../../src-main/app.ts';
import { homeWithGpt2 } from '../../../support/gpt2-fixture.ts';
import { pythonFor, pythonPatience, runPython } from '../../../support/python.ts';
import { rows, scratchFolder } from '../../../support/run-cli.ts';

// The script of a bundle of a GPT-2, run by TRL on the processor: by itself, under accelerate, and under DeepSpeed in two processes.

const scratch = scratchFolder();
const at = (...names: string[]): string => join(scratch.folder, ...names);
let app: App;

beforeAll(async () => {
  await homeWithGpt2(at('home'));
  app = openApp({ home: at('home') });
  await app.import({ files: [scratch.write('train.jsonl', rows(0, 8))], split: 'train' });
});
afterAll(async () => {
  await app.close();
  scratch.remove();
});

const trl = ['torch', 'transformers', 'trl', 'datasets', 'accelerate'];
const ways = [
  { name: 'by itself', modules: trl, launcher: null, processes: 1 },
  { name: 'under accelerate', modules: trl, launcher: 'cpu', processes: 1 },
  {
    name: 'under DeepSpeed, ZeRO 2 in two processes',
    modules: [...trl, 'deepspeed'],
    launcher: 'zero2-cpu',
    processes: 2,
  },
] as const;

/** The schedule, and the decay, that transformers have; all 24 pairs in one step, so that no order is drawn by chance. */
const config = {
  epochs: 6,
  tokensPerBatch: 1_000_000,
  learningRate: 2e-3,
  warmupSteps: 2,
  fixedWarmup: 1,
  weightDecay: 0,
  evaluateEvery: 1,
  keepBest: 0,
};

type Logged = { readonly log_history: readonly { readonly step: number; readonly loss?: number }[] };

describe.for(ways)('the script of a bundle $name', ({ modules, launcher, processes }) => {
  test('learns step by step what a training here does', { timeout: 2 * pythonPatience }, async (context) => {
    const python = pythonFor(context, ...modules);
    const { model, run } = await app.train({ kind: 'reward', base: 'gpt2', config, device: 'cpu', compare: false });
    const expected = app.run(run).curve.map(({ loss }) => loss);
    expect(expected).toHaveLength(6);
    expect(expected.at(-1)!).toBeLessThan(expected[0]! - 0.05);

    const folder = at(`bundle-${launcher}`);
    await app.exportModel({ model, as: 'bundle', out: folder });
    // The settings of the run with the model that it started from.
    rmSync(join(folder, 'base'), { recursive: true });
    await app.exportModel({ model: 'gpt2', as: 'huggingface', out: join(folder, 'base') });
    const file = join(folder, 'training.json');
    const settings = JSON.parse(readFileSync(file, 'utf8')) as { readonly trainer: object };
    const batch = { per_device_train_batch_size: 24 / processes, logging_steps: 1 };
    writeFileSync(file, JSON.stringify({ ...settings, trainer: { ...settings.trainer, ...batch } }));

    const launch = ['-m', 'accelerate.commands.launch', '--config_file', join(folder, `accelerate/${launcher}.yaml`)];
    runPython(python, [...(launcher === null ? [] : launch), join(folder, 'train.py')]);
    const state = JSON.parse(readFileSync(join(folder, 'trained/checkpoint-6/trainer_state.json'), 'utf8')) as Logged;
    const found = state.log_history.flatMap(({ loss }) => (loss === undefined ? [] : [loss]));
    expect(found).toHaveLength(6);
    for (const [i, loss] of expected.entries()) expect(Math.abs(found[i]! - loss), `step ${i + 1}`).toBeLessThan(1e-3);

    const back = await app.importModel({ path: join(folder, 'trained'), name: `back-${launcher ?? 'plain'}` });
    expect(back.kind).toBe('reward');
  });
});
