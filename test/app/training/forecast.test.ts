import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type App, openApp } from '../../../src-main/app.ts';
import { rows, scratchFolder } from '../../support/run-cli.ts';
import { clientOf, ended, resultOf } from '../../support/served.ts';

const tiny = { width: 16, layers: 2, heads: 2, vocabulary: 300, maxTokens: 32, epochs: 2 };

let scratch: ReturnType<typeof scratchFolder>;
let app: App;

beforeEach(async () => {
  scratch = scratchFolder();
  app = openApp({ home: join(scratch.folder, 'home') });
  await app.import({ files: [scratch.write('train.jsonl', rows(0, 30))], split: 'train' });
  await app.import({ files: [scratch.write('validation.jsonl', rows(100, 8))], split: 'validation' });
});
afterEach(async () => {
  await app.close();
  vi.unstubAllEnvs();
  scratch.remove();
});

const leftFolders = () => readdirSync(join(app.home, 'runs'));

describe('a look ahead', () => {
  test.each(['quick', 'deep', 'gpt'] as const)('at a %s training says its time, and leaves nothing', async (method) => {
    const config = method === 'gpt' ? tiny : {};
    const client = clientOf(app);
    const { task } = await client.train.forecast({ method, config, device: 'cpu' });
    const found = await resultOf(app, 'forecast', task);
    expect(found).toMatchObject({ device: 'cpu', fits: true, proposals: [] });
    expect(found.time!.low).toBeLessThan(found.time!.high);
    expect(found.memory === null).toBe(method === 'quick');
    expect(app.runs()).toEqual([]);
    expect(method === 'quick' ? [] : leftFolders()).toEqual([]);
  });

  test('at a language model knows its logits: more words take more', async () => {
    const at = async (vocabulary: number) => {
      const found = await app.forecast({ kind: 'sft', config: { ...tiny, vocabulary }, device: 'cpu' });
      return found.memory!.activations;
    };
    expect(await at(400)).toBeGreaterThan(await at(260));
  });

  test('keeps a training waiting, and is kept waiting by one', async () => {
    const client = clientOf(app);
    const { task } = await client.train.forecast({ config: tiny, device: 'cpu' });
    await expect(client.train.start({ config: tiny })).rejects.toMatchObject({ code: 'busy' });
    app.tasks.cancel(task);
    await ended(app, task);
    const training = await client.train.start({ config: { ...tiny, epochs: 5000 }, device: 'cpu' });
    await expect(client.train.forecast({ config: tiny })).rejects.toMatchObject({ code: 'busy' });
    app.tasks.cancel(training.task);
    await ended(app, training.task);
  });
});

describe('a training', () => {
  test('that would not fit is refused and leaves nothing, but begins where it is asked to all the same', async () => {
    // Less than the program alone takes.
    vi.stubEnv('TIEBREAK_MEMORY', '10000000');
    const call = { kind: 'reward', config: tiny, device: 'cpu' } as const;
    const refusal = await app.train(call).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'too-large' });
    expect((refusal as Error).message).toMatch(
      /this machine has 10\.0 MB to spare: it does not fit\. Nothing was begun\./,
    );
    expect(app.runs()).toEqual([]);
    expect(leftFolders()).toEqual([]);
    expect((await app.train({ ...call, anyway: true })).model).toBe('reward-1');
  });

  test('that is long says beforehand how long it will take', async () => {
    const log: string[] = [];
    const stop = new AbortController();
    // The shortest that is worth trying.
    const config = { ...tiny, width: 256, heads: 4, epochs: 10_000, checkpointEvery: 0 };
    const failure = await app
      .train(
        { kind: 'reward', config, device: 'cpu' },
        {
          signal: stop.signal,
          onLog: (line) => log.push(line),
          onProgress: ({ phase }) => phase === 'train' && stop.abort(),
        },
      )
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'cancelled' });
    expect(log.join('\n')).toMatch(
      /^It takes about .+ \(.+ to .+\) for [\d,]+ steps on .+ \(CPU\)\. It needs about .+ of memory/m,
    );
  });

  test('for which there is no memory ends in a sentence that names what would help', async () => {
    const config = { ...tiny, width: 65_536, layers: 1 };
    const failure = await app
      .train({ kind: 'reward', config, device: 'cpu', anyway: true })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'too-large' });
    const { message } = failure as Error;
    for (const setting of ['tokensPerBatch', 'accumulation', 'recompute', 'maxTokens', 'frozenLayers']) {
      expect(message).toContain(setting);
    }
    expect(message).toContain('as they were');
    expect(app.runs()).toMatchObject([{ status: 'failed', error: message }]);
  });
});
