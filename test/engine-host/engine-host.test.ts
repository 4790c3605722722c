import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import type { Progress, ScoreRequest } from '../../src-main/contract/engine.ts';
import { type EngineHost, startEngine } from '../../src-main/engine-host/engine-host.ts';

const entry = fileURLToPath(new URL('../support/fake-engine.ts', import.meta.url));
const hosts: EngineHost[] = [];
const host = (cancelGraceMs?: number): EngineHost => {
  const made = startEngine({ entry, ...(cancelGraceMs === undefined ? {} : { cancelGraceMs }) });
  hosts.push(made);
  return made;
};
const score = (mode = 'good'): ScoreRequest => ({
  type: 'score',
  modelFolder: `models/${mode}`,
  device: 'cpu',
  texts: [
    { post: 'p', comment: 'four' },
    { post: 'p', comment: 'seven77' },
  ],
});

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((each) => each.close()));
});

test('starts lazily, answers with typed arrays, and tells of progress and log', async () => {
  const engine = host();
  expect(engine.pid()).toBeNull();
  const seen: Progress[] = [];
  const log: string[] = [];
  const options = { onProgress: (p: Progress) => seen.push(p), onLog: (m: string) => log.push(m) };
  const { rewards } = await engine.request(score(), options);
  expect(rewards).toEqual(Float32Array.of(4, 7));
  expect(seen.map(({ done }) => done)).toEqual([1, 2, 3]);
  expect(log).toEqual(['a word']);
  const pid = engine.pid();
  await engine.request(score());
  expect(engine.pid()).toBe(pid);
});

test.each([
  ['crash', /killed.+SIGKILL.+tokensPerBatch.+recompute.+maxTokens.+frozenLayers/],
  ['abort', /SIGABRT/],
  ['memory', /out of memory.+tokensPerBatch.+recompute.+maxTokens.+frozenLayers/],
  ['exit', /the cat sat on the switch/],
])(
  'an engine that ends by %s fails its request with the reason, and the next one gets a fresh engine',
  async (mode, reason) => {
    const engine = host();
    const failure = await engine.request(score(mode)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'engine-failed', message: expect.stringMatching(reason) });
    expect((failure as Error).message).toContain('Nothing was lost');
    expect((await engine.request(score())).rewards).toHaveLength(2);
  },
);

test('an error of the engine keeps its code and sentence', async () => {
  await expect(host().request(score('refuse'))).rejects.toMatchObject({
    code: 'damaged',
    message: 'This model is broken.',
  });
});

test('cancelling waits for the engine, which lives on', async () => {
  const engine = host();
  const controller = new AbortController();
  const answer = engine.request(score('slow'), { signal: controller.signal, onProgress: () => controller.abort() });
  await expect(answer).rejects.toMatchObject({ code: 'cancelled' });
  const pid = engine.pid();
  await engine.request(score());
  expect(engine.pid()).toBe(pid);
});

test('an engine that does not listen is ended after a while', async () => {
  const engine = host(300);
  const controller = new AbortController();
  // Cancelled when it is deep in its work.
  const answer = engine.request(score('hang'), { signal: controller.signal, onLog: () => controller.abort() });
  await expect(answer).rejects.toMatchObject({ code: 'cancelled' });
  expect((await engine.request(score())).rewards).toHaveLength(2);
});

test('what was cancelled beforehand never starts', async () => {
  const engine = host();
  await expect(engine.request(score(), { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
  expect(engine.pid()).toBeNull();
});

test('kill ends a request at once, close waits for the end', async () => {
  const engine = host();
  const answer = engine.request(score('hang'));
  const failure = expect(answer).rejects.toMatchObject({ code: 'engine-failed' });
  engine.kill();
  await failure;
  await engine.request(score());
  await engine.close();
  expect(engine.pid()).toBeNull();
});
