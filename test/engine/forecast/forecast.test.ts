import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { defaultConfig } from '../../../src-main/common/default-config.ts';
import {
  dataFiles,
  type ForecastRequest,
  type PairGroup,
  type TrainingConfig,
} from '../../../src-main/contract/engine.ts';
import { forecastTraining } from '../../../src-main/engine/forecast/forecast.ts';
import { lighterSettings } from '../../../src-main/engine/forecast/lighter-settings.ts';
import { forecastJob } from '../../../src-main/engine/run/job.ts';
import { createOnnxRuntime } from '../../../src-main/engine/runtime/onnx.ts';
import { train } from '../../../src-main/engine/train/train.ts';
import { engineEnvironment } from '../../../src-main/engine-host/environment.ts';
import type { Shape } from '../../support/peak.ts';

/** What the forecast may be wrong by. */
const tolerance = 0.15;

const shapes: readonly (Shape & { readonly title: string })[] = [
  {
    title: 'deep and narrow',
    kind: 'reward',
    width: 256,
    layers: 8,
    heads: 4,
    tokens: 128,
    sequences: 16,
    vocabulary: 512,
  },
  {
    title: 'the same, recomputed',
    kind: 'reward',
    width: 256,
    layers: 8,
    heads: 4,
    tokens: 128,
    sequences: 16,
    vocabulary: 512,
    recompute: 1,
  },
  {
    title: 'language model with many logits',
    kind: 'sft',
    width: 128,
    layers: 2,
    heads: 4,
    tokens: 512,
    sequences: 4,
    vocabulary: 20_000,
  },
  {
    title: 'long texts, accumulated',
    kind: 'reward',
    width: 256,
    layers: 4,
    heads: 4,
    tokens: 512,
    sequences: 4,
    vocabulary: 8192,
    accumulation: 2,
  },
  {
    title: 'many weights, half of them frozen',
    kind: 'reward',
    width: 512,
    layers: 4,
    heads: 8,
    tokens: 128,
    sequences: 8,
    vocabulary: 20_000,
    frozenLayers: 2,
  },
  {
    title: 'dropout',
    kind: 'reward',
    width: 256,
    layers: 4,
    heads: 4,
    tokens: 256,
    sequences: 8,
    vocabulary: 2000,
    dropout: 0.1,
  },
];

describe('memory', () => {
  test.for(shapes)('$title: as much as the process comes to hold', (shape, { skip }) => {
    if (process.platform !== 'linux') skip('What a process holds at most is counted otherwise here than on Linux.');
    const program = fileURLToPath(new URL('../../support/peak.ts', import.meta.url));
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, JSON.stringify(shape)], {
      encoding: 'utf8',
      env: engineEnvironment(),
    });
    expect(status, stderr).toBe(0);
    const { reckoned, measured } = JSON.parse(stdout) as Record<'reckoned' | 'measured', number>;
    const off = Math.abs(measured / reckoned - 1);
    expect(off, `${Math.round(measured / 1e6)} MB, not ${Math.round(reckoned / 1e6)} MB`).toBeLessThan(tolerance);
  });
});

const runtime = createOnnxRuntime('cpu');
const context = { onProgress: () => {}, signal: new AbortController().signal };
let folder: string;

function groups(count: number): PairGroup[] {
  return Array.from({ length: count }, (_, i) => {
    const post = `Question ${i}: how does it work, and why does it?`;
    const texts = ['an answer with care and numbers', 'lol', `first ${i}`].map((comment) => ({ post, comment }));
    return {
      texts,
      pairs: [
        { first: 0, second: 1, target: 1 },
        { first: 0, second: 2, target: 1 },
      ],
    };
  });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tiebreak-'));
  const write = (name: string, all: readonly PairGroup[]) =>
    writeFileSync(join(folder, name), all.map((group) => `${JSON.stringify(group)}\n`).join(''));
  write(dataFiles.train, groups(40));
  write(dataFiles.validation, groups(8));
});

const small: TrainingConfig = {
  ...defaultConfig('reward'),
  ...{ width: 32, layers: 3, heads: 2, vocabulary: 300, maxTokens: 64, tokensPerBatch: 512, epochs: 2 },
};

async function ask(more: Partial<ForecastRequest> = {}) {
  const request: ForecastRequest = {
    ...{ type: 'forecast', kind: 'reward', method: 'gpt', config: small, device: 'cpu', base: null },
    ...{ runFolder: folder, measureFrom: null },
    ...more,
  };
  return forecastTraining(runtime, request, context);
}

describe('a forecast', () => {
  test('of something small fits, names its steps, and leaves nothing', async () => {
    const before = readdirSync(folder);
    const { fits, memory, available, steps, time, proposals } = await ask();
    expect(fits).toBe(true);
    expect(memory!.bytes).toBeGreaterThan(50e6);
    expect(memory!.bytes).toBeLessThan(available!);
    expect(steps).toBeGreaterThan(10);
    expect(time).toBeNull();
    expect(proposals).toEqual([]);
    expect(readdirSync(folder)).toEqual(before);
  });

  test('measures the time that the training then takes, roughly', async () => {
    const found = await ask({ measureFrom: 0 });
    const { time, steps } = found;
    expect(time!.low).toBeLessThan(time!.seconds);
    expect(time!.high).toBeGreaterThan(time!.seconds);
    const runFolder = mkdtempSync(join(tmpdir(), 'tiebreak-'));
    const request: ForecastRequest = {
      ...{ type: 'forecast', kind: 'reward', method: 'gpt', config: small, device: 'cpu', base: null },
      ...{ runFolder: folder, measureFrom: null },
    };
    const job = { ...(await forecastJob(request)), runFolder, modelFolder: join(runFolder, 'model') };
    const result = await train(runtime, job, context);
    expect(Math.abs(result.steps - steps)).toBeLessThanOrEqual(2);
    // Other work comes and goes on the machine that tests run on: only the order of magnitude is held.
    expect(time!.seconds).toBeLessThan(20 * result.seconds + 5);
    expect(20 * time!.seconds + 5).toBeGreaterThan(result.seconds);
  });

  test('tries only what is roughly so long, and the rest has no time', async () => {
    expect((await ask({ measureFrom: 60 })).time).toBeNull();
    expect((await ask({ measureFrom: 1e-9 })).time).not.toBeNull();
  });

  test('more work takes longer', async () => {
    const short = await ask({ measureFrom: 0 });
    const long = await ask({ measureFrom: 0, config: { ...small, epochs: 200 } });
    expect(long.steps).toBe(100 * short.steps);
    expect(long.time!.seconds).toBeGreaterThan(5 * short.time!.seconds);
  });

  test('of something that does not fit says so, and proposes what does', async () => {
    const config = { ...small, tokensPerBatch: 4096, layers: 12, width: 64 };
    // The process that tests run in has grown when it is asked for the second time.
    await ask({ config });
    const { memory } = await ask({ config });
    const available = memory!.bytes - 0.4 * memory!.activations;
    const found = await ask({ config, available, measureFrom: 0 });
    expect(found.fits).toBe(false);
    expect(found.proposals.length).toBeGreaterThan(0);
    for (const { bytes, changes, says, time } of found.proposals) {
      expect(bytes).toBeLessThanOrEqual(available);
      expect(says).toMatch(/^[A-Z].*\.$/);
      expect(time!.seconds).toBeGreaterThan(0);
      // With its settings it then fits indeed.
      const again = await ask({ config: { ...config, ...changes } });
      // The process that tests run in grows meanwhile.
      const own = again.memory!.bytes - again.memory!.program;
      expect(own).toBeLessThanOrEqual(available - found.memory!.program);
    }
    // The least that changes: as many tokens in a step, in more batches.
    const { tokensPerBatch, accumulation } = found.proposals[0]!.changes;
    expect(tokensPerBatch! * accumulation!).toBe(config.tokensPerBatch);
  });

  test('of what fits nowhere proposes nothing', async () => {
    expect(await ask({ available: 1e6 })).toMatchObject({ fits: false, proposals: [], time: null });
  });

  test('of nothing to learn from fails as the training does', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'tiebreak-'));
    for (const name of Object.values(dataFiles)) writeFileSync(join(empty, name), '');
    await expect(ask({ runFolder: empty })).rejects.toMatchObject({ code: 'nothing-to-do' });
  });

  test('a cancelled one ends', async () => {
    const request: ForecastRequest = {
      ...{ type: 'forecast', kind: 'reward', method: 'gpt', config: small, device: 'cpu', base: null },
      ...{ runFolder: folder, measureFrom: 0 },
    };
    const cancelled = { ...context, signal: AbortSignal.abort() };
    await expect(forecastTraining(runtime, request, cancelled)).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});

describe('settings to try', () => {
  const trainee = { layers: 12, maxTokens: 512, pretrained: true };
  test('keep the size of a step where they can', () => {
    for (const config of [
      { ...small, tokensPerBatch: 8192 },
      { ...small, pairsPerBatch: 8 },
      { ...small, blocksPerBatch: 4 },
    ]) {
      const [first] = lighterSettings(config, trainee);
      const of = (c: TrainingConfig) => (c.pairsPerBatch || c.blocksPerBatch || c.tokensPerBatch) * c.accumulation;
      expect(of(first!.config)).toBe(of(config));
      expect(first!.config.accumulation).toBe(2);
    }
  });

  test('never name what is so already, or what makes no sense', () => {
    const scratch = lighterSettings({ ...small, recompute: 1 }, { layers: 1, maxTokens: 32, pretrained: false });
    expect(scratch.every(({ changes }) => !('recompute' in changes) && !('frozenLayers' in changes))).toBe(true);
    expect(scratch.every(({ changes }) => changes.maxTokens === undefined)).toBe(true);
    const kinds = lighterSettings({ ...small, epochs: 1 }, trainee).map(({ kind }) => kind);
    expect(kinds).not.toContain('epochs');
    expect(kinds).toContain('frozen');
  });
});
